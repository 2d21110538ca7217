"""A data dictionary read out of a CSV file or an Excel workbook. Pure.

Headings are recognized in Thai and English, whatever their order and whatever stands above them
(`schemas/dictionary.yaml`). What cannot be read is told row by row; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ckanext.pcio.standard.columns import (
    MOST_COLUMNS,
    Column,
    line,
    paragraph,
    problems,
    read_type,
    unknown_type,
    words,
)
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import stated_text
from ckanext.pcio.standard.tabular import FileRefused, Row, Sheet, read
from ckanext.pcio.standard.thai import fold

MOST_BYTES = 5_000_000
_HEADING_ROWS = 20
# What must stand beside the name: a heading such as “Name” alone heads no dictionary.
_SECOND = frozenset({"type", "description", "label"})
_WIDEST = 60
# What `dictionary_writing` puts before a text that a spreadsheet would take for a formula.
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_LONGEST_HEADING = 100


@dataclass(frozen=True)
class Remark:
    """Why something in one row was not taken."""

    row: int
    """Number of the row as spreadsheets count, from 1."""
    part: str
    """What of the column it is about: one of `columns.PARTS`."""
    message: Message


@dataclass(frozen=True)
class DictionaryFile:
    """What a file says of the columns of a table."""

    columns: tuple[Column, ...]
    """Every row that names a column, without what `remarks` tell of."""
    remarks: tuple[Remark, ...]
    unread: tuple[str, ...]
    """Headings that mean nothing to a dictionary here."""
    rows: tuple[int, ...]
    """Number of the row of each of `columns`."""
    parts: tuple[str, ...]
    """The parts of a column that have a heading."""


def read_dictionary(path: Path) -> DictionaryFile:
    """Return the dictionary in the file at `path`; raises `FileRefused`.

    Of a workbook the first sheet counts that has the headings.
    """
    limit = MOST_COLUMNS + _HEADING_ROWS
    sheets = read(path, rows=limit + 1, columns=_WIDEST, most_bytes=MOST_BYTES)
    for sheet in sheets:
        heading = _heading(sheet)
        if heading is not None:
            return _dictionary(sheet, *heading)
    raise FileRefused(_no_headings(sheets))


def _no_headings(sheets: list[Sheet]) -> Message:
    first = next((row for sheet in sheets for row in sheet.rows), None)
    if first is None:
        return Message(N_("The file is empty."))
    shown = ", ".join(filter(None, first.cells))[:200]
    missing = N_(
        "No row of headings was found. A dictionary has a column for the name of the variable "
        "and one for its type or description. The first row of the file is: {line}."
    )
    return Message(missing, {"line": line(shown)})


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """Return the row of headings, as its place among the rows, and the place of each part."""
    best: tuple[int, dict[str, int]] | None = None
    for place, row in enumerate(sheet.rows[:_HEADING_ROWS]):
        found = _parts(row)
        more = len(found) if best is None else len(found) - len(best[1])
        if "name" in found and more > 0 and not found.keys().isdisjoint(_SECOND):
            best = place, found
    return best


def _parts(row: Row) -> dict[str, int]:
    """Return the place of each part whose heading stands in `row`; the first of a kind counts."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        part = _part(cell)
        if part:
            found.setdefault(part, place)
    return found


def _part(heading: str) -> str | None:
    known = words().heading_spellings
    text = heading[:_LONGEST_HEADING].replace("*", " ").strip(" :\n")
    outside = _IN_BRACKETS.sub(" ", text)
    pieces = (text, outside, *re.split(r"[/\n]", outside), *_IN_BRACKETS.findall(text))
    return next((known[folded] for piece in pieces if (folded := fold(piece)) in known), None)


def _dictionary(sheet: Sheet, heading: int, places: dict[str, int]) -> DictionaryFile:
    row = sheet.rows[heading]
    # A heading over two rows: what is below a merged cell is heading, too.
    last = max((end for start, end in sheet.merged if start == row.number), default=row.number)
    columns: list[Column] = []
    rows: list[int] = []
    remarks: list[Remark] = []
    for each in sheet.rows[heading + 1 :]:
        if each.number <= last:
            continue
        cells = {
            part: each.cells[place] for part, place in places.items() if place < len(each.cells)
        }
        formulas = [part for part, place in places.items() if place in each.formulas]
        if not formulas and not any(map(stated_text, cells.values())):
            continue
        for part in formulas:
            held = N_("The cell holds a formula. Write its value instead.")
            remarks.append(Remark(each.number, part, Message(held)))
        if sheet.kind == "csv":
            cells = {part: _unguarded(cell) for part, cell in cells.items()}
        column = _column(cells, each.number, remarks, formulas)
        if column is not None:
            columns.append(column)
            rows.append(each.number)
    if not rows and not remarks:
        raise FileRefused(Message(N_("The file has headings and no row below them.")))
    remarks.extend(_problems(columns, rows))
    taken = set(places.values())
    unread = (cell for place, cell in enumerate(row.cells) if cell and place not in taken)
    return DictionaryFile(
        tuple(columns[:MOST_COLUMNS]),
        tuple(sorted(remarks, key=lambda remark: remark.row)),
        tuple(line(cell)[:_LONGEST_HEADING] for cell in unread),
        tuple(rows[:MOST_COLUMNS]),
        tuple(places),
    )


def _column(
    cells: Mapping[str, str], number: int, remarks: list[Remark], formulas: list[str]
) -> Column | None:
    name = line(cells.get("name"))
    if not name:
        if "name" not in formulas:
            message = Message(N_("The row has no name of a column, so it was left out."))
            remarks.append(Remark(number, "name", message))
        return None
    kind = read_type(line(cells.get("type")))
    if kind is None:
        remarks.append(Remark(number, "type", unknown_type(line(cells["type"]))))
    answer = stated_text(line(cells.get("required")))
    required = words().required.get(fold(answer)) if answer else None
    if answer and required is None:
        wrong = N_("“{value}” is neither yes nor no.")
        remarks.append(Remark(number, "required", Message(wrong, {"value": answer[:80]})))
    return Column(
        name=name,
        type=kind or "",
        label=line(cells.get("label")),
        description=paragraph(cells.get("description")),
        required=required,
        example=line(cells.get("example")),
    )


def _unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def _problems(columns: list[Column], rows: list[int]) -> Iterator[Remark]:
    """Yield what stands in the way of keeping the columns, by the file's own rows."""
    place = {column.name: row for column, row in reversed(list(zip(columns, rows, strict=True)))}
    for problem in problems(columns):
        if problem.row >= len(rows):
            yield Remark(rows[-1], problem.part, problem.message)
            continue
        message = problem.message
        name = columns[problem.row].name
        if problem.part == "name" and place[name] != rows[problem.row]:
            twice = N_("The column “{name}” is already in row {row}.")
            message = Message(twice, {"name": name, "row": place[name]})
        yield Remark(rows[problem.row], problem.part, message)
