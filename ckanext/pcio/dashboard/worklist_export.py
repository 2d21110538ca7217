"""The worklist as a file: CSV and XLSX that a spreadsheet opens in Thai and does not run. Pure.

A line for each thing to do, so that a sheet can be sorted by kind of work and handed out. Dates are
ISO 8601 and Gregorian, because the files are for machines as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from ckanext.pcio.dashboard.worklist_page import Link, kind_label, row_view
from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message

HEADINGS = (
    N_("Place in the list"),
    N_("Dataset"),
    N_("Office"),
    N_("Dataset type"),
    N_("State"),
    N_("Kind of work"),
    N_("What to do"),
    N_("Why"),
    N_("What it gains"),
    N_("Used in the last 12 months"),
    N_("Last update"),
    N_("Where to do it"),
    N_("Address"),
)
_WIDTHS = (8, 40, 32, 18, 14, 26, 36, 44, 60, 14, 14, 50, 50)


def lines(
    rows: Iterable[Mapping[str, Any]], kind: str, link: Link, language: str
) -> Iterator[list[Any]]:
    """Yield the cells of each thing to do of `rows` (of `pcio_worklist_list`).

    `kind` leaves only what is of one kind of work.
    """
    for place, row in enumerate(rows, 1):
        shown = row_view(row, link, language)
        for step in shown["steps"]:
            if not kind or step["kind"] == kind:
                yield _cells(place, shown, step, language)


def _cells(place: int, row: Mapping[str, Any], step: Mapping[str, Any], language: str) -> list[Any]:
    gains = [gain["sentence"] for gain in row["gains"] if step["kind"] in gain["by"]]
    return [
        place,
        row["title"],
        row["organization_title"] or row["organization"],
        row["type_label"],
        row["state_label"],
        kind_label(step["kind"], language),
        step["what"],
        step["why"],
        "; ".join(gains),
        row["used"],
        date.fromisoformat(row["last_updated"]) if row["last_updated"] else None,
        step["link"],
        row["url"],
    ]


def headings(language: str) -> list[str]:
    """Return the heading of each column."""
    return [Message(heading).text(language) for heading in HEADINGS]


def write_csv(target: BinaryIO, cells: Iterable[Sequence[Any]], language: str) -> None:
    """Write a CSV file, with the mark Excel needs for UTF-8."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings(language))
    writer.writerows([safe_cell(_plain(cell)) for cell in line] for line in cells)
    text.detach()


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell


def write_xlsx(target: BinaryIO, cells: Iterable[Sequence[Any]], language: str, title: str) -> None:
    """Write an XLSX file, a line at a time."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed by this file only
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width

    def cell(value: Any, bold: bool = False) -> Any:
        shown: Any = value if isinstance(value, date) else safe_cell(value)
        made = WriteOnlyCell(sheet, shown if shown != "" else None)
        if isinstance(shown, str):
            made.data_type = "s"  # a text is never a formula
        if isinstance(value, date):
            made.number_format = "yyyy-mm-dd"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(heading, bold=True) for heading in headings(language)])
    for line in cells:
        sheet.append([cell(value) for value in line])
    book.save(target)
