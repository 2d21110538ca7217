"""A survey as a whole: how far it is, who was asked, and what the secretary does with one click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language

from .blueprint import pcio_survey
from .entrance import refused
from .overview_acting import act, errors, instrument, mail_is_on, settings_missing, show
from .overview_page import overview as laid_out

BAD = 400


@pcio_survey.route("/<edition>", endpoint="overview")
@pcio_survey.route("/<edition>/", endpoint="overview_with_slash")
def overview(edition: str) -> AnyResponse | str:
    """Show how far the survey is, for whoever takes part in it."""
    found = instrument(edition)
    return refused(edition) or page(found, {}, {})


@pcio_survey.route("/<edition>/open", endpoint="open", methods=["POST"])
def open_survey(edition: str) -> AnyResponse | str | tuple[str, int]:
    """Open the survey."""
    return _done(edition, "pcio_survey_open", ("deadline",), tk._("The survey is open."))


@pcio_survey.route("/<edition>/update", endpoint="update", methods=["POST"])
def update(edition: str) -> AnyResponse | str | tuple[str, int]:
    """Change the deadline and the note to the offices."""
    names = ("deadline", "note", "version")
    return _done(edition, "pcio_survey_update", names, tk._("Deadline and note are saved."))


@pcio_survey.route("/<edition>/remind", endpoint="remind", methods=["POST"])
def remind(edition: str) -> AnyResponse | str | tuple[str, int]:
    """Remind one office, or all that wait."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    offices = [each for each in tk.request.form.getlist("organizations") if each]
    try:
        told = act("pcio_survey_remind", {"edition": edition, "organizations": offices})
    except tk.ValidationError as refusal:
        return page(found, errors(refusal), {}), BAD
    if not told["offices"]:
        tk.h.flash_notice(tk._("Nobody had to be reminded: everything that was asked is sent."))
    elif mail_is_on():
        text = tk._("{count} offices are being written to. The list shows when a letter was sent.")
        tk.h.flash_success(text.format(count=told["offices"]))
    else:
        tk.h.flash_error(tk._("E-mail is not set up, so nobody can be reminded by e-mail."))
    return tk.redirect_to("pcio_survey.overview", edition=edition)


def page(found: Any, refusals: Mapping[str, list[str]], data: Mapping[str, str]) -> str:
    """Return the page, with what was refused and what was written."""
    told = show(found.id)
    extra = {
        "page": laid_out(found, told, tk.request.args, today_in_thailand(), pcio_language()),
        "edition": found.id,
        "errors": refusals,
        "data": {"deadline": told["deadline"], "note": told["note"], **data},
        # Who was overtaken has been told so now, and may send the own change again.
        "version": told["version"],
        "unset": settings_missing() if told["role"] == "secretary" else [],
        "mail": mail_is_on(),
        "improvements": _improvements(found.id, told),
    }
    return tk.render("pcio/survey/overview.html", extra)


def _improvements(edition: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the answers that can be raised, told to who can work on them while it is open."""
    allowed = told["state"] == "open" and told["role"] != "reader"
    if not allowed or not tk.h.check_access("pcio_improvement_list"):
        return []
    asked = {"edition": edition, "lang": pcio_language()}
    found = act("pcio_improvement_list", asked)["questions"]
    skipped = {each["id"] for each in told["questions"] if each["skipped_by"]}
    return [each for each in found if each["improvements"] and each["question"] not in skipped]


def _done(
    edition: str, action: str, names: tuple[str, ...], sentence: str
) -> AnyResponse | str | tuple[str, int]:
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    data = {name: tk.request.form.get(name, "") for name in names}
    try:
        act(action, {"edition": edition, **data})
    except tk.ValidationError as refusal:
        return page(found, errors(refusal), data), BAD
    tk.h.flash_success(sentence)
    return tk.redirect_to("pcio_survey.overview", edition=edition)
