"""What is missing, on a page and as a file, and everything that happened."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard.helpers import pcio_language

from . import missing_file
from .blueprint import pcio_survey
from .entrance import refused, unkept
from .history_page import Asked, history_page
from .missing_page import Listed, by_office, by_question
from .overview_acting import act, instrument, question_link, show

_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pcio_survey.route("/<edition>/missing", endpoint="missing")
def missing(edition: str) -> AnyResponse | str:
    """List what is missing, of the province's answers or by office."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    told = show(edition)
    listed = Listed.from_args(tk.request.args, told)
    rows = _missing(edition, listed)
    language = pcio_language()
    extra = {
        "edition": edition,
        "told": told,
        "listed": listed,
        "count": len(rows),
        "groups": by_office(found, rows, language) if listed.offices else (),
        "questions": () if listed.offices else by_question(found, rows, language),
        "link": _place,
    }
    return tk.render("pcio/survey/missing.html", extra)


@pcio_survey.route("/<edition>/missing.<any(csv, xlsx):form>", endpoint="missing_file")
def missing_as_file(edition: str, form: str) -> AnyResponse:
    """Send what is missing as a table, a line for each thing."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    listed = Listed.from_args(tk.request.args, show(edition))
    language = pcio_language()

    def address(row: dict[str, Any]) -> str:
        return _place(edition, row, _external=True)

    lines = missing_file.lines(found, _missing(edition, listed), address, language)
    target = io.BytesIO()
    if form == "csv":
        missing_file.write_csv(target, lines, language)
    else:
        missing_file.write_xlsx(target, lines, language)
    response = Response(target.getvalue(), mimetype=_TYPES[form])
    name = "-".join(filter(None, ("pcio-missing", edition, listed.whose, listed.organization)))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return unkept(response)


@pcio_survey.route("/<edition>/history", endpoint="history")
def history(edition: str) -> AnyResponse | str:
    """Show everything that happened, what happened last first, a page at a time."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    told = show(edition)
    asked = Asked.from_args(tk.request.args, found, told["offices"])
    events: dict[str, Any] = {"count": 0, "results": []}
    if told["state"] != "none":
        chosen = {"edition": edition, "lang": pcio_language(), **asked.action_dict()}
        events = act("pcio_survey_history", chosen)
    extra = {
        "edition": edition,
        "told": told,
        "asked": asked,
        "page": history_page(events, asked),
        "questions": [question.id for question in found.questions],
    }
    return tk.render("pcio/survey/history.html", extra)


def _missing(edition: str, listed: Listed) -> list[dict[str, Any]]:
    asked = {"edition": edition, "lang": pcio_language(), "whose": listed.whose}
    if listed.organization:
        asked["organization"] = listed.organization
    return act("pcio_survey_missing", asked)["results"]


def _place(edition: str, row: dict[str, Any], **options: Any) -> str:
    """Return the address of the place where something is missing."""
    if row["lack"] not in ("answer", "confirmed", "sent"):
        options["_anchor"] = f"place-{row['place']}"
    return question_link(edition, row["question"], **options)
