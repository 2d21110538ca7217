"""What can honestly be said in numbers of a filled form: coverage always, a score where told how.

Pure. Coverage counts what is answered and proven. A score is an estimate, and there is none
without the points of `survey.scoring`: the national office publishes the weights of the pillars,
not the points (design.md §8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.standard.messages import N_, Message

from .filled import FilledAnswer, FilledForm
from .form import Indicator, Instrument, Question
from .places import Place, codes, places
from .progress import Progress, progress
from .scoring import Band, PlacePoints, QuestionPoints, Scoring

WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Share:
    """A number of a whole, never without the whole."""

    part: int
    whole: int

    @property
    def ratio(self) -> float | None:
        """The share from 0 to 1; None of nothing, which is neither."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a pillar, or of the whole form, is answered and proven.

    A question the given answers skip is not asked and so in no whole; `skipped` tells how many.
    """

    pillar: int | None
    """None: the whole form."""
    answers: Share
    """Questions with an answer, confirmed or not, of those asked."""
    confirmed: Share
    ready: Share
    """Confirmed, and nothing is missing."""
    evidence: Share
    """Places with evidence, of those where the given answers ask for it."""
    skipped: int


def coverage(form: FilledForm, instrument: Instrument) -> tuple[Coverage, ...]:
    """Return the coverage of each pillar in order, and of the whole form last.

    Confirming an answer that stands lowers no share.
    """
    skipped = form.skipped(instrument)
    by_pillar = [instrument.question(each).pillar for each in skipped]
    return tuple(_coverage(each, by_pillar) for each in progress(form, instrument))


def _coverage(each: Progress, skipped: Collection[int]) -> Coverage:
    return Coverage(
        pillar=each.pillar,
        answers=Share(each.answered, each.questions),
        confirmed=Share(each.confirmed, each.questions),
        ready=Share(each.ready, each.questions),
        evidence=Share(each.evidence_given, each.evidence_wanted),
        skipped=sum(each.pillar in (None, pillar) for pillar in skipped),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarEstimate:
    """The estimated score of a pillar, out of 100."""

    pillar: int
    weight: float
    """Per cent of what provinces are asked."""
    score: float | None
    """None where the file has points for none of its questions."""
    level: Band | None
    scored: Share
    """Questions the file has points for, of those of the pillar."""
    points: float
    most: float
    waiting: int
    """Answers whose points wait for evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimated score with everything it rests on. It is never an official one."""

    pillars: tuple[PillarEstimate, ...]
    overall: float | None
    """The pillars' mean by weight; None unless every pillar that counts has points."""
    level: Band | None
    weight: float
    """Per cent of the survey's weight for which there are points."""
    left_out: tuple[Indicator, ...]
    """Indicators whose score comes from the parent department."""
    notes: tuple[Message, ...]
    """What was assumed, beside the assumptions of the file itself."""
    scoring: Scoring


def estimate(form: FilledForm, instrument: Instrument, scoring: Scoring | None) -> Estimate | None:
    """Return the estimated score of a form; None where there are no points for its edition.

    What is answered counts whether confirmed or not. An option or a row that asks for evidence
    earns nothing before the evidence is there: on the form it could not be sent. A question that
    an answer skips earns nothing either, of what it could have.
    """
    if scoring is None or scoring.edition != instrument.id:
        return None
    skipped = form.skipped(instrument)
    answers = {each.question: each for each in form.answers}
    pillars = tuple(
        _pillar(
            pillar.number,
            instrument,
            scoring,
            {name: answer for name, answer in answers.items() if name not in skipped},
        )
        for pillar in instrument.pillars
    )
    counted = [each for each in pillars if each.weight]
    known = [(each.weight, each.score) for each in counted if each.score is not None]
    overall = None
    if counted and len(known) == len(counted):
        overall = sum(weight * score for weight, score in known) / sum(w for w, _ in known)
    return Estimate(
        pillars=pillars,
        overall=overall,
        level=None if overall is None else scoring.level(overall),
        weight=sum(weight for weight, _ in known),
        left_out=tuple(each for each in instrument.indicators if each.from_department),
        notes=_notes(form, scoring),
        scoring=scoring,
    )


def _notes(form: FilledForm, scoring: Scoring) -> tuple[Message, ...]:
    notes = [
        Message(N_("An answer that asks for evidence earns nothing until the evidence is there.")),
        Message(N_("A question that an answer skips earns nothing of the points it has.")),
        Message(
            N_("The questions of a pillar are joined by their points; no weights are published.")
        ),
    ]
    if any(answer.state == "draft" for answer in form.answers):
        notes.append(Message(N_("Answers that are not confirmed yet count too.")))
    if scoring.source is None:
        notes.append(Message(N_("The points are assumed (not published by DGA).")))
    if scoring.bands and scoring.bands_source is None:
        notes.append(Message(N_("The levels are assumed (not criteria published by DGA).")))
    return tuple(notes)


def _pillar(
    number: int, instrument: Instrument, scoring: Scoring, answers: Mapping[str, FilledAnswer]
) -> PillarEstimate:
    questions = [each for each in instrument.questions if each.pillar == number]
    scored = [
        (each, scoring.questions[each.id]) for each in questions if each.id in scoring.questions
    ]
    earned = [_earned(question, points, answers.get(question.id)) for question, points in scored]
    most = sum(points.most for _, points in scored)
    total = sum(points for points, _ in earned)
    score = WHOLE * total / most if most else None
    return PillarEstimate(
        pillar=number,
        weight=instrument.weight(number),
        score=score,
        level=None if score is None else scoring.level(score),
        scored=Share(len(scored), len(questions)),
        points=total,
        most=most,
        waiting=sum(waits for _, waits in earned),
    )


def _earned(
    question: Question, points: QuestionPoints, answer: FilledAnswer | None
) -> tuple[float, bool]:
    """Return the points of an answer, and whether any wait for evidence."""
    if answer is None or answer.state == "none":
        return 0.0, False
    unproven = {each.place for each in answer.missing(question) if each.lack == "evidence"}
    found = _points(question, points, answer.answer, unproven)
    possible = _points(question, points, answer.answer, frozenset())
    return min(found, points.most), min(possible, points.most) > min(found, points.most)


def _points(
    question: Question,
    points: QuestionPoints,
    answer: Mapping[str, Any],
    unproven: Collection[str],
) -> float:
    total = 0.0
    for place in places(question, answer):
        if place.kind == "option":
            total += _of_codes(points.options, codes(place.value), "", unproven)
        elif place.kind != "evidence":
            total += sum(
                _of_place(rule, place, unproven) for rule in points.places if rule.fits(place.path)
            )
    return total


def _of_place(rule: PlacePoints, place: Place, unproven: Collection[str]) -> float:
    if place.kind in {"choice", "choices"}:
        if place.path in unproven:  # the cell of a matrix
            return 0.0
        return _of_codes(rule.choices or {}, codes(place.value), f"{place.path}.", unproven)
    if place.kind == "table":
        rows = place.value if isinstance(place.value, list) else []
        filled = sum(
            _is_filled(row) and f"{place.path}.{number}" not in unproven
            for number, row in enumerate(rows, 1)
        )
        return min(filled * rule.each, filled * rule.each if rule.most is None else rule.most)
    return rule.filled if _is_filled(place.value) else 0.0


def _of_codes(
    points: Mapping[str, float], chosen: Iterable[str], at: str, unproven: Collection[str]
) -> float:
    return sum(points.get(code, 0.0) for code in chosen if f"{at}{code}" not in unproven)


def _is_filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(value.values())
    if isinstance(value, str):
        return bool(value.strip())
    # Nought is a number somebody gave; a box that is not ticked is not filled in.
    return value is not None and value is not False
