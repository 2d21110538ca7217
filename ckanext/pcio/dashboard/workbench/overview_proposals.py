"""What the catalog proposes and nobody has confirmed, laid out to be read and accepted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.survey.answer import AnswerRefused, from_proposal
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.requirements import missing

from .controls import Control, controls

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal that may be accepted."""

    id: str
    text: str
    controls: tuple[Control, ...]
    """The answer as the form reads with it."""
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    count: int
    """Datasets behind it."""
    missing: int
    """What the answer would still lack, such as evidence."""
    partial: bool
    """Whether people have to answer the rest of the question."""
    draft: bool
    """Whether somebody wrote a draft, which accepting replaces."""
    seen: str
    """What `pcio_answer_accept` compares."""


def proposals(instrument: Instrument, told: Row, language: str) -> tuple[Proposed, ...]:
    """Return what may be accepted of what `pcio_survey_show` told, in the form's order."""
    found = (
        _proposed(instrument.question(row["id"]), row, language)
        for row in told["questions"]
        if row["state"] != "confirmed" and not row["skipped_by"] and row["proposal"]
    )
    return tuple(each for each in found if each)


def _proposed(question: Question, row: Row, language: str) -> Proposed | None:
    record = row["proposal"]
    if record["option"] is None:
        return None
    try:
        answer = from_proposal(question, record)
    except AnswerRefused:
        return None
    kinds: dict[str, set[str]] = {}
    for each in row["evidence"]:
        kinds.setdefault(each["place"], set()).add(each["kind"])
    shown, hidden = record["evidence"], record["evidence_hidden"]
    return Proposed(
        id=question.id,
        text=question.text.text(language).removeprefix(question.id).lstrip(". ").strip(),
        controls=controls(question, answer, language=language, editable=False),
        reasons=tuple(record["reasons"].get(language, ())),
        caveats=tuple(record["caveats"].get(language, ())),
        count=record.get("evidence_count", len(shown) + hidden),
        missing=len(missing(question, answer, kinds)),
        partial=bool(record.get("partial")),
        draft=row["state"] == "draft" and row["answer"] != answer,
        seen=f"{row['version']}:{record['digest']}",
    )
