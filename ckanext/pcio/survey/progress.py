"""How far a survey has come: per pillar, what is answered, confirmed, proven and ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .filled import FilledAnswer, FilledForm
from .form import Instrument, Question
from .places import places


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Numbers of one pillar, or of the whole form. Skipped questions are not asked."""

    pillar: int | None
    """None: the whole form."""
    questions: int
    answered: int
    confirmed: int
    ready: int
    """Confirmed, and nothing is missing."""
    evidence_wanted: int
    """Places where the given answers ask for evidence."""
    evidence_given: int
    stale: int


def progress(form: FilledForm, instrument: Instrument) -> tuple[Progress, ...]:
    """Return the progress of each pillar in order, and of the whole form last."""
    skipped = form.skipped(instrument)
    asked = [q for q in instrument.questions if q.id not in skipped]
    answers = {answer.question: answer for answer in form.answers}
    rows = [
        _count(pillar.number, (q for q in asked if q.pillar == pillar.number), answers)
        for pillar in instrument.pillars
    ]
    return (*rows, _count(None, asked, answers))


def _count(
    pillar: int | None, questions: Iterable[Question], answers: dict[str, FilledAnswer]
) -> Progress:
    counted = dict.fromkeys(
        ("questions", "answered", "confirmed", "ready", "evidence_wanted", "evidence_given"), 0
    )
    stale = 0
    for question in questions:
        counted["questions"] += 1
        answer = answers.get(question.id)
        if answer is None or answer.state == "none":
            continue
        lacks = {m.place for m in answer.missing(question) if m.lack == "evidence"}
        wanted = [p for p in places(question, answer.answer) if p.kind == "evidence"]
        confirmed = answer.state == "confirmed"
        counted["answered"] += 1
        counted["confirmed"] += confirmed
        counted["ready"] += confirmed and not answer.missing(question)
        counted["evidence_wanted"] += len(wanted)
        counted["evidence_given"] += sum(place.path not in lacks for place in wanted)
        stale += answer.stale
    return Progress(pillar=pillar, stale=stale, **counted)
