"""What is missing as a file: CSV and XLSX that a spreadsheet opens in Thai and does not run. Pure.

A line for each thing, so that a sheet can be sorted by office and handed out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.form import Instrument

from .missing_page import words

HEADINGS = (
    N_("Office"),
    N_("Question"),
    N_("Text of the question"),
    N_("What to do"),
    N_("Where on the form"),
    N_("Address"),
)
_WIDTHS = (36, 12, 60, 26, 60, 60)

Row = Mapping[str, Any]


def lines(
    instrument: Instrument, rows: Iterable[Row], address: Callable[[Any], str], language: str
) -> list[list[Any]]:
    """Return the cells of each thing of `pcio_survey_missing`; `address` is where it is done."""
    return [
        [
            row["office"],
            row["question"],
            words(instrument, row["question"], language),
            row["sentence"],
            row["text"] if row["place"] else "",
            address(row),
        ]
        for row in rows
    ]


def write_csv(target: BinaryIO, cells: Iterable[Sequence[Any]], language: str) -> None:
    """Write a CSV file, with the mark Excel needs for UTF-8."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_headings(language))
    writer.writerows([safe_cell(cell) for cell in line] for line in cells)
    text.detach()


def write_xlsx(target: BinaryIO, cells: Iterable[Sequence[Any]], language: str) -> None:
    """Write an XLSX file whose texts are never formulas."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed by this file only
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(Message(N_("What is missing")).text(language)[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width

    def cell(value: Any, bold: bool = False) -> Any:
        made = WriteOnlyCell(sheet, safe_cell(value) or None)
        if value:
            made.data_type = "s"  # a text is never a formula
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(heading, bold=True) for heading in _headings(language)])
    for line in cells:
        sheet.append([cell(value) for value in line])
    book.save(target)


def _headings(language: str) -> list[str]:
    return [Message(heading).text(language) for heading in HEADINGS]
