"""What the pages of a survey as a whole begin with: the edition, the reader, an action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.instrument import InstrumentError, load_instrument
from ckanext.pcio.survey.response import access

from .entrance import FORBIDDEN

Errors = Mapping[str, list[str]]


def instrument(edition: str) -> Instrument:
    """Return the questionnaire of an edition that is answered here; else the page is not there."""
    try:
        found = load_instrument(edition)
    except InstrumentError:
        return tk.abort(404, tk._("There is no such survey."))
    if found.frame_only:
        return tk.abort(
            404, tk._("Of this survey only the frame is published; it cannot be answered here.")
        )
    return found


def act(action: str, data_dict: dict[str, Any]) -> Any:
    """Run an action for the reader.

    A refusal becomes its HTTP error; what was written wrongly stays a `ValidationError`, and
    nothing of it in the database.
    """
    try:
        return tk.get_action(action)({}, data_dict)
    except tk.NotAuthorized as refused:
        return tk.abort(FORBIDDEN, refused.message or tk._("You may not see this page."))
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error) or tk._("There is no such page."))
    except tk.ValidationError:
        model.Session.rollback()
        raise


def show(edition: str, *, brief: bool = True) -> dict[str, Any]:
    """Return the survey as its reader may see it; `brief` as lists of questions need it."""
    return act("pcio_survey_show", {"edition": edition, "brief": brief, "lang": pcio_language()})


def errors(refusal: tk.ValidationError) -> dict[str, list[str]]:
    """Return the sentences of a refusal by field."""
    found: dict[str, Any] = dict(refusal.error_dict)
    return {
        name: [said] if isinstance(said, str) else [str(each) for each in said]
        for name, said in found.items()
        if not name.startswith("__")
    }


def secretary_only(told: Mapping[str, Any]) -> None:
    """Let nobody but the secretary go on."""
    if told["role"] != "secretary":
        tk.abort(FORBIDDEN, tk._("Only the committee's secretary may do this."))


def settings_missing() -> list[tuple[str, str]]:
    """Return the settings without which something does not work: name, and what does not."""
    found = []
    if not access.secretary_office():
        found.append(
            (
                "ckanext.pcio.survey.secretary_organization",
                tk._(
                    "No organization is the committee's secretary; only system administrators are."
                ),
            )
        )
    if not access.provincial_office():
        found.append(
            (
                "ckanext.pcio.survey.provincial_office",
                tk._("No organization answers the provincial office's questions."),
            )
        )
    if not mail_is_on():
        found.append(
            (
                "smtp.server" if not tk.config.get("smtp.server") else "smtp.mail_from",
                tk._("E-mail is not set up, so nobody can be reminded by e-mail."),
            )
        )
    return found


def mail_is_on() -> bool:
    """Whether the portal has a mail server and an address to write from."""
    return bool(tk.config.get("smtp.server") and tk.config.get("smtp.mail_from"))


def question_link(edition: str, question: str, **options: Any) -> str:
    """Return the address of a question's page."""
    return tk.url_for("pcio_survey.question", edition=edition, question=question, **options)
