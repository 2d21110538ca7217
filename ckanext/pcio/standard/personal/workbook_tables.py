"""Sheets of an XLSX workbook, streamed; a workbook that would fill memory is not opened."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.etree import ElementTree as ET

from .reading import DAMAGED, TOO_LARGE, Budget, Table, Unreadable

_SHEETS = "xl/worksheets/"
_SMALL = 10_000_000
_MOST_PARTS = 5_000


def tables(file: IO[bytes], prefix: str, budget: Budget) -> Iterator[Table]:
    """Return the sheets of a workbook one after the other.

    Raises:
        Unreadable: it is damaged, or far larger than it looks.

    """
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, seldom needed

    _refuse_bomb(file, budget.limits)
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except Exception:  # openpyxl raises whatever the damage leads to
        raise Unreadable(DAMAGED) from None
    try:
        for number, sheet in enumerate(book.worksheets):
            if number >= budget.limits["tables"] or budget.spent():
                budget.partial = True
                return
            sheet.reset_dimensions()
            name = f"{prefix}{sheet.title}" if len(book.worksheets) > 1 or prefix else ""
            yield Table(name, rows=_rows(sheet, budget))
    finally:
        book.close()


def _rows(sheet: Any, budget: Budget) -> Iterator[tuple[Any, ...]]:
    # Without a last column named, a row ends with its last cell.
    rows = sheet.iter_rows(values_only=True)
    widest = budget.limits["columns"]
    while True:
        try:
            row = next(rows, None)
        except Exception:  # openpyxl raises whatever the damage leads to
            raise Unreadable(DAMAGED) from None
        if row is None:
            return
        yield row[:widest]


def _refuse_bomb(file: IO[bytes], limits: Mapping[str, int]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise Unreadable(TOO_LARGE)
            large = [part for part in parts if part.file_size > limits["workbook_bytes"]]
            sheets = {part.filename for part in large if _is_sheet(archive, part)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        raise Unreadable(DAMAGED) from None
    for part in parts:
        # Sheets are streamed; every other part is taken into memory as a whole.
        whole = part.filename not in sheets
        swollen = part.file_size > limits["ratio"] * max(part.compress_size, 1)
        if (whole and part.file_size > limits["workbook_bytes"]) or (
            swollen and part.file_size > _SMALL
        ):
            raise Unreadable(TOO_LARGE)
    file.seek(0)


def _is_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part is a sheet by its name and by what it holds: other parts may bear the name."""
    if not part.filename.startswith(_SHEETS):
        return False
    try:
        with archive.open(part) as content:
            _event, root = next(ET.iterparse(content, events=("start",)))  # noqa: S314
    except (ET.ParseError, StopIteration):
        return False
    return root.tag.rpartition("}")[2] == "worksheet"
