"""A list of datasets as CSV that a spreadsheet opens in Thai and does not run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.pcio.dashboard import words
from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message

HEADINGS = (
    N_("Title"),
    N_("Office"),
    N_("Dataset type"),
    N_("Data category"),
    N_("Level"),
    N_("Mandatory items (of 14)"),
    N_("Missing items"),
    N_("Invalid items"),
    N_("Stars"),
    N_("Last update"),
    N_("Update due"),
    N_("State"),
    N_("Address"),
)


def document(rows: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return the CSV text of `rows` (of `pcio_facts_list`), with the mark Excel needs for UTF-8.

    Dates are ISO 8601 and Gregorian, because this file is for machines as well.
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([Message(heading).text(language) for heading in HEADINGS])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in _cells(row, language)])
    return buffer.getvalue()


def _cells(row: Mapping[str, Any], language: str) -> list[Any]:
    return [
        row["title"],
        row.get("organization_title") or row.get("organization"),
        words.term("data_type", row.get("data_type"), language),
        words.term("data_category", row.get("category"), language),
        words.term("data_classification", row.get("level"), language),
        words.items_present(row),
        ", ".join(words.item(code, language) for code in row.get("missing") or ()),
        ", ".join(words.item(code, language) for code in row.get("invalid") or ()),
        row.get("stars"),
        row.get("last_updated"),
        row.get("due_on"),
        words.state(row).text(language),
        row.get("url"),
    ]
