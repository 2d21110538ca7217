"""What `/readiness/survey` shows: editions, and the published averages with their break. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.survey.benchmarks import Benchmark, Benchmarks
from ckanext.pcio.survey.form import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarRow:
    """A pillar of an edition."""

    number: int
    title: str
    weight: str
    """Per cent, as the edition prints it."""
    counted: str
    """Per cent of what provinces are asked; "" where that is the same."""
    asked: bool
    mean: str
    """The published national mean; "" where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition as its card shows it."""

    id: str
    year: int
    title: str
    frame_only: bool
    questions: int
    pillars: tuple[PillarRow, ...]
    rebased: bool
    """Whether the weights are re-based because a pillar is not surveyed in provinces."""
    means: bool
    from_department: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of the chart: the national average, the province's own result, or both."""

    year: int
    overall: str
    bar: float
    """The same from 0 to 100; 0 where it is not known."""
    own: str
    own_bar: float
    departments: str
    respondents: str
    note: str
    source: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Years that may be looked at together."""

    key: str
    label: str
    years: tuple[Year, ...]


def number(value: float | None) -> str:
    """Return a score as it was published, without noughts behind it; "" where there is none."""
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def editions(
    instruments: Iterable[Instrument], published: Benchmarks, language: str
) -> tuple[Edition, ...]:
    """Return the cards of editions, the newest first."""
    found = [_edition(each, published, language) for each in instruments]
    return tuple(sorted(found, key=lambda each: -each.year))


def _edition(instrument: Instrument, published: Benchmarks, language: str) -> Edition:
    known = published.year(instrument.year)
    means = known.pillars if known and known.edition == instrument.id else {}
    return Edition(
        id=instrument.id,
        year=instrument.year,
        title=instrument.title.text(language),
        frame_only=instrument.frame_only,
        questions=len(instrument.questions),
        pillars=tuple(
            PillarRow(
                number=pillar.number,
                title=pillar.title.text(language),
                weight=number(pillar.weight),
                counted=number(instrument.weight(pillar.number)),
                asked=pillar.asked,
                # As they are printed, with one decimal.
                mean=f"{means[pillar.number]:.1f}" if pillar.number in means else "",
            )
            for pillar in instrument.pillars
        ),
        rebased=not all(pillar.asked for pillar in instrument.pillars),
        means=bool(means),
        from_department=tuple(
            f"{each.number} {each.title.text(language)}"
            for each in instrument.indicators
            if each.from_department
        ),
    )


def chart(
    published: Benchmarks, results: Sequence[Mapping[str, Any]], language: str
) -> tuple[Group, ...]:
    """Return the averages in groups between which the method broke.

    `results` are the province's own (of `pcio_result_list`); a year may have either or both. No
    group joins years of two sides of the break.
    """
    own = {row["year"]: row["overall"] for row in results if row["overall"] is not None}
    known = {each.year: each for each in published.years}
    return tuple(
        Group(
            key=series.key,
            label=series.label.text(language),
            years=tuple(
                _year(year, known.get(year), own.get(year), language)
                for year in sorted({*known, *own})
                if series.holds(year)
            ),
        )
        for series in published.series
    )


def _year(year: int, known: Benchmark | None, own: float | None, language: str) -> Year:
    return Year(
        year=year,
        overall=number(known.overall) if known else "",
        bar=known.overall if known else 0.0,
        own=number(own),
        own_bar=own or 0.0,
        departments=number(known.departments) if known else "",
        respondents=known.respondents.text(language) if known else "",
        note=known.note.text(language) if known and known.note else "",
        source=known.source.text(language) if known else "",
        address=known.address if known else "",
    )
