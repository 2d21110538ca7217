"""An XLSX file of plain sheets: headings that stay in sight, texts that are never formulas.

The same cells make the same bytes, whenever and wherever they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, BinaryIO, Literal

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.workbook import timeless
from ckanext.pcio.standard.workbook.cells import for_cell

from .plain import width

Look = Literal["text", "heading", "block", "number", "day"]

# Of the fonts government offices have; where it is missing a program takes another Thai font.
FONT = "TH Sarabun New"
_SIZE = 14
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SHEET_NAME = 31
_A4 = 9
# Letters of all columns that are side by side on a printed page.
_PAGE = 190
# How much of a column a line fills before it is broken, at the end of a Thai word and in a font
# wider than ours.
_FILLED = 0.8
# Points of a line of text, and of the highest row Excel has.
_LINE = 24.0
_HIGHEST = 409.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and how many letters wide it is."""

    heading: str
    width: int


@dataclass(frozen=True, slots=True)
class Block:
    """A row of headings within a sheet: a table of its own begins there."""

    cells: tuple[Any, ...]


@contextmanager
def writing(target: BinaryIO, title: str) -> Iterator[Book]:
    """Write a workbook to `target`; raises `OSError` where a disk is full."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed for workbooks only

    book: Any = Workbook(write_only=True)
    book.properties.title = title
    with timeless.writing(book):
        yield Book(book)
        timeless.save(book, target)


class Book:
    """A workbook that is written sheet by sheet, row by row."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._looks = _looks(book)

    def sheet(
        self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any] | Block]
    ) -> None:
        """Add a sheet. A cell is a text, a number, a day or None; a `Block` heads a table."""
        sheet = self._book.create_sheet(name[:_SHEET_NAME])
        sheet.freeze_panes = "B2"
        for number, column in enumerate(columns):
            letter = _letter(number)
            sheet.column_dimensions[letter].width = column.width
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = _A4
        # A wide sheet goes over several pages, each with the headings and the first column.
        sheet.page_setup.fitToWidth = -(-sum(column.width for column in columns) // _PAGE)
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:A"
        headings = [column.heading for column in columns]
        sheet.row_dimensions[1].height = _height(headings, columns)
        sheet.append([self._cell(sheet, heading, "heading") for heading in headings])
        last, blocks = 1, False
        for row in rows:
            last, blocks = last + 1, blocks or isinstance(row, Block)
            sheet.row_dimensions[last].height = _height(_values(row), columns)
            sheet.append(list(self._cells(sheet, row)))
        if not blocks:
            # A filter names its last row, so it is told when the rows are known.
            sheet.auto_filter.ref = f"A1:{_letter(len(columns) - 1)}{last}"

    def _cells(self, sheet: Any, row: Sequence[Any] | Block) -> Iterator[Any]:
        look: Look = "block" if isinstance(row, Block) else "text"
        for value in _values(row):
            yield self._cell(sheet, value, look)

    def _cell(self, sheet: Any, value: Any, look: Look) -> Any:
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

        shown: Any = value
        if value is None or value == "":
            shown = None
        elif isinstance(value, date):
            look = "day"
        elif isinstance(value, int | float) and not isinstance(value, bool):
            look = "number" if look == "text" else look
        else:
            shown = for_cell("\n".join(plain(line) for line in str(value).split("\n")))
        cell = WriteOnlyCell(sheet, shown)
        cell._style = self._looks[look]
        if isinstance(shown, str):
            cell.data_type = "s"  # a text is never a formula
            if shown.startswith(_FORMULA_STARTS):
                # Stays a text also when somebody edits the cell.
                cell._style = copy(cell._style)
                cell.quotePrefix = True
        return cell


def _values(row: Sequence[Any] | Block) -> Sequence[Any]:
    return row.cells if isinstance(row, Block) else row


def _height(values: Sequence[Any], columns: Sequence[Column]) -> float:
    """Return how high a row is whose texts are all to be seen, in points.

    A program that opens a workbook need not find that out itself, and LibreOffice does not.
    """
    most = max(
        (
            sum(ceil(width(line) / (column.width * _FILLED)) or 1 for line in value.split("\n"))
            for value, column in zip(values, columns, strict=False)
            if isinstance(value, str)
        ),
        default=1,
    )
    return min(_HIGHEST, most * _LINE)


def _looks(book: Any) -> dict[Look, Any]:
    """Return the style of each kind of cell; they are made once, because making one is slow."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    sheet = book.create_sheet("look")
    fills = {"heading": "FF1F4E79", "block": "FFDCE6F1"}
    found: dict[Look, Any] = {}
    for look in ("text", "heading", "block", "number", "day"):
        cell = WriteOnlyCell(sheet)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        bold = look in fills
        cell.font = Font(
            name=FONT, size=_SIZE, bold=bold, color="FFFFFFFF" if look == "heading" else None
        )
        if bold:
            cell.fill = PatternFill("solid", fgColor=fills[look])
        if look == "day":
            cell.number_format = "yyyy-mm-dd"
        found[look] = cell._style
    book.remove(sheet)
    return found


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    return get_column_letter(number + 1)
