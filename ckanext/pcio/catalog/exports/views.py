"""`/export`: the metadata of the catalog or of one office as files, and an empty workbook."""

from __future__ import annotations

import io
import tempfile
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, send_file

from ckanext.pcio.standard import forgery
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.vocabulary import vocabulary
from ckanext.pcio.standard.workbook.writing import template as write_template

from . import records, selection, slots
from .files import FORMS, Form
from .selection import Selection

pcio_export = Blueprint("pcio_export", __name__)
pcio_export.before_request(forgery.protect)

_IN_MEMORY = 4 << 20
_TYPES = "data_type"


@pcio_export.route("/export")
def index() -> str:
    """Offer the files, and say what they hold for this visitor."""
    context = _context()
    language = pcio_language()
    asked = tk.request.args.get("organization", "")
    return tk.render(
        "pcio/export/index.html",
        {
            "offices": selection.offices(context),
            "organization": asked,
            "types": [(each.key, each.label(language)) for each in vocabulary(_TYPES).terms],
            "data_type": tk.request.args.get("type", ""),
            "forms": FORMS,
            "signed_in": bool(context["user"]),
            "most": tk.config["ckanext.pcio.export_rows_max"],
        },
    )


@pcio_export.route("/export/file")
def file() -> Response:
    """Send the file that was chosen on the page."""
    form = FORMS.get(tk.request.args.get("format", ""))
    if form is None:
        return tk.abort(404, tk._("There is no file of this kind."))
    context = _context()
    found = selection.ids(context, _asked())
    most = tk.config["ckanext.pcio.export_rows_max"]
    if len(found) > most:
        wrong = tk._(
            "These are {number} datasets; at most {most} can be given out at once. Choose one "
            "office or one dataset type."
        )
        return tk.abort(400, wrong.format(number=f"{len(found):,}", most=f"{most:,}"))
    if not slots.take(signed_in=bool(context["user"])):
        return _busy()
    target = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - sent, then closed
    try:
        form.write(records.read(context, found), target, pcio_language())  # type: ignore[arg-type]
    except BaseException:
        target.close()
        raise
    target.seek(0)
    response = send_file(
        target,  # type: ignore[arg-type]
        mimetype=form.mimetype,
        as_attachment=True,
        download_name=_file_name(form),
    )
    # CKAN would add that everybody may keep it.
    tk.request.environ["__no_cache__"] = True
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pcio_export.route("/export/template.xlsx")
def template() -> Response:
    """Send the empty workbook for an office to fill in."""
    return send_file(
        io.BytesIO(_template(pcio_language())),
        mimetype=FORMS["workbook"].mimetype,
        as_attachment=True,
        download_name="metadata-template.xlsx",
    )


@lru_cache(maxsize=2)
def _template(language: str) -> bytes:
    target = io.BytesIO()
    write_template(target, language=language)
    return target.getvalue()


def _context() -> Any:
    user = tk.current_user
    return {"user": user.name if user.is_authenticated else ""}


def _asked() -> Selection:
    args = tk.request.args
    organization, data_type = args.get("organization", ""), args.get("type", "")
    organization_id = None
    if organization:
        organization_id = selection.organization_id(organization.replace("\0", ""))
        if organization_id is None:
            return tk.abort(404, tk._("Organization not found"))
    if data_type and vocabulary(_TYPES).by_key(data_type) is None:
        return tk.abort(404, tk._("There is no such dataset type."))
    return Selection(organization_id, data_type or None, args.get("public") == "1")


def _file_name(form: Form) -> str:
    organization = model.Group.get(tk.request.args.get("organization", "").replace("\0", ""))
    name = organization.name if organization is not None else "catalog"
    told = f"-{form.key}" if form.suffix == ".csv" else ""
    return f"{name}-{today_in_thailand().isoformat()}{told}{form.suffix}"


def _busy() -> Response:
    sentence = tk._("Other exports are being made. Please try again in a minute.")
    content = tk.render("pcio/export/busy.html", {"sentence": sentence})
    response = Response(content, status=503)
    response.headers["Retry-After"] = "60"
    return response
