"""Files of evidence, given out to those who may read them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
from flask import Response, send_file
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.survey.response.evidence import path_of

from .blueprint import pcio_survey
from .entrance import FORBIDDEN, refused, unkept

log = logging.getLogger(__name__)

# A browser may not open what somebody sent as a page of this portal's.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


@pcio_survey.route("/<edition>/evidence/<evidence_id>")
def evidence(edition: str, evidence_id: str) -> AnyResponse | str:
    """Send a file, or lead to an address."""
    if answer := refused(edition):
        return answer
    row = _row(evidence_id)
    if row["edition"] != edition:
        return tk.abort(404, tk._("There is no such evidence."))
    if row["kind"] == "url":
        return unkept(tk.redirect_to(row["url"]))
    return unkept(_file(row) or Response(_gone(row), 404))


def _row(evidence_id: str) -> Mapping[str, Any]:
    try:
        return tk.get_action("pcio_evidence_show")({}, {"id": evidence_id})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such evidence."))
    except tk.NotAuthorized:
        return tk.abort(FORBIDDEN, tk._("This evidence is another office's."))


def _file(row: Mapping[str, Any]) -> AnyResponse | None:
    """Return a file to be saved, or None where it cannot be read."""
    try:
        # Opened here, so that a file that is not there is told on a page.
        opened = path_of(row["id"]).open("rb")
    except OSError as error:
        log.error("the file of evidence %s cannot be read: %s", row["id"], error)
        return None
    response = send_file(opened, mimetype=row["mimetype"] or "application/octet-stream")
    response.headers.update(_HEADERS)
    response.headers["Content-Disposition"] = disposition(row["name"])
    return response


def _gone(row: Mapping[str, Any]) -> str:
    return tk.render("pcio/survey/question_file_gone.html", {"row": row})


def disposition(name: str) -> str:
    """Return the header that has a file saved under its name, Thai or not (RFC 6266)."""
    ending = name.rpartition(".")[2] if name.isascii() is False else ""
    plain = name if name.isascii() else f"evidence.{ending}"
    plain = "".join(c if c.isalnum() or c in "._- ()" else "_" for c in plain if c.isascii())
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
