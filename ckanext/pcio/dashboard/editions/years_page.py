"""The province's official results year over year, never across a break of method. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.benchmarks import Benchmarks
from ckanext.pcio.survey.form import Instrument

from .editions_page import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number of one year and how it moved since the year before it in the same table."""

    text: str
    """"" where it was not entered."""
    change: str = ""
    """With its sign; "" where there is nothing to compare."""
    tone: str = ""
    """"good", "bad" or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measure over the years of a table."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Results that may be compared: of one kind of respondent and one edition's pillars."""

    title: str
    years: tuple[int, ...]
    lines: tuple[Line, ...]
    after_break: bool
    """Whether the method broke between the table before and this one."""


def tables(
    results: Sequence[Mapping[str, Any]],
    published: Benchmarks,
    instruments: Mapping[str, Instrument],
    language: str,
) -> tuple[Table, ...]:
    """Return the results (of `pcio_result_list`) in tables, oldest first.

    A result that names no pillars stands with the others of its side of the break, where these
    are all of one edition.
    """
    groups: dict[tuple[bool, str], list[Mapping[str, Any]]] = {}
    for row in sorted(results, key=lambda each: each["year"]):
        side = row["year"] > published.break_after
        named = {
            each["edition"]
            for each in results
            if each["edition"] and (each["year"] > published.break_after) == side
        }
        only = next(iter(named)) if len(named) == 1 else ""
        groups.setdefault((side, row["edition"] or only), []).append(row)
    found: list[Table] = []
    last: bool | None = None
    for (side, edition), rows in sorted(groups.items(), key=lambda each: each[1][0]["year"]):
        instrument = instruments.get(edition)
        found.append(
            Table(
                title=_title(instrument, language),
                years=tuple(row["year"] for row in rows),
                lines=tuple(_lines(rows, instrument, language)),
                after_break=last is not None and last != side,
            )
        )
        last = side
    return tuple(found)


def _title(instrument: Instrument | None, language: str) -> str:
    if instrument is None:
        return Message(N_("Results without pillars")).text(language)
    text = Message(N_("Pillars as in the survey of {year}"), {"year": instrument.year})
    return text.text(language)


def _lines(
    rows: Sequence[Mapping[str, Any]], instrument: Instrument | None, language: str
) -> list[Line]:
    def line(label: str, read: Callable[[Mapping[str, Any]], float | None]) -> Line:
        return Line(label=label, cells=cells([read(row) for row in rows]))

    found = [
        line(Message(N_("Overall score")).text(language), lambda row: row["overall"]),
        line(Message(N_("Overall level")).text(language), lambda row: row["level"]),
    ]
    for pillar in instrument.pillars if instrument else ():
        named = {"number": pillar.number, "title": pillar.title}
        score = Message(N_("{number}. {title}: score"), named).text(language)
        level = Message(N_("{number}. {title}: level"), named).text(language)
        key = str(pillar.number)
        found.append(line(score, lambda row, key=key: _of(row, key, "score")))
        found.append(line(level, lambda row, key=key: _of(row, key, "level")))
    # A measure nobody entered in any year has nothing to say.
    return [each for each in found if any(cell.text for cell in each.cells)]


def _of(row: Mapping[str, Any], key: str, name: str) -> float | None:
    return row["pillars"].get(key, {}).get(name)


def cells(values: Sequence[float | None]) -> tuple[Cell, ...]:
    """Return each value with its change since the last one that is known."""
    found: list[Cell] = []
    before: float | None = None
    for value in values:
        if value is None:
            found.append(Cell(text=""))
            continue
        change, tone = "", ""
        if before is not None:
            moved = round(value - before, 2)
            change = f"+{number(moved)}" if moved > 0 else f"−{number(-moved)}" if moved else "0"
            tone = "good" if moved > 0 else "bad" if moved < 0 else ""
        found.append(Cell(text=number(value), change=change, tone=tone))
        before = value
    return tuple(found)
