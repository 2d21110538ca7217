"""A first proposal of a data dictionary, drawn from the file of the data itself. Pure.

Names come from the first row, types from the rows below it. It is a proposal: a person reads it
before anything is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ckanext.pcio.standard.columns import LENGTHS, MOST_COLUMNS, Column, line
from ckanext.pcio.standard.tabular import Row, Sheet, read
from ckanext.pcio.standard.thai import arabic_digits

_ROWS = 200
_HEAD_BYTES = 50_000_000
_LOOKED_FOR_HEADER = 15
_LONGEST_EXAMPLE = 60
_INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)?\.\d+([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/-]\d{1,2}[/-]\d{4}")
_DATETIME = re.compile(r"(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})[ T]\d{1,2}:\d{2}(:\d{2})?\S*")
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_BOOLEAN = frozenset({"true", "false"})
# Long runs of digits and addresses may tell who somebody is; a dictionary is no place for them.
_PERSONAL = re.compile(r"\d(?:[ -]?\d){8}|@")


def guess_columns(path: Path) -> tuple[Column, ...]:
    """Return the columns of the CSV file or workbook at `path`; raises `FileRefused`.

    Of a workbook the first sheet with rows counts.
    """
    sheets = read(path, rows=_ROWS, columns=MOST_COLUMNS, most_bytes=_HEAD_BYTES, head=True)
    sheet = next((sheet for sheet in sheets if sheet.rows), None)
    return _columns(sheet) if sheet is not None else ()


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    place = _header(sheet.rows)
    header, below = sheet.rows[place], sheet.rows[place + 1 :]
    found: list[Column] = []
    names: set[str] = set()
    for number, cell in enumerate(header.cells):
        name = line(cell)[: LENGTHS["name"]].strip()
        if not name or name in names:
            continue
        names.add(name)
        values = [row.cells[number] for row in below if number < len(row.cells)]
        stated = [value for value in values if value]
        found.append(Column(name, _type(stated), example=_example(stated)))
    return tuple(found)


def _header(rows: Sequence[Row]) -> int:
    """Return the place of the row of headings: the first that is as wide as the table.

    Lines of title above it have a cell or two.
    """
    looked_at = [sum(map(bool, row.cells)) for row in rows[:_LOOKED_FOR_HEADER]]
    widest = max(looked_at)
    return next(place for place, width in enumerate(looked_at) if 2 * width > widest)


def _type(values: Iterable[str]) -> str:
    """Return the type all values have; "" where there is none to tell by."""
    kinds = {_kind(arabic_digits(value)) for value in values}
    if not kinds:
        return ""
    if kinds <= {"integer", "number"}:
        return "number" if "number" in kinds else "integer"
    if kinds <= {"date", "datetime"}:
        return "datetime" if "datetime" in kinds else "date"
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind(value: str) -> str:
    # A leading nought is a code's, not a number's.
    if _INTEGER.fullmatch(value):
        return "integer"
    if _NUMBER.fullmatch(value) or _GROUPED.fullmatch(value):
        return "number" if "." in value else "integer"
    if _DATE.fullmatch(value):
        return "date"
    if _DATETIME.fullmatch(value):
        return "datetime"
    if _TIME.fullmatch(value):
        return "time"
    return "boolean" if value.lower() in _BOOLEAN else "text"


def _example(values: Sequence[str]) -> str:
    first = line(next(iter(values), ""))
    if len(first) > _LONGEST_EXAMPLE or _PERSONAL.search(arabic_digits(first)):
        return ""
    return first
