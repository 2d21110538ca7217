"""The datasets behind each proposed answer, by question: what a CSV list of the bundle holds.

A form itself stays light, however large the catalog: it tells how many there are, and these lists
are handed to a report beside it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.assessment import Assessment
from ckanext.pcio.survey.filled import FilledForm
from ckanext.pcio.survey.proposed import record

Row = Mapping[str, Any]
"""`dataset` (its id; blank for what is published outside the catalog), `title`, `url` and `note`
in both languages, as `survey.proposed` tells them."""

Lists = Mapping[str, Sequence[Row]]
"""Rows by question. A mapping may read them when they are asked for, a question at a time."""

HEADINGS = (
    N_("Number"),
    N_("Dataset"),
    N_("Address"),
    N_("Remark"),
    N_("Identifier"),
)
UNSEEN = N_("… and {number} more that only the committee’s secretary sees.")


def from_assessment(assessment: Assessment) -> dict[str, list[dict[str, Any]]]:
    """Return the datasets behind the proposals of an assessment."""
    day = assessment.as_of.isoformat()
    return {each.question: record(each, day)["evidence"] for each in assessment.proposals}


def hidden(form: FilledForm, question: str, shown: int) -> int:
    """Return how many datasets behind a proposal are not among the `shown` of its list."""
    proposal = form.answer(question).proposal or {}
    return max(0, int(proposal.get("evidence_count", shown)) - shown)


def cells(number: int, row: Row, language: str) -> tuple[Any, ...]:
    """Return the cells of a dataset, one for each of `HEADINGS`."""
    note = row.get("note") or {}
    return (number, row["title"], row["url"], note.get(language, ""), row["dataset"])


def headings(language: str) -> list[str]:
    """Return the heading of each column."""
    return [Message(heading).text(language) for heading in HEADINGS]


def write_csv(rows: Iterable[Row], target: BinaryIO, language: str) -> None:
    """Write a list as CSV that a spreadsheet opens in Thai and does not run, a row at a time."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings(language))
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(cell) for cell in cells(number, row, language)])
    text.flush()
    text.detach()
