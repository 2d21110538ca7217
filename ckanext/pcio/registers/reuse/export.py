"""The approved reuses as a table for officers: who uses which data, how, since when."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response
from openpyxl import Workbook

from ckanext.pcio.registers.vocabulary import REUSE_TYPE, REUSE_USER, label
from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.messages import N_, Message

HEADINGS = (
    N_("Title"),
    N_("Datasets used"),
    N_("Offices of the data"),
    N_("How the data is used"),
    N_("Who uses it"),
    N_("Name of the user"),
    N_("Type of reuse"),
    N_("Link"),
    N_("Date of use"),
    N_("Approved on"),
    N_("Approved by"),
    N_("Address"),
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Table = list[list[Any]]


def table(reuses: Iterable[Mapping[str, Any]], language: str) -> Table:
    """Return the rows of `reuses` (as officers read them) under their headings.

    No e-mail address is in it. Dates are ISO 8601 and Gregorian: the file is for machines as well.
    """
    headings = [Message(heading).text(language) for heading in HEADINGS]
    return [headings, *([safe_cell(cell) for cell in _cells(r, language)] for r in reuses)]


def csv_response(rows: Table) -> Response:
    """Return the table as CSV, with the mark Excel needs for UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return _file(buffer.getvalue(), "text/csv", "csv")


def xlsx_response(rows: Table) -> Response:
    """Return the table as a workbook; every text is a text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("reuse")
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return _file(buffer.getvalue(), _XLSX, "xlsx")


def _cells(reuse: Mapping[str, Any], language: str) -> Sequence[Any]:
    datasets = reuse["datasets"]
    offices = dict.fromkeys(d["organization_title"] or "" for d in datasets)
    return [
        reuse["title"],
        ", ".join(d["title"] for d in datasets),
        ", ".join(offices),
        reuse["how"],
        label(REUSE_USER, reuse["user_kind"], language),
        reuse["user_name"],
        label(REUSE_TYPE, reuse["type"], language),
        reuse["link"],
        reuse["used_on"],
        _day(reuse["reviewed_at"]),
        reuse["reviewed_by"],
        tk.h.url_for("pcio_reuse.read", id=reuse["id"], qualified=True),
    ]


def _day(moment: str | None) -> str:
    if not moment:
        return ""
    return datetime.fromisoformat(moment).astimezone(THAILAND).date().isoformat()


def _file(content: str | bytes, mimetype: str, ending: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="reuse.{ending}"'
    return response
