"""What is missing until the survey is ready: of the province's answers, and of each office's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.filled import Attachment, FilledForm
from ckanext.pcio.survey.form import Instrument, Question, Text
from ckanext.pcio.survey.requirements import missing

from . import filling, organizations, store
from .access import Person

Row = dict[str, Any]

_ANSWER = ("answer", Message(N_("Answer the question")))
_CONFIRM = ("confirmed", Message(N_("Confirm the answer")))
_SEND = ("sent", Message(N_("Send the answer")))


def of_form(instrument: Instrument, form: FilledForm, who: Person, language: str) -> list[Row]:
    """Return what the province's answers lack, in the form's order.

    Where nothing is answered the answer is missing as a whole; one that lacks nothing but is not
    confirmed lacks that. What a draft lacks beside is for the secretary.
    """
    skipped = form.skipped(instrument)
    rows = []
    for question in instrument.questions:
        if question.id in skipped:
            continue
        answer = form.answer(question.id)
        office = question.office.text(language)
        if answer.state == "none":
            rows.append(_step(question, _ANSWER, office, language))
            continue
        told = who.secretary or answer.state == "confirmed" or form.state == "proposals"
        lacks = answer.missing(question) if told else ()
        found = [lack(question, each, office, language) for each in lacks]
        if not found and answer.state != "confirmed":
            found = [_step(question, _CONFIRM, office, language)]
        rows += found
    return rows


def of_offices(
    instrument: Instrument,
    response: Row | None,
    who: Person,
    skipped: Collection[str],
    language: str,
    only: str | None = None,
) -> list[Row]:
    """Return what offices owe, by office and in the form's order; of one office where it is named.

    Where the committee has confirmed an answer, nobody owes one to it any more.

    An office's people see their own, the secretary everybody's, but of a draft only that it was not
    sent. Five queries, however many offices.
    """
    if response is None:
        return []
    asked = [
        row
        for row in store.assignments(response["id"])
        if row["question_id"] not in skipped
        and who.sees_contribution(row["organization_id"])
        and only in (None, row["organization_id"])
    ]
    settled = store.confirmed(response["id"])
    asked = [row for row in asked if row["question_id"] not in settled]
    given = {
        (row["question_id"], row["organization_id"]): row
        for row in store.contributions(response["id"])
    }
    proof = _proof(store.evidence(response["id"]))
    questions: dict[str, set[str]] = defaultdict(set)
    for row in asked:
        questions[row["organization_id"]].add(row["question_id"])
    return [
        row
        for office in organizations.named(questions)
        for question in instrument.questions
        if question.id in questions[office["id"]]
        for row in _of_office(question, office, given, proof, who, language)
    ]


def lack(question: Question, found: Any, office: str, language: str) -> Row:
    """Return one thing an answer lacks (`survey.requirements.Missing`)."""
    return _row(question, office, found.place, found.lack, found.text, found.message, language)


def contributed(
    question: Question, answer: Mapping[str, Any], proof: Iterable[Attachment], language: str
) -> list[Row]:
    """Return what an office's contribution lacks, given what it attached."""
    evidence: dict[str, set[str]] = defaultdict(set)
    for each in proof:
        evidence[each.place].add(each.kind)
    return [lack(question, each, "", language) for each in missing(question, answer, evidence)]


def _of_office(
    question: Question,
    office: Row,
    given: Mapping[tuple[str, str], Row],
    proof: Mapping[tuple[str, str], list[Attachment]],
    who: Person,
    language: str,
) -> list[Row]:
    key = (question.id, office["id"])
    row = given.get(key)
    own = office["id"] in who.belongs
    rows: list[Row] = []
    if row is None or (row["state"] == "draft" and not own):
        rows = [_step(question, _ANSWER, office["title"], language)]
    else:
        if row["state"] == "draft":
            rows = [_step(question, _SEND, office["title"], language)]
        rows += contributed(question, row["answer"], proof.get(key, ()), language)
    told = {"office": office["title"], "organization": office["name"]}
    return [{**each, **told} for each in rows]


def _proof(rows: Iterable[Row]) -> dict[tuple[str, str], list[Attachment]]:
    found: dict[tuple[str, str], list[Attachment]] = defaultdict(list)
    for row in rows:
        if row["organization_id"]:
            key = (row["question_id"], row["organization_id"])
            found[key].append(filling.attachment(row, {}))
    return found


def _step(question: Question, step: tuple[str, Message], office: str, language: str) -> Row:
    return _row(question, office, "", step[0], question.text, step[1], language)


def _row(
    question: Question,
    office: str,
    place: str,
    lacks: str,
    text: Text,
    message: Message,
    language: str,
) -> Row:
    return {
        "question": question.id,
        "office": office,
        "organization": None,
        "place": place,
        "lack": lacks,
        "text": text.text(language),
        "sentence": message.text(language),
    }
