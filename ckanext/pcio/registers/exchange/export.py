"""The register as an inventory in a file: CSV and XLSX that a spreadsheet opens and does not run.

Columns follow the inventory of the committee on integration of central databases (B.E. 2560):
agency, database, dataset, readiness to link, agreement with its dates, and who uses it. Dates are
Gregorian; in CSV they are ISO 8601.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import vocabulary

from .words import label

Row = Mapping[str, Any]
_WIDEST = 60


def _level(row: Row, language: str) -> str:
    term = vocabulary("data_classification").by_key(row["level"])
    return term.label(language) if term else row["level"] or ""


def _day(name: str) -> Callable[[Row, str], Any]:
    return lambda row, _language: date.fromisoformat(row[name]) if row[name] else None


def _plain(name: str) -> Callable[[Row, str], Any]:
    return lambda row, _language: row[name]


def _word(name: str) -> Callable[[Row, str], Any]:
    return lambda row, language: label(name, row[name], language)


COLUMNS: tuple[tuple[str, Callable[[Row, str], Any]], ...] = (
    (N_("Office"), _plain("organization_title")),
    (N_("Database"), _plain("source_database")),
    (N_("Dataset"), _plain("dataset_title")),
    (N_("Level"), _level),
    (N_("Partner agency"), _plain("partner")),
    (N_("Tier of the partner"), _word("tier")),
    (N_("Linkage method"), _word("method")),
    (N_("Status"), _word("status")),
    (N_("Legal basis or memorandum"), _plain("legal_basis")),
    (N_("Approved on"), _day("approved_on")),
    (N_("Signed on"), _day("signed_on")),
    (N_("Start"), _day("starts_on")),
    (N_("End"), _day("ends_on")),
    (N_("Purpose"), _plain("purpose")),
    (N_("Calls counted by the portal"), _plain("counted_calls")),
    (N_("Counted since"), _day("counted_since")),
    (N_("Calls stated"), _plain("told_calls")),
    (N_("Records moved, stated"), _plain("told_records")),
    (N_("Figures as of"), _day("told_on")),
    (N_("Last use"), _day("last_use")),
    (N_("Address"), _plain("dataset_url")),
)


def _cells(row: Row, language: str) -> list[Any]:
    return [read(row, language) for _, read in COLUMNS]


def headings(language: str) -> list[str]:
    """Return the heading of each column."""
    return [Message(heading).text(language) for heading, _ in COLUMNS]


def as_csv(rows: Iterable[Row], language: str) -> str:
    """Return the CSV text of exchanges (of `pcio_exchange_list`), with the mark Excel needs."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings(language))
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in _cells(row, language)])
    return buffer.getvalue()


def as_xlsx(rows: Iterable[Row], language: str, title: str) -> bytes:
    """Return the XLSX file of exchanges: one sheet named `title`, its heading row kept in sight."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed by this file only
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings(language)):
        letter = chr(ord("A") + number)
        sheet.column_dimensions[letter].width = min(_WIDEST, max(12, len(heading) + 4))

    def cell(value: Any, *, bold: bool = False) -> Any:
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
    for row in rows:
        sheet.append([cell(value) for value in _cells(row, language)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
