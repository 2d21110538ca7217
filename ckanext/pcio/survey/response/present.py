"""A survey as the actions tell it, as far as a person may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.survey.filled import Attachment, FilledAnswer, without_drafts
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.kept_rows import Shown
from ckanext.pcio.survey.progress import progress

from . import filling, lacking, organizations, store
from .access import Person
from .around import around
from .history import names
from .offices import standing

Row = dict[str, Any]
EVIDENCE_SHOWN = 20
"""How many of the datasets behind a proposal are named; all of them are in its exports."""


def survey(
    instrument: Instrument,
    who: Person,
    language: str,
    visible: Predicate | None,
    only: Question | None = None,
) -> Row:
    """Return a survey, of its questions all or `only` one, with those around it.

    `visible` tells the datasets that may be named; None: none is, and neither is told what offices
    contributed. A constant number of queries.
    """
    response = store.response(instrument.id)
    form = filling.filled_form(instrument.id, counts=False)
    known = _Known(response, who, only.id if only else None, brief=visible is None)
    asked = (only,) if only else instrument.questions
    if visible is not None:
        behind = [each.id for each in asked if form.answer(each.id).proposal]
        named = None if who.secretary else visible
        known.shown = filling.shown(response, instrument.id, behind, named, EVIDENCE_SHOWN)
    skipped = form.skipped(instrument)
    seen = form if who.secretary else without_drafts(form)
    return {
        "edition": instrument.id,
        "year": instrument.year,
        "title": instrument.title.text(language),
        "state": response["state"] if response else "none",
        "version": response["version"] if response else 0,
        "deadline": _iso(response["deadline"]) if response else None,
        "note": response["note"] if response else "",
        "locked_at": form.locked_at or None,
        **_locked(response),
        "role": _role(who),
        "progress": [asdict(each) for each in progress(form, instrument)],
        "offices": [] if only else known.offices(instrument, skipped),
        "questions": [
            _question(question, seen.answer(question.id), skipped, known, language)
            for question in asked
        ],
        **(around(instrument, only, form, response, who) if only else {}),
        **({"computed_at": _computed(response, instrument.id, only)} if only else {}),
    }


def _computed(response: Row | None, edition: str, question: Question) -> str | None:
    """Return when the proposal was drawn; of a locked survey it is not known any more."""
    if response is not None and response["state"] == "locked":
        return None
    return _iso(store.computed_at(edition, question.id))


class _Known:
    """What belongs to a response beside its form, read once."""

    def __init__(
        self,
        response: Row | None,
        who: Person,
        question: str | None = None,
        *,
        brief: bool = False,
    ) -> None:
        self.who = who
        self.brief = brief
        self.shown: Mapping[str, Shown] = {}
        """By question the datasets behind its proposal that are named."""
        self.answers: dict[str, Row] = {}
        self.asked: dict[str, list[Row]] = defaultdict(list)
        self.given: dict[str, list[Row]] = defaultdict(list)
        self.proof: dict[str, list[Row]] = defaultdict(list)
        self.response = response
        if response is None:
            self.titles: dict[str, str] = {}
            self.active: set[str] = set()
            self.people: dict[str, str] = {}
            return
        self.answers = store.answers(response["id"])
        assignments = store.assignments(response["id"], question)
        contributions = store.contributions(response["id"], question)
        evidence = store.evidence(response["id"], question)
        rows = (*assignments, *contributions, *evidence)
        offices = organizations.remembered(row["organization_id"] for row in rows)
        self.titles = {each["id"]: each["title"] for each in offices}
        self.active = {each["id"] for each in offices if not each["gone"]}
        changed = (*self.answers.values(), *contributions)
        self.people = names(row["changed_by"] for row in changed)
        for into, found in (
            (self.asked, assignments),
            (self.given, contributions),
            (self.proof, evidence),
        ):
            for row in found:
                into[row["question_id"]].append(row)

    def offices(self, instrument: Instrument, skipped: Mapping[str, str]) -> list[Row]:
        """Return how far the offices are that its reader looks after."""
        asked = [row for rows in self.asked.values() for row in rows]
        given = [row for rows in self.given.values() for row in rows]
        settled = [key for key, row in self.answers.items() if row["state"] == "confirmed"]
        return standing(instrument, self.response, asked, given, skipped, settled, self.who)

    def put_to(self, question: str) -> set[str]:
        """Return the offices a question was put to; those that were deleted are left out."""
        return {row["organization_id"] for row in self.asked[question]} & self.active

    def shown_of(self, question: str) -> tuple[list[Row], int | None]:
        """Return what of the datasets behind a proposal is named, and how many are not."""
        return ([], None) if self.brief else self.shown.get(question, ([], 0))

    def sent(self, question: str) -> int:
        """Return how many of the offices a question was put to have sent something."""
        asked = self.put_to(question)
        return sum(
            row["state"] == "sent" and row["organization_id"] in asked
            for row in self.given[question]
        )


def _locked(response: Row | None) -> Row:
    """Return who locked a survey and the digest of what was kept; blank of an open one."""
    if response is None or response["state"] != "locked":
        return {"locked_by": "", "sha256": ""}
    snapshot = store.snapshot(response["id"])
    by = names([response["locked_by"]]).get(response["locked_by"] or "", "")
    return {"locked_by": by, "sha256": snapshot["sha256"] if snapshot else ""}


def _question(
    question: Question,
    answer: FilledAnswer,
    skipped: Mapping[str, str],
    known: _Known,
    language: str,
) -> Row:
    stored = known.answers.get(question.id)
    return {
        "id": question.id,
        "pillar": question.pillar,
        "indicator": question.indicator,
        "office": question.office.text(language),
        "skipped_by": skipped.get(question.id),
        "state": answer.state,
        "origin": answer.origin,
        "answer": answer.answer,
        "reason": answer.reason,
        "version": stored["version"] if stored else 0,
        "changed_at": _iso(stored["changed_at"]) if stored else None,
        "changed_by": known.people.get(stored["changed_by"] or "", "") if stored else "",
        "confirmed_at": answer.confirmed_at or None,
        "stale": answer.stale,
        # What the answer was given beside, where the catalog has moved away from it since.
        "proposal_then": _then(stored) if answer.stale else None,
        "proposal": _proposal(
            answer.proposal, known.shown.get(question.id, ([], None if known.brief else 0))
        ),
        "missing": [
            lacking.lack(question, each, "", language)
            for each in answer.missing(question)
            # What a draft lacks tells what stands in it.
            if known.who.secretary or answer.state != "draft" or known.response is None
        ],
        "evidence": [_evidence(each) for each in _own(answer)],
        "counting": _counting(question, answer, known),
        "assignments": _assignments(question, known),
        "asked": len(known.put_to(question.id)),
        "sent": known.sent(question.id),
        "contributions": [] if known.brief else _contributions(question, known, language),
    }


def _proposal(
    proposal: Mapping[str, Any] | None, shown: tuple[list[Row], int | None]
) -> Mapping[str, Any] | None:
    """Return a proposal with the first datasets the reader may see; its numbers are for all."""
    if proposal is None:
        return None
    rows, hidden = shown
    return {**proposal, "evidence": rows, "evidence_hidden": hidden}


def _then(stored: Row | None) -> Mapping[str, Any] | None:
    then = stored["proposal"] if stored else None
    # Its datasets may be others' by now.
    return {**then, "evidence": []} if then else None


def _own(answer: FilledAnswer) -> list[Attachment]:
    return [each for each in answer.attachments if not each.organization]


def _counting(question: Question, answer: FilledAnswer, known: _Known) -> list[Row]:
    """Return what proves the answer, the committee's and the reader's offices', at its places."""
    seen = {
        row["id"]
        for row in known.proof[question.id]
        if row["organization_id"] is None or known.who.sees_contribution(row["organization_id"])
    }
    return [_evidence(each) for each in answer.attachments if each.id in seen]


def _assignments(question: Question, known: _Known) -> list[Row]:
    return [
        {
            "organization": row["organization_id"],
            "title": known.titles.get(row["organization_id"], ""),
            "deadline": _iso(row["deadline"]),
            "gone": row["organization_id"] not in known.active,
            "mine": row["organization_id"] in known.who.contributes,
            "state": _told_state(row, known),
            # Of one's own office, also before it has written anything else.
            "evidence": [
                _evidence(each)
                for each in _proof_of(question, row["organization_id"], known)
                if row["organization_id"] in known.who.belongs
            ],
        }
        for row in known.asked[question.id]
    ]


def _told_state(row: Row, known: _Known) -> str | None:
    """Return how far an office is with a question, or None where the reader may not know."""
    office = row["organization_id"]
    if not known.who.sees_contribution(office):
        return None
    given = (g for g in known.given[row["question_id"]] if g["organization_id"] == office)
    state = next((each["state"] for each in given), "none")
    return "none" if state == "draft" and office not in known.who.belongs else state


def _contributions(question: Question, known: _Known, language: str) -> list[Row]:
    rows = []
    for row in known.given[question.id]:
        if not known.who.sees_contribution(row["organization_id"]):
            continue
        # The secretary sees what was sent; a draft is its office's alone.
        if row["state"] == "draft" and row["organization_id"] not in known.who.belongs:
            continue
        proof = _proof_of(question, row["organization_id"], known)
        rows.append(
            {
                "organization": row["organization_id"],
                "title": known.titles.get(row["organization_id"], ""),
                **{name: row[name] for name in ("state", "answer", "note", "version")},
                "changed_at": _iso(row["changed_at"]),
                "changed_by": known.people.get(row["changed_by"] or "", ""),
                "missing": lacking.contributed(question, row["answer"], proof, language),
                "evidence": [_evidence(each) for each in proof],
            }
        )
    return rows


def _proof_of(question: Question, office: str, known: _Known) -> list[Attachment]:
    return [
        filling.attachment(row, known.titles)
        for row in known.proof[question.id]
        if row["organization_id"] == office
    ]


def _evidence(each: Attachment) -> Row:
    return {name: getattr(each, name) for name in Attachment.__slots__}


def _role(who: Person) -> str:
    if who.secretary:
        return "secretary"
    return "office" if who.contributes else "reader"


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None
