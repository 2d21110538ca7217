"""Rows of a CSV file or an Excel workbook that anybody may have made. Pure.

Files come from spreadsheets: with or without the UTF-8 mark, in the Thai Windows code page, with
commas, semicolons or tabs. A workbook is looked through (`workbook.safety`) before it is opened,
and its formulas are never run.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal, NoReturn

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.workbook import safety
from ckanext.pcio.standard.workbook.found import WorkbookRefused

_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 30
_MOST_SHEETS = 10
_DAMAGED = N_("The workbook is damaged or cut off. Save it again in the spreadsheet program.")
_NO_TEXT = (
    (b"\xd0\xcf\x11\xe0", N_("an old Excel workbook (.xls)")),
    (b"%PDF", N_("a PDF file")),
    (b"{\\rtf", N_("a word processor’s file")),
    (b"<", N_("a web page")),
)
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


class FileRefused(ValueError):
    """A file whose rows cannot be read; `message` says why, for a person."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


@dataclass(frozen=True)
class Row:
    """One row as the file has it."""

    number: int
    """As spreadsheets count, from 1."""
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()
    """Places (from 0) of the cells that hold a formula; their text is "" here."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a CSV file, or of one sheet of a workbook, without those that are blank."""

    kind: Literal["csv", "xlsx"]
    name: str
    rows: tuple[Row, ...]
    merged: tuple[tuple[int, int], ...] = field(default=())
    """First and last row of each merged range."""
    cut: bool = False
    """There are more rows than were asked for."""


def read(
    path: Path, *, rows: int, columns: int, most_bytes: int, head: bool = False
) -> list[Sheet]:
    """Return the first `rows` rows and `columns` columns of the file at `path`, by sheet.

    Args:
        path: a CSV file or an Excel workbook, told apart by what is in it.
        rows: how many rows of a sheet are read.
        columns: how many columns of a row are read.
        most_bytes: size up to which a file is read.
        head: a larger CSV file is not refused, only its beginning is read; of a cell with a
            formula the value is read that was saved with it.

    Raises `FileRefused`.

    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(8)
        workbook = start.startswith(b"PK\x03\x04")
        if size > most_bytes and not (head and not workbook):
            large = N_("The file has {size} MB; at most {limit} MB are read.")
            _refuse(large, size=f"{size / 1e6:,.1f}", limit=f"{most_bytes / 1e6:,.0f}")
        if workbook:
            return list(_workbook(path, rows, columns, saved_values=head))
        with path.open("rb") as stream:
            content = stream.read(most_bytes)
    except OSError as error:
        _refuse(N_("The file cannot be opened: {reason}"), reason=error.strerror or "")
    if len(content) < size:
        content = content[: content.rfind(b"\n") + 1] or content
    return [_csv(_decoded(content), rows, columns)]


def _refuse(msgid: str, **params: Any) -> NoReturn:
    raise FileRefused(Message(msgid, params))


def _decoded(content: bytes) -> str:
    for start, kind in _NO_TEXT:
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            wrong = N_("This is {kind}. Open it and save it as “CSV UTF-8” or as a workbook.")
            _refuse(wrong, kind=Message(kind))
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        elif b"\x00" in content:
            _refuse(N_("This is neither a text file nor an Excel workbook (.xlsx)."))
        else:
            text = _utf8_or_thai(content)
    except UnicodeDecodeError:
        _refuse(N_("The letters of the file cannot be read. Save it as “CSV UTF-8”."))
    if not text.strip("\ufeff \r\n\t"):
        _refuse(N_("The file is empty."))
    return text


def _utf8_or_thai(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp874")


def _csv(text: str, rows: int, columns: int) -> Sheet:
    delimiter = max(_DELIMITERS, key=lambda each: _regularity(text, each))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[Row] = []
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                if len(found) == rows:
                    return Sheet("csv", "", tuple(found), cut=True)
                found.append(Row(number, tuple(cell.strip() for cell in cells[:columns])))
    except csv.Error:
        unread = N_("Line {line} of the file cannot be read as CSV.")
        _refuse(unread, line=reader.line_num)
    return Sheet("csv", "", tuple(found))


def _regularity(text: str, delimiter: str) -> int:
    """Return how much of the first rows a delimiter divides into equally many cells."""
    reader = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter)
    widths: list[int] = []
    try:
        for cells in reader:
            widths.append(len(cells))
            if len(widths) == _LOOKED_AT:
                break
    except csv.Error:
        return 0
    return max((width * widths.count(width) for width in set(widths) if width > 1), default=0)


def _workbook(path: Path, rows: int, columns: int, *, saved_values: bool) -> Iterator[Sheet]:
    try:
        inspected = safety.inspect(path)
    except WorkbookRefused as error:
        raise FileRefused(error.message) from error
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, needed for workbooks only

    try:
        # As a stream: openpyxl asks a path for its ending, and an upload may have none.
        with path.open("rb") as stream:
            book = load_workbook(stream, read_only=True, data_only=saved_values, keep_links=False)
            for sheet in book.worksheets[:_MOST_SHEETS]:
                merged = inspected.merged.get(getattr(sheet, "_worksheet_path", ""), ())
                yield _sheet(sheet, rows, columns, merged)
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part makes it raise
        raise FileRefused(Message(_DAMAGED)) from error


def _sheet(sheet: Any, rows: int, columns: int, merged: Sequence[str]) -> Sheet:
    found: list[Row] = []
    # A few rows more, because blank ones do not count.
    cells_of = sheet.iter_rows(max_row=2 * rows + _LOOKED_AT, max_col=columns)
    for number, cells in enumerate(cells_of, 1):
        formulas = frozenset(
            place for place, cell in enumerate(cells) if getattr(cell, "data_type", "") == "f"
        )
        texts = tuple(
            "" if place in formulas else _text(cell.value) for place, cell in enumerate(cells)
        )
        if not formulas and not any(texts):
            continue
        if len(found) == rows:
            return Sheet("xlsx", sheet.title, tuple(found), _rows_of(merged), cut=True)
        found.append(Row(number, texts, formulas))
    return Sheet("xlsx", sheet.title, tuple(found), _rows_of(merged))


def _rows_of(ranges: Sequence[str]) -> tuple[tuple[int, int], ...]:
    matches = filter(None, map(_RANGE.fullmatch, ranges))
    return tuple((int(match[2]), int(match[4])) for match in matches)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        # A day is written as one of midnight.
        value = value.date() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value).strip()
