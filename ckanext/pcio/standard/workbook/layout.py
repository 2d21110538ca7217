"""Which column of a sheet holds what.

By the headings where they are words of ours; else by position, as thai_gdc reads its template,
where the number of headings tells one version's columns from the other's. What does not stand
where it should is noticed by what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ckanext.pcio.standard.fields import (
    dataset_fields,
    field_vocabulary_name,
    resource_fields,
)
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.values import split_terms
from ckanext.pcio.standard.vocabulary import vocabulary

from .columns import Column, SheetKind, description, heading_key
from .found import Layout, WorkbookRefused

ROWS_LOOKED_AT = 40
_HEADING_WITHIN = 10
_FEWEST_HEADINGS = 3
# So many columns are read; a sheet of ours has about seventy.
MOST_COLUMNS = 120
_FEWEST_TELLING = 3


@dataclass(frozen=True)
class Plan:
    """How one sheet is read."""

    kind: SheetKind
    title: str
    """Name of the sheet in the workbook."""
    layout: Layout
    columns: Mapping[int, Column]
    """By index, from 0."""
    first_row: int
    """Number of the first row of data."""
    by_heading: bool
    remarks: tuple[Message, ...] = ()

    def holds(self, column: str) -> bool:
        """Whether the sheet has this column."""
        return any(found.name == column for found in self.columns.values())


def plan(kind: SheetKind, title: str, rows: Sequence[Sequence[str]]) -> Plan | None:
    """Return how to read a sheet whose first rows say `rows`; None for a sheet without data.

    Raises `WorkbookRefused` where its columns cannot be understood.
    """
    found = _by_heading(kind, title, rows) or _by_position(kind, title, rows)
    if found is None:
        return None
    data = rows[found.first_row - 1 :]
    if not any(any(row) for row in data):
        return found
    _check_place(found, data)
    return found


def _by_heading(kind: SheetKind, title: str, rows: Sequence[Sequence[str]]) -> Plan | None:
    known = kind.by_heading()
    best, score = 0, 0
    for number, row in enumerate(rows[:_HEADING_WITHIN], 1):
        headings = [heading_key(text) for text in row if text.strip()]
        hits = sum(heading in known for heading in headings)
        # The later of two equal rows: names stand above labels in a workbook of ours.
        if hits >= max(_FEWEST_HEADINGS, len(headings) / 2, score):
            best, score = number, hits
    if not best:
        return None
    columns: dict[int, Column] = {}
    names: set[str] = set()
    remarks: list[Message] = []
    for index, text in enumerate(rows[best - 1]):
        column = known.get(heading_key(text))
        if not text.strip():
            continue
        if column is None:
            message = N_('Sheet {sheet}: the column "{heading}" is not known and was not read.')
        elif column.name in names:
            message = N_(
                'Sheet {sheet}: the column "{heading}" is there twice; the first was read.'
            )
        else:
            columns[index] = column
            names.add(column.name)
            continue
        remarks.append(Message(message, {"sheet": title, "heading": text[:60]}))
    _check_required(kind, title, names)
    after = description()["rows"]["first"] - description()["rows"]["heading"]
    return Plan(kind, title, _layout(kind, names), columns, best + after, True, tuple(remarks))


def _check_required(kind: SheetKind, title: str, names: set[str]) -> None:
    for name in kind.required:
        if name not in names:
            column = next(each for each in kind.columns("pcio") if each.name == name)
            raise WorkbookRefused(
                Message(
                    N_("The sheet {sheet} has no column {column}."),
                    {"sheet": title, "column": ColumnName(column)},
                )
            )


@dataclass(frozen=True, slots=True)
class ColumnName:
    """A column's heading in the reader's language, for a message."""

    column: Column

    def text(self, language: str = "th") -> str:
        """Return the heading with the column's name."""
        return f"{self.column.label[language]} ({self.column.name})"


def _layout(kind: SheetKind, names: set[str]) -> Layout:
    if names & set(description()[kind.part]["further"]):
        return "pcio"
    if kind.part == "resource" or "data_classification" in names:
        return "2.2"
    return "2.1"


def _by_position(kind: SheetKind, title: str, rows: Sequence[Sequence[str]]) -> Plan | None:
    heading, first = description()["rows"]["heading"], description()["rows"]["first"]
    headings = list(rows[heading - 1]) if len(rows) >= heading else []
    width = max((at for at, heading_text in enumerate(headings, 1) if heading_text), default=0)
    layouts: tuple[Layout, ...] = ("2.2", "2.1")
    for layout in layouts:
        columns = kind.columns(layout)
        if len(columns) == width:
            return Plan(kind, title, layout, dict(enumerate(columns)), first, False)
    if not any(any(row) for row in rows[heading:]):
        return None
    expected = sorted({len(kind.columns(layout)) for layout in layouts})
    raise WorkbookRefused(
        Message(
            N_(
                "The columns of the sheet {sheet} are not those of the standard: row {row} has "
                "{width} headings, not {expected}, and their words are not known. Use the template."
            ),
            {
                **{"sheet": title, "row": heading, "width": width},
                "expected": "/".join(map(str, expected)),
            },
        )
    )


def _check_place(found: Plan, data: Sequence[Sequence[str]]) -> None:
    """Refuse a sheet whose values do not stand under their headings."""
    own = _telling(found.columns, data)
    others = [_moved(found.columns, by) for by in (-1, 1)]
    if not found.by_heading and found.kind.part == "dataset":
        other: Layout = "2.1" if found.layout == "2.2" else "2.2"
        others.append(dict(enumerate(found.kind.columns(other))))
    best = max(_telling(columns, data) for columns in others)
    # A value may be odd, and a word may stand in two lists; a whole sheet is not moved by that.
    if best >= max(_FEWEST_TELLING, 2 * own):
        raise WorkbookRefused(
            Message(
                N_(
                    "In the sheet {sheet} the values do not stand under their headings: columns "
                    "seem to be shifted by one. Compare its columns with the template."
                ),
                {"sheet": found.title},
            )
        )


def _moved(columns: Mapping[int, Column], by: int) -> dict[int, Column]:
    return {index + by: column for index, column in columns.items()}


def _telling(columns: Mapping[int, Column], data: Sequence[Sequence[str]]) -> int:
    """Count the cells that say what only their column would say."""
    return sum(
        _fits(column, row[index])
        for index, column in columns.items()
        for row in data
        if 0 <= index < len(row) and row[index]
    )


def _fits(column: Column, text: str) -> bool:
    if column.field == "maintainer_email":
        return "@" in text
    if column.name == "resource_url":
        return text.startswith(("http://", "https://"))
    field = dataset_fields().get(column.field) or resource_fields().get(column.field) or {}
    if field.get("preset") not in ("pcio_term", "pcio_terms"):
        return False
    words = vocabulary(field_vocabulary_name(field))
    return any(words.find(part) for part in split_terms(words, text) if isinstance(part, str))
