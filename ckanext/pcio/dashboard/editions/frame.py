"""The blank form of an edition as a page shows it: pillars, sections, questions, skips in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ckanext.pcio.dashboard.workbench.control_records import Control, Words
from ckanext.pcio.dashboard.workbench.controls import controls
from ckanext.pcio.dashboard.workbench.wording import pieces
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.form import Instrument, Option, Question, Section, Text
from ckanext.pcio.survey.instrument import load_instrument

_LOWEST = 6
"""The lowest heading of HTML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorView:
    """A sub-indicator and the questions asked for it."""

    number: str
    title: str
    from_department: bool
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarView:
    """A pillar; weights are per cent, as they are printed."""

    number: int
    title: str
    weight: str
    asked: bool
    rebased: str
    """The weight in provinces, where it is another; blank: the same."""
    questions: tuple[str, ...]
    indicators: tuple[IndicatorView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A heading of the form with what stands below it."""

    id: str
    level: int
    words: Words
    examples: tuple[Words, ...]
    notes: tuple[Words, ...]
    remarks: tuple[str, ...]
    kind: Literal["section"] = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question, nothing answered."""

    id: str
    level: int
    words: Words
    examples: tuple[Words, ...]
    notes: tuple[Words, ...]
    remarks: tuple[str, ...]
    office: str
    indicator: str
    controls: tuple[Control, ...]
    points: tuple[Words, ...]
    """What it asks about, where the questionnaire itself is not published."""
    skips: tuple[str, ...]
    """Sentences: where the form goes on after which option."""
    skipped: tuple[str, ...]
    """Sentences: after which answers it is not asked."""
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A heading of the table of contents with its questions."""

    id: str
    title: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An edition, blank."""

    edition: str
    year: int
    title: str
    frame_only: bool
    number: int
    """How many questions there are."""
    pillars: tuple[PillarView, ...]
    rebased: bool
    chapters: tuple[Chapter, ...]
    parts: tuple[SectionView | QuestionView, ...]


@lru_cache(maxsize=16)
def frame(edition: str, language: str) -> Frame:
    """Return the blank form of an edition. Raises `InstrumentError` where there is none."""
    instrument = load_instrument(edition)
    sections = {section.id: section for section in instrument.sections}
    skipped = _skipped(instrument)
    parts = tuple(
        _section(part, _depth(part, sections), language)
        if isinstance(part, Section)
        else _question(part, instrument, sections, skipped, language)
        for part in instrument.parts
    )
    pillars = tuple(_pillar(instrument, pillar.number, language) for pillar in instrument.pillars)
    return Frame(
        edition=instrument.id,
        year=instrument.year,
        title=instrument.title.text(language),
        frame_only=instrument.frame_only,
        number=len(instrument.questions),
        pillars=pillars,
        rebased=any(pillar.rebased for pillar in pillars),
        chapters=tuple(_chapters(instrument, sections, language)),
        parts=parts,
    )


# ---- pillars and the table of contents


def _pillar(instrument: Instrument, number: int, language: str) -> PillarView:
    pillar = instrument.pillar(number)
    weight, rebased = _per_cent(pillar.weight), _per_cent(instrument.weight(number))
    return PillarView(
        number=number,
        title=pillar.title.text(language),
        weight=weight,
        asked=pillar.asked,
        rebased=rebased if pillar.asked and rebased != weight else "",
        questions=tuple(q.id for q in instrument.questions if q.pillar == number),
        indicators=tuple(
            IndicatorView(
                number=indicator.number,
                title=indicator.title.text(language),
                from_department=indicator.from_department,
                questions=tuple(
                    q.id for q in instrument.questions if indicator.number in _indicators(q)
                ),
            )
            for indicator in instrument.indicators
            if indicator.pillar == number
        ),
    )


def _indicators(question: Question) -> set[str]:
    """Return the indicators a question is asked for; rows of a matrix may have their own."""
    rows = (item.indicator for field in question.fields for item in field.items)
    return set(filter(None, rows)) or {question.indicator or ""}


def _per_cent(weight: float) -> str:
    return f"{round(weight, 2):g}"


def _chapters(
    instrument: Instrument, sections: Mapping[str, Section], language: str
) -> Iterator[Chapter]:
    for section in instrument.sections:
        if section.parent is None:
            yield Chapter(
                id=section.id,
                title=section.heading.text(language),
                questions=tuple(
                    q.id for q in instrument.questions if _top(q.section, sections) == section.id
                ),
            )


def _top(section: str, sections: Mapping[str, Section]) -> str:
    parent = sections[section].parent if section in sections else None
    return section if parent is None else _top(parent, sections)


# ---- headings and questions


def _depth(part: Section | Question, sections: Mapping[str, Section]) -> int:
    """Return how many headings a part stands below."""
    above = part.section if isinstance(part, Question) else part.parent
    return 1 + _depth(sections[above], sections) if above else 0


def _section(section: Section, depth: int, language: str) -> SectionView:
    return SectionView(
        id=section.id,
        level=min(_LOWEST, 2 + depth),
        words=pieces(section.heading, language),
        examples=_all(section.examples, language),
        notes=_all(section.notes, language),
        remarks=tuple(text.text(language) for text in section.remarks),
    )


def _question(
    question: Question,
    instrument: Instrument,
    sections: Mapping[str, Section],
    skipped: Mapping[str, tuple[Message, ...]],
    language: str,
) -> QuestionView:
    blank = controls(question, {}, language=language, editable=False, anchored=False)
    points = tuple(pieces(field.text, language) for field in question.fields)
    skips = (_skip(question, option, instrument, language) for option in question.options)
    return QuestionView(
        id=question.id,
        level=min(_LOWEST, 2 + _depth(question, sections)),
        words=pieces(question.text, language),
        examples=_all(question.examples, language),
        notes=_all(question.notes, language),
        remarks=tuple(text.text(language) for text in question.remarks),
        office=question.office.text(language),
        indicator=question.indicator or "",
        controls=() if instrument.frame_only else blank,
        points=points if instrument.frame_only else (),
        skips=tuple(sentence for sentence in skips if sentence),
        skipped=tuple(message.text(language) for message in skipped.get(question.id, ())),
    )


def _all(texts: tuple[Text, ...], language: str) -> tuple[Words, ...]:
    return tuple(pieces(text, language) for text in texts)


# ---- skips


def _passed_over(question: Question, option: Option, instrument: Instrument) -> tuple[str, ...]:
    """Return the questions that are not asked where `option` is chosen."""
    if not option.skip_to:
        return ()
    skipped = instrument.skipped({question.id: option.code})
    return tuple(asked.id for asked in instrument.questions if asked.id in skipped)


def _skip(question: Question, option: Option, instrument: Instrument, language: str) -> str:
    passed = _passed_over(question, option, instrument)
    if not option.skip_to or not passed:
        return ""
    order = [part.id for part in instrument.parts]
    start = order.index(option.skip_to)
    follows = next(part.id for part in instrument.parts[start:] if isinstance(part, Question))
    message = Message(
        N_("After “{option}” the form goes on with {target}; {questions} are not asked then."),
        {"option": option.label, "target": follows, "questions": ", ".join(passed)},
    )
    return message.text(language)


def _skipped(instrument: Instrument) -> dict[str, tuple[Message, ...]]:
    """Return by question the sentences that tell when it is not asked."""
    found: dict[str, tuple[Message, ...]] = {}
    for question in instrument.questions:
        for option in question.options:
            for passed in _passed_over(question, option, instrument):
                message = Message(
                    N_("Not asked where {question} is answered “{option}”."),
                    {"question": question.id, "option": option.label},
                )
                found[passed] = (*found.get(passed, ()), message)
    return found
