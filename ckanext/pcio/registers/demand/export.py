"""Demands with their answers as CSV and as a workbook that no spreadsheet takes for formulas.

Addresses of the askers are in neither: a file is passed on more easily than a page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message

from .words import SOURCES, STATES, words

HEADINGS = (
    N_("Year"),
    N_("Number"),
    N_("Data asked for"),
    N_("Details"),
    N_("Purpose"),
    N_("Asked by"),
    N_("Office asked"),
    N_("Source"),
    N_("Asked on"),
    N_("Supports"),
    N_("State"),
    N_("Answer"),
    N_("Dataset"),
    N_("Address"),
    N_("Expected on"),
    N_("Answered on"),
    N_("Answered by"),
)
_WIDTHS = (8, 10, 45, 45, 30, 18, 30, 24, 12, 10, 20, 45, 40, 40, 12, 12, 20)


def csv_document(rows: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return the CSV text of `rows` (of `pcio_demand_list`), with the mark Excel needs for UTF-8.

    Dates are ISO 8601 and Gregorian, because this file is for machines as well.
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows(_table(rows, language))
    return buffer.getvalue()


def xlsx_document(rows: Iterable[Mapping[str, Any]], language: str) -> bytes:
    """Return a workbook with one sheet of `rows`; every text in it is a text."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, seldom needed
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(Message(N_("Requests")).text(language))
    sheet.freeze_panes = "A2"
    for position, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + position)].width = width
    for cells in _table(rows, language):
        line = []
        for value in cells:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            line.append(cell)
        sheet.append(line)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _table(rows: Iterable[Mapping[str, Any]], language: str) -> Iterable[list[Any]]:
    yield [Message(heading).text(language) for heading in HEADINGS]
    for row in rows:
        yield [safe_cell(cell) for cell in _cells(row, language)]


def _cells(row: Mapping[str, Any], language: str) -> list[Any]:
    answer = row["answer"] or {}
    dataset = answer.get("dataset") or {}
    office = row["organization"] or {}
    return [
        row["year"],
        row["number"],
        row["title"],
        row["description"],
        row["purpose"],
        words().asker(row["asker"], language),
        office.get("title") or row["office_named"],
        Message(SOURCES[row["source"]]).text(language),
        row["created_on"],
        row["supports"],
        Message(STATES[row["state"]]).text(language),
        answer.get("note"),
        dataset.get("title"),
        dataset.get("url") or answer.get("url"),
        answer.get("expected_on"),
        answer.get("answered_on"),
        answer.get("answered_by"),
    ]
