"""The cells of a sheet, row by row, as openpyxl streams them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.messages import N_, Message

from .cells import problem_of, text_of
from .found import WorkbookRefused
from .layout import MOST_COLUMNS
from .rows import Cell, letter
from .safety import Inspection

# A sheet whose rows were formatted to the end has a million blank ones.
MOST_BLANK_ROWS = 1000
_MOST_RANGES = 2000
_BLANK = Cell()


@dataclass(frozen=True, slots=True)
class _Range:
    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def hides(self, row: int, column: int) -> bool:
        """Whether a cell is in the range, but is not the one that shows its value."""
        return (
            self.first_row <= row <= self.last_row
            and self.first_column <= column <= self.last_column
            and (row, column) != (self.first_row, self.first_column)
        )


class SheetSource:
    """The sheets of one file.

    Where a sheet has formulas the file is opened twice: once for their results, and once to know
    a formula without a result from a blank cell.
    """

    def __init__(self, path: Path, inspection: Inspection) -> None:
        self._inspection = inspection
        self._results = _load(path, data_only=True)
        self._formulas = _load(path, data_only=False) if inspection.with_formulas else None

    @property
    def titles(self) -> Sequence[str]:
        """Names of the sheets with cells, in their order."""
        return [sheet.title for sheet in self._results.worksheets]

    def close(self) -> None:
        """Close the file."""
        for book in (self._results, self._formulas):
            if book is not None:
                book.close()

    def rows(self, title: str) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the rows of a sheet that are not blank, with their numbers.

        Ends after a thousand blank rows. Raises `WorkbookRefused` where the sheet is damaged.
        """
        sheet = self._results[title]
        ranges = self._merged(sheet)
        formulas: Iterator[Any] = repeat(None)
        if self._formulas is not None and sheet._worksheet_path in self._inspection.with_formulas:
            formulas = self._cells(self._formulas[title])
        blank = 0
        try:
            for number, row in enumerate(self._cells(sheet), 1):
                of_formulas = next(formulas)
                found = _read(row, of_formulas)
                if found is None:
                    blank += 1
                    if blank >= MOST_BLANK_ROWS:
                        return
                    continue
                blank = 0
                if ranges:
                    _tell_merged(found, number, ranges)
                yield number, found
        except WorkbookRefused:
            raise
        except Exception as error:  # openpyxl lets anything through that a damaged sheet raises
            raise WorkbookRefused(
                Message(N_("The sheet {sheet} is damaged and cannot be read."), {"sheet": title})
            ) from error

    @staticmethod
    def _cells(sheet: Any) -> Iterator[Any]:
        sheet.reset_dimensions()  # what a file says about its size is often wrong
        return sheet.iter_rows(min_row=1, max_col=MOST_COLUMNS)

    def _merged(self, sheet: Any) -> list[_Range]:
        written = self._inspection.merged.get(sheet._worksheet_path, ())
        return [_range(each) for each in written[:_MOST_RANGES]]


def _load(path: Path, *, data_only: bool) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, needed for workbooks only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, of no concern here
            return load_workbook(path, read_only=True, data_only=data_only, keep_links=False)
    except Exception as error:  # openpyxl lets anything through that a damaged file raises
        raise WorkbookRefused(
            Message(
                N_("The workbook is damaged or cut off. Save it again in the spreadsheet program.")
            )
        ) from error


def _read(row: Sequence[Any], of_formulas: Sequence[Any] | None) -> list[Cell] | None:
    """Return the cells of a row, without the blank ones at its end; None for a blank row."""
    cells: list[Cell] = []
    last = 0
    for index, cell in enumerate(row):
        formula = of_formulas[index] if of_formulas and index < len(of_formulas) else None
        has_formula = formula is not None and formula.data_type == "f"
        if cell.value is None and not has_formula:
            cells.append(_BLANK)
            continue
        written = str(formula.value) if formula is not None and has_formula else None
        problem = problem_of(cell.value, cell.data_type, written)
        text = text_of(cell.value)
        if problem is None and not text.strip():
            cells.append(_BLANK)
            continue
        value = cell.value if isinstance(cell.value, (date, datetime)) else text
        cells.append(Cell(text or written or "", value, problem))
        last = index + 1
    return cells[:last] if last else None


def _tell_merged(cells: list[Cell], number: int, ranges: Sequence[_Range]) -> None:
    """Mark the blank cells of a row that another cell covers."""
    here = [each for each in ranges if each.first_row <= number <= each.last_row]
    for each in here:
        for column in range(each.first_column, min(each.last_column, MOST_COLUMNS) + 1):
            if not each.hides(number, column):
                continue
            cells.extend([_BLANK] * (column - len(cells)))
            if not cells[column - 1].text:
                place = f"{letter(each.first_column - 1)}{each.first_row}"
                message = N_("the cell is merged with {cell}; write its value in each row")
                cells[column - 1] = Cell(problem=Message(message, {"cell": place}))


def _range(written: str) -> _Range:
    from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415

    first_column, first_row, last_column, last_row = range_boundaries(written)
    return _Range(first_row or 1, last_row or 1, first_column or 1, last_column or 1)
