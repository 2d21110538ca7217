"""The report of an import as a file: one line for each remark, or for each row without one.

CSV and XLSX that a spreadsheet opens and does not run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message

Row = Mapping[str, Any]
_WIDTHS = (22, 8, 14, 44, 30, 10, 30, 36, 80)
HEADINGS = (
    N_("Sheet"),
    N_("Row"),
    N_("Result"),
    N_("Dataset"),
    N_("Name in the web address"),
    N_("Column of the sheet"),
    N_("Field"),
    N_("Value"),
    N_("What there is to tell"),
)


def headings(language: str) -> list[str]:
    """Return the heading of each column."""
    return [Message(heading).text(language) for heading in HEADINGS]


def lines(rows: Iterable[Row], language: str) -> Iterator[list[Any]]:
    """Yield the lines of the report of rows as `present.row` returns them."""
    changed = Message(N_("changes from “{old}” to “{new}”"))
    for row in rows:
        whose = [row["outcome_label"], row["title"], row["name"]]
        told = False
        for said in row["remarks"]:
            told = True
            place = [said["sheet"], said["row"]]
            yield [*place, *whose, said["column"], said["label"], said["value"], said["sentence"]]
        for change in row["changes"]:
            told = True
            sentence = Message(changed.msgid, {"old": change["old"], "new": change["new"]})
            cells = ["", change["label"], change["new"], sentence.text(language)]
            yield [row["sheet"], row["row"], *whose, *cells]
        if not told:
            yield [row["sheet"], row["row"], *whose, "", "", "", ""]


def as_csv(rows: Iterable[Row], language: str) -> Iterator[str]:
    """Yield the CSV text of a report, with the mark Excel needs."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield "\ufeff"
    for line in (headings(language), *lines(rows, language)):
        writer.writerow([safe_cell(cell) for cell in line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def as_xlsx(rows: Iterable[Row], language: str, title: str) -> bytes:
    """Return the XLSX file of a report: one sheet named `title`, its heading row kept in sight."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed by this file only
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width

    def cell(value: Any, *, bold: bool = False) -> Any:
        shown = safe_cell(value)
        made = WriteOnlyCell(sheet, shown if shown != "" else None)
        if isinstance(shown, str):
            made.data_type = "s"  # a text is never a formula
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(heading, bold=True) for heading in headings(language)])
    for line in lines(rows, language):
        sheet.append([cell(value) for value in line])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
