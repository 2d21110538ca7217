"""`/readiness/survey/<edition>/export/<format>`: the filled form and its evidence as files."""

from __future__ import annotations

import json
import logging
from typing import Any, BinaryIO, cast

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, send_file
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.catalog.exports import slots
from ckanext.pcio.dashboard import survey_export
from ckanext.pcio.dashboard.workbench.entrance import FORBIDDEN, refused, unkept
from ckanext.pcio.report import docx, json_form
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.response import access

log = logging.getLogger(__name__)

pcio_survey_export = Blueprint("pcio_survey_export", __name__, url_prefix="/readiness/survey")

_UNAVAILABLE = 503
_LANGUAGES = ("th", "en")
_DIGITS = ("thai", "arabic")
_DAY = 86_400


@pcio_survey_export.route("/schema.json")
def schema() -> Response:
    """Send the JSON Schema that every JSON export keeps to; for everybody."""
    text = json.dumps(json_form.schema(), ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/schema+json")
    response.headers["Cache-Control"] = f"public, max-age={_DAY}"
    return response


@pcio_survey_export.route("/<edition>/export/<any(docx, xlsx, csv, json, zip):format>")
def download(edition: str, format: str) -> AnyResponse:
    """Send the filled form in one format, as far as its reader may see it."""
    if answer := refused(edition):
        return answer
    context: Any = {"user": tk.current_user.name}
    if format == survey_export.BUNDLE and not access.person(context).secretary:
        sentence = tk._("The evidence of all offices is given to the committee’s secretary only.")
        return tk.abort(FORBIDDEN, sentence)
    language = _choice("lang", _LANGUAGES, pcio_language())
    digits = cast(docx.Digits, _choice("digits", _DIGITS, _DIGITS[0]))
    try:
        export = survey_export.read(context, edition)
    except (tk.ObjectNotFound, tk.ValidationError):
        return tk.abort(404, tk._("There is no such survey."))
    if not slots.take(signed_in=True):
        return _later(edition, tk._("Other exports are being made. Please try again in a minute."))
    target: BinaryIO | None = None
    try:
        target = survey_export.scratch()
        export.write(format, target, language, digits)
        size = target.tell()
        target.seek(0)
    except BaseException as error:
        if target is not None:
            target.close()
        if not isinstance(error, OSError):
            raise
        log.error("the export of %s as %s could not be written: %s", edition, format, error)
        sentence = tk._(
            "The file could not be made, because the portal has no room for it or cannot write. "
            "Tell the administrator of the portal; nothing of the survey was changed."
        )
        return _later(edition, sentence)
    response = send_file(
        target,
        mimetype=survey_export.TYPES[format],
        as_attachment=True,
        download_name=export.file_name(format),
    )
    response.content_length = size
    response.headers["X-Content-Type-Options"] = "nosniff"
    return unkept(response)


def _choice(name: str, values: tuple[str, ...], default: str) -> str:
    """Return what the address asks for; one it cannot ask for is no address."""
    chosen = tk.request.args.get(name) or default
    return chosen if chosen in values else tk.abort(404, tk._("There is no file of this kind."))


def _later(edition: str, sentence: str) -> AnyResponse:
    page = tk.render("pcio/survey/export_later.html", {"edition": edition, "sentence": sentence})
    response = Response(page, _UNAVAILABLE)
    response.headers["Retry-After"] = "60"
    return unkept(response)
