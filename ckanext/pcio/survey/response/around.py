"""Which question stands before and after another, and which one waits for its reader."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ckanext.pcio.survey.filled import FilledForm
from ckanext.pcio.survey.form import Instrument, Question

from . import store
from .access import Person

Row = dict[str, Any]


def around(
    instrument: Instrument, question: Question, form: FilledForm, response: Row | None, who: Person
) -> Row:
    """Return `previous`, `next` and `next_waiting`: ids of questions, or None. Two queries.

    What waits is looked for behind the question and then from the form's beginning.
    """
    order = [each.id for each in instrument.questions]
    at = order.index(question.id)
    waiting = waits_for(instrument, form, response, who)
    rest = (*order[at + 1 :], *order[:at])
    return {
        "previous": order[at - 1] if at else None,
        "next": order[at + 1] if at + 1 < len(order) else None,
        "next_waiting": next((each for each in rest if each in waiting), None),
    }


def waits_for(
    instrument: Instrument, form: FilledForm, response: Row | None, who: Person
) -> Collection[str]:
    """Return the questions at which somebody has something to do.

    The secretary: what is not confirmed, lacks something or is stale. An office: what it was asked,
    has not sent, and the committee has not confirmed. Skipped questions wait for nobody.
    """
    if response is None or response["state"] != "open":
        return ()
    skipped = form.skipped(instrument)
    if who.secretary:
        answers = {answer.question: answer for answer in form.answers}
        return {
            question.id
            for question in instrument.questions
            if question.id not in skipped
            and (
                answers[question.id].state != "confirmed"
                or answers[question.id].stale
                or answers[question.id].missing(question)
            )
        }
    if not who.contributes:
        return ()
    sent, settled = store.sent(response["id"]), _settled(form)
    return {
        question
        for question, office in store.asked(response["id"])
        if office in who.contributes
        and question not in skipped
        and question not in settled
        and (question, office) not in sent
    }


def _settled(form: FilledForm) -> set[str]:
    return {answer.question for answer in form.answers if answer.state == "confirmed"}
