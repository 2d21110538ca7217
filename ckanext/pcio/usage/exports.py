"""Numbers of use as files: CSV and XLSX that a spreadsheet opens in Thai and does not run.

Days are ISO 8601 and Gregorian, because the files are for machines as well.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message

from . import words
from .statistics import NUMBERS

_WIDEST = 60
_MARK = "\ufeff"
_LINES_AT_ONCE = 1000
# The moment a ZIP file can name first; a file of the same numbers is the same file every time.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

Column = tuple[str, str]
"""Key of a row, and its heading."""

SERIES: tuple[Column, ...] = (
    ("period", N_("Period")),
    ("start", N_("First day")),
    ("end", N_("Last day")),
    *((term.key, term.label) for term in words.NUMBERS),
)
_TITLED: Mapping[str, tuple[Column, ...]] = {
    "datasets": (("title", N_("Dataset")), ("organization_title", N_("Office"))),
    "resources": (("title", N_("File")), ("dataset_title", N_("Dataset"))),
    "organizations": (("title", N_("Office")), ("datasets", N_("Datasets"))),
    "data_types": (("title", N_("Dataset type")), ("datasets", N_("Datasets"))),
    "classes": (("title", N_("Class")), ("datasets", N_("Datasets"))),
}


def table_columns(table: str, language: str) -> list[Column]:
    """Return the columns of a table of `pcio_usage_list`, with their headings."""
    found = [(key, Message(heading).text(language)) for key, heading in _TITLED[table]]
    found.extend((term.key, Message(term.label).text(language)) for term in words.NUMBERS)
    before = N_("{number}, period before")
    found.extend(
        (f"previous {term.key}", Message(before, {"number": Message(term.label)}).text(language))
        for term in words.NUMBERS
    )
    return [*found, ("id", Message(N_("Identifier")).text(language))]


def series_columns(language: str) -> list[Column]:
    """Return the columns of a series, with their headings."""
    return [(key, Message(heading).text(language)) for key, heading in SERIES]


def table_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of `pcio_usage_list` with the numbers before beside those of now."""
    before = row.get("previous") or {}
    return {**row, **{f"previous {name}": before.get(name) for name in NUMBERS}}


def csv_text(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file, a thousand at a time, with the mark Excel needs for UTF-8."""
    keys = [key for key, _ in columns]
    cells = ([row.get(key) for key in keys] for row in rows)
    return lines([heading for _, heading in columns], cells)


def lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield a CSV file of rows that may be very many."""
    buffer = io.StringIO()
    buffer.write(_MARK)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(cell) for cell in row])
        if number % _LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def workbook(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    about: Sequence[tuple[str, str]],
    language: str,
) -> bytes:
    """Return an XLSX file: a sheet of rows, and one that says what they are and what they lack."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed by this file only

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, (_, heading) in enumerate(columns):
        width = min(_WIDEST, max(12, len(heading) + 4, 40 if number == 0 else 0))
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.append([_cell(sheet, heading, bold=True) for _, heading in columns])
    for row in rows:
        sheet.append([_cell(sheet, row.get(key)) for key, _ in columns])
    notes = book.create_sheet(_sheet_name(Message(N_("About these numbers")).text(language)))
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 24, 90
    for name, text in about:
        notes.append([_cell(notes, name, bold=True), _cell(notes, text)])
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue())


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in r"[]:*?/\'" else letter for letter in title)[:31].strip() or "1"


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    shown: Any = value if isinstance(value, date) else safe_cell(value)
    cell = WriteOnlyCell(sheet, shown if shown != "" else None)
    if isinstance(shown, str):
        cell.data_type = "s"  # a text is never a formula
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _timeless(content: bytes) -> bytes:
    """Return a ZIP file without the time it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return made.getvalue()
