"""What every change of a response begins with: edition, response, question and version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.answer import AnswerRefused, read
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.instrument import InstrumentError, load_instrument

from . import access, organizations, store

Row = dict[str, Any]


def instrument(edition: str) -> Instrument:
    """Return the instrument of an edition that is answered here.

    Raises `ObjectNotFound`, and `ValidationError` for one of which only the frame is known.
    """
    try:
        found = load_instrument(edition)
    except InstrumentError as error:
        raise tk.ObjectNotFound(error.message.text(pcio_language())) from error
    if found.frame_only:
        text = tk._("Of this survey only the frame is published; it cannot be answered here.")
        raise tk.ValidationError({"edition": [text]})
    return found


def question(found: Instrument, reference: str) -> Question:
    """Return a question of an edition; raises `ObjectNotFound`."""
    try:
        return found.question(reference)
    except KeyError as error:
        raise tk.ObjectNotFound(tk._("There is no such question.")) from error


def open_response(edition: str) -> Row:
    """Return the response to an edition for a change, held until the transaction ends.

    Raises `ObjectNotFound` where none was opened, `ValidationError` where it is locked.
    """
    store.lock(edition)
    found = any_response(edition)
    if found["state"] != "open":
        text = tk._("The survey is locked; its answers cannot be changed any more.")
        raise tk.ValidationError({"edition": [text]})
    return found


def any_response(edition: str) -> Row:
    """Return the response to an edition, open or locked; raises `ObjectNotFound`."""
    found = store.response(edition)
    if found is None:
        raise tk.ObjectNotFound(tk._("The survey has not been opened yet."))
    return found


def check_version(stored: Row | None, seen: int) -> None:
    """Refuse a change of what somebody changed since it was seen; 0 is "nothing was there"."""
    there = stored["version"] if stored else 0
    if there != seen:
        text = tk._(
            "Somebody changed this since you opened it. Your text is kept below; look at the other "
            "one first."
        )
        raise tk.ValidationError({"version": [text]})


def read_answer(asked: Question, data: Any) -> dict[str, Any]:
    """Return an answer as the form takes it; raises `ValidationError` with every problem."""
    try:
        return read(asked, data)
    except AnswerRefused as refused:
        language = pcio_language()
        said = [
            f"{problem.place}: {problem.message.text(language)}"
            if problem.place
            else problem.message.text(language)
            for problem in refused.problems
        ]
        raise tk.ValidationError({"answer": said}) from refused


def commit(context: Context) -> None:
    """Commit, unless whoever called the action does."""
    if not context.get("defer_commit"):
        model.repo.commit()


def asked_office(
    context: Context, response: Mapping[str, Any], question: str, reference: str
) -> dict[str, Any]:
    """Return the office somebody answers for.

    Raises `NotAuthorized` where he may not, or where the question was not put to it.
    """
    office = organizations.by_reference([reference])[0]
    who = access.person(context)
    if not who.answers_for(office["id"]):
        raise tk.NotAuthorized(tk._("You may not answer for this office."))
    put = any(
        row["question_id"] == question and row["organization_id"] == office["id"]
        for row in store.assignments(response["id"])
    )
    if not put:
        raise tk.NotAuthorized(tk._("This question was not put to the office."))
    return office
