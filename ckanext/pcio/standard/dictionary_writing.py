"""A data dictionary as a file: CSV, or a workbook. Pure.

`dictionary_file.read_dictionary` gives back what was written.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ckanext.pcio.standard.columns import Column, type_label, words

_MARK = "\ufeff"
# As `cells.safe_cell`, but reading can tell what was added: one apostrophe more than there was.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
_WIDTHS = {"name": 28, "label": 28, "description": 60, "example": 28}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def csv_text(columns: Iterable[Column], language: str = "th") -> str:
    """Return the CSV file, with the mark Excel needs for UTF-8; no cell is a formula."""
    buffer = io.StringIO()
    buffer.write(_MARK)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_headings(language))
    for column in columns:
        writer.writerow([_guarded(cell) for cell in _cells(column, language)])
    return buffer.getvalue()


def workbook(columns: Iterable[Column], title: str, language: str = "th") -> bytes:
    """Return the XLSX file of one sheet; texts stay texts, whatever they begin with."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed by this file only
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, part in enumerate(words().headings):
        sheet.column_dimensions[chr(ord("A") + number)].width = _WIDTHS.get(part, 20)
    bold = Font(bold=True)
    sheet.append([_cell(sheet, heading, font=bold) for heading in _headings(language)])
    for column in columns:
        sheet.append([_cell(sheet, text) for text in _cells(column, language)])
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue())


def _headings(language: str) -> list[str]:
    return [heading[language] for heading in words().headings.values()]


def _cells(column: Column, language: str) -> list[str]:
    answers = words().required_written[language]
    shown = {
        "type": type_label(column.type, language) if column.type else "",
        "required": "" if column.required is None else answers[column.required],
    }
    return [shown[part] if part in shown else getattr(column, part) for part in words().headings]


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in r"[]:*?/\'" else letter for letter in title)[:31].strip() or "1"


def _cell(sheet: Any, text: str, **style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, text or None)
    if text:
        cell.data_type = "s"  # a text is never a formula
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


def _timeless(content: bytes) -> bytes:
    """Return a ZIP file without the time it was made: the same dictionary is the same file."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return made.getvalue()
