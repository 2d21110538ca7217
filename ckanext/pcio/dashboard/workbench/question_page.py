"""The page of one question, laid out for its template. Pure.

It takes what `pcio_survey_show` tells of the question, and what somebody wrote and was not saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ckanext.pcio.survey.answer import AnswerRefused, from_proposal
from ckanext.pcio.survey.carried import carried
from ckanext.pcio.survey.form import Instrument, Question, Section

from .answered import answered
from .controls import Control, EvidenceView, controls
from .question_prefill import tables

Row = Mapping[str, Any]
SECRETARY = "answer-"
"""What the inputs of the secretary's form begin with; an office's are `office_prefix`."""


class Links(Protocol):
    """Addresses the page leads to."""

    def evidence(self, evidence_id: str) -> str:
        """Return where a file is downloaded."""
        ...

    def delete(self, evidence_id: str) -> str:
        """Return where a form is sent to take evidence away."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote in a form and was not saved, or not yet."""

    office: str = ""
    """Id of the office; blank: the secretary."""
    answer: Row = field(default_factory=dict)
    text: str = ""
    """The reason or the note."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Sentences by place; "reason" and "note" are those inputs, "*" is the form as a whole."""
    conflict: bool = False
    saved: bool = False
    """Whether the answer was saved all the same, and only what stands beside it was not."""
    kept: Sequence[str] = ()
    """Evidence that was attached all the same."""
    files_again: bool = False
    """Whether files were refused, so that they have to be chosen again."""
    begun: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By place the address and the passage of evidence that was not kept."""
    source: str = ""
    """Where the answer comes from that the form is filled with; blank: from the person."""
    done: str = ""
    """What was done already, to be said above the form."""
    deleting: Mapping[str, Any] | None = None
    """The piece of evidence about which is asked whether it is to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Which question it is, and what the form says about it."""

    id: str
    pillar: str
    indicator: str
    sections: tuple[Section, ...]
    question: Question
    skipped_by: str | None
    skipping: str
    """The option whose choice skips the question."""
    wide: bool
    """Whether it needs the whole width: it has a matrix."""
    row_evidence: bool
    """Whether evidence is attached to single rows of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form somebody fills in."""

    prefix: str
    office: str
    title: str
    state: str
    version: int
    controls: tuple[Control, ...]
    text: str
    written: Written
    theirs: tuple[Control, ...]
    """What is saved now, where somebody else saved it meanwhile ..."""
    ours: tuple[Control, ...]
    """... and what this reader wrote."""
    saved: Row
    """The answer or contribution as it is saved."""


def head(instrument: Instrument, question: Question, told: Row, language: str) -> Head:
    """Return the head of the page."""
    indicators = {each.number: each for each in instrument.indicators}
    indicator = indicators.get(question.indicator or "")
    pillar = instrument.pillar(question.pillar)
    return Head(
        id=question.id,
        pillar=pillar.title.text(language),
        indicator=f"{indicator.number} {indicator.title.text(language)}" if indicator else "",
        sections=_sections(instrument, question),
        question=question,
        skipped_by=told["skipped_by"],
        skipping=_skipping(instrument, told["skipped_by"], question, language),
        wide=any(field.type == "matrix" for field in question.all_fields()),
        row_evidence=any(c.evidence for f in question.all_fields() for c in f.columns),
    )


def proposal(question: Question, record: Row | None, language: str) -> dict[str, Any] | None:
    """Return a proposal in the reader's language; `answer` is None where it is none to take."""
    if record is None:
        return None
    answer = proposed_answer(question, record)
    rows = record.get("evidence", ())
    return {
        "answer": answer,
        "controls": _briefly(question, answer, language) if answer else (),
        "reasons": record["reasons"].get(language, ()),
        "caveats": record["caveats"].get(language, ()),
        "evidence": [{**row, "note": row["note"].get(language, "")} for row in rows],
        "count": record.get("evidence_count", len(rows) + record.get("evidence_hidden", 0)),
        "hidden": record.get("evidence_hidden", 0),
        "more": max(0, record.get("evidence_count", 0) - len(rows)),
        "partial": bool(record.get("partial")),
        **{name: record.get(name, "") for name in ("rule", "as_of", "digest")},
    }


def proposed_answer(question: Question, record: Row) -> dict[str, Any] | None:
    """Return the answer a proposal amounts to, or None where it proposes none."""
    try:
        answer = from_proposal(question, record)
    except AnswerRefused:
        return None
    return answer if answer.get("option") or answer.get("values") else None


def contributions(
    question: Question, told: Row, links: Links, language: str
) -> list[dict[str, Any]]:
    """Return what the offices sent, each as its form reads."""
    return [
        {
            **each,
            "controls": _briefly(
                question, each["answer"], language, views(each["evidence"], links, office=False)
            ),
            "rows": sum(
                len(each["answer"]["values"][field.code])
                for field in tables(question, each["answer"])
            ),
        }
        for each in told["contributions"]
        if each["state"] == "sent"
    ]


def read_only(
    question: Question, answer: Row, evidence: Sequence[Row], links: Links, language: str
) -> tuple[Control, ...]:
    """Return an answer as it reads, with its evidence."""
    return _briefly(question, answer, language, views(evidence, links), others=True)


def secretary_form(
    question: Question, told: Row, written: Written | None, links: Links, language: str
) -> Form:
    """Return the secretary's form, with the evidence that counts for what stands in it."""
    evidence = views(told["evidence"], links, deletable=True)
    stands = written.answer if written else told["answer"]
    for each in told["contributions"]:
        if each["state"] == "sent":
            pieces = _carried(question, each, stands)
            for place, found in views(pieces, links).items():
                evidence.setdefault(place, []).extend(found)
    saved = {**told, "text": told["reason"]}
    return _form(question, SECRETARY, "", "", saved, written, evidence, language)


def office_form(
    question: Question,
    told: Row,
    assignment: Row,
    written: Written | None,
    links: Links,
    language: str,
) -> Form:
    """Return the form of an office that was asked."""
    office = assignment["organization"]
    given = next((c for c in told["contributions"] if c["organization"] == office), None)
    saved: dict[str, Any] = {"state": "none", "version": 0, "answer": {}, "text": "", "missing": []}
    if given:
        saved = {**given, "text": given["note"]}
    evidence = views(assignment["evidence"], links, deletable=True, office=False)
    return _form(
        question,
        office_prefix(office),
        office,
        assignment["title"],
        saved,
        written,
        evidence,
        language,
    )


def office_prefix(office: str) -> str:
    """Return what the inputs of an office's form begin with."""
    return f"office-{office[:8]}-"


def views(
    rows: Sequence[Row], links: Links, *, deletable: bool = False, office: bool = True
) -> dict[str, list[EvidenceView]]:
    """Return evidence by place as the form shows it."""
    found: dict[str, list[EvidenceView]] = {}
    for row in rows:
        found.setdefault(row["place"], []).append(
            EvidenceView(
                id=row["id"],
                kind=row["kind"],
                name=row["name"] or row["url"],
                href=row["url"] if row["kind"] == "url" else links.evidence(row["id"]),
                size=row["size"],
                passage=row["passage"],
                office=row["organization"] if office else "",
                delete=links.delete(row["id"]) if deletable else "",
            )
        )
    return found


def _carried(question: Question, contribution: Row, stands: Row) -> list[Row]:
    """Return an office's evidence where it counts in the answer `stands`, as far as it does."""
    given = contribution["answer"]
    found = (
        (each, carried(question, each["place"], given, stands)) for each in contribution["evidence"]
    )
    return [{**each, "place": place} for each, place in found if place is not None]


def _form(
    question: Question,
    prefix: str,
    office: str,
    title: str,
    saved: Row,
    written: Written | None,
    evidence: Mapping[str, Sequence[EvidenceView]],
    language: str,
) -> Form:
    ours = written or Written(office=office, answer=saved["answer"], text=saved["text"])
    both = (saved["answer"], ours.answer) if ours.conflict else ()
    compared = [_briefly(question, each, language) for each in both]
    return Form(
        prefix=prefix,
        office=office,
        title=title,
        state=saved["state"],
        version=saved["version"],
        controls=controls(
            question,
            ours.answer,
            language=language,
            evidence=evidence,
            problems=ours.problems,
            editable=True,
            begun=ours.begun,
        ),
        text=ours.text,
        written=ours,
        theirs=compared[0] if compared else (),
        ours=compared[1] if compared else (),
        saved=saved,
    )


def _briefly(
    question: Question,
    answer: Row,
    language: str,
    evidence: Mapping[str, Sequence[EvidenceView]] = {},
    *,
    others: bool = False,
) -> tuple[Control, ...]:
    """Return what of an answer is filled in; with `others` beside the options not chosen."""
    whole = controls(
        question, answer, language=language, evidence=evidence, editable=False, anchored=False
    )
    return answered(whole, others=others)


def _sections(instrument: Instrument, question: Question) -> tuple[Section, ...]:
    by_id = {section.id: section for section in instrument.sections}
    found: list[Section] = []
    at: str | None = question.section
    while at is not None and at in by_id:
        found.append(by_id[at])
        at = by_id[at].parent
    return tuple(reversed(found))


def _skipping(
    instrument: Instrument, skipped_by: str | None, question: Question, language: str
) -> str:
    """Return the label of the option that skips a question, as far as one alone does."""
    if skipped_by is None:
        return ""
    options = [
        option
        for option in instrument.question(skipped_by).options
        if option.skip_to and question.id in instrument.skipped({skipped_by: option.code})
    ]
    return options[0].label.text(language) if len(options) == 1 else ""
