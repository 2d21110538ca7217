"""A scan of one file from its bytes to its findings."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import IO, Any

from . import files
from .detector import Detector
from .findings import Finding
from .reading import BLOCK, DAMAGED, Budget, Table, Unreadable
from .rules import Rules, rules
from .values import as_text

_HEAD = 20
"""Rows among which the names of the columns are looked for."""
_LONGEST_NAME = 80
_MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found, and in how much."""

    findings: tuple[Finding, ...]
    rows: int
    partial: bool
    """Something was left unread."""

    @property
    def holds(self) -> bool:
        """Whether a person has to decide before readers get the file."""
        return any(finding.holds for finding in self.findings)


def scan_file(
    file: IO[bytes], name: str, format_: str, limits: Mapping[str, int] | None = None
) -> Scanned:
    """Look through a file for personal data.

    Args:
        file: the content, seekable.
        name: the file's name.
        format_: what its publisher calls it.
        limits: how much is read; those of `personal.yaml` if absent.

    Raises:
        NotTabular: there is no table in it.
        Unreadable: there is one, and it cannot be read.

    """
    budget = Budget(limits or rules().limits)
    return scan_tables(files.tables(file, name, format_, budget), budget)


def scan_tables(tables: Iterable[Table], budget: Budget) -> Scanned:
    """Look through tables; see `scan_file`."""
    what = rules()
    found: list[Finding] = []
    rows = 0
    try:
        for number, table in enumerate(tables, start=1):
            detector = Detector(_told_sheet(table.sheet, number, what), what)
            _feed(detector, table, budget)
            rows += detector.rows
            found.extend(detector.findings())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, UnicodeError):
        raise Unreadable(DAMAGED) from None
    return Scanned(tuple(found[:_MOST_FINDINGS]), rows, budget.partial)


def _feed(detector: Detector, table: Table, budget: Budget) -> None:
    if table.records is not None:
        for block in _blocks(table.records, budget, detector):
            detector.feed(_by_name(block))
        return
    rows = iter(table.rows or ())
    head = [[as_text(value) for value in row] for row in islice(rows, _HEAD)]
    names = header(head, detector)
    if names is not None:
        detector.name_columns([name[:_LONGEST_NAME] for name in head[names]])
        above, head = head[:names], head[names + 1 :]
        if above:
            detector.feed(_by_place(above, budget))
            detector.rows -= len(above)
    detector.feed(_by_place(head, budget))
    for block in _blocks(rows, budget, detector):
        detector.feed(_by_place(block, budget))


def _blocks(source: Iterator[Any], budget: Budget, detector: Detector) -> Iterator[list[Any]]:
    while block := list(islice(source, BLOCK)):
        yield block
        if budget.spent():
            return
        if detector.rows >= budget.limits["rows"]:
            budget.partial = True
            return


def _by_place(rows: Sequence[Sequence[Any]], budget: Budget) -> dict[int, list[str]]:
    columns = zip_longest(*rows, fillvalue="")
    return {
        place: [text if type(text) is str else as_text(text) for text in column]
        for place, column in enumerate(islice(columns, budget.limits["columns"]))
    }


def _by_name(records: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    names = dict.fromkeys(name for record in records for name in record)
    return {
        name[:_LONGEST_NAME]: [record.get(name, "") for record in records]
        for name in islice(names, rules().limits["columns"])
    }


def header(head: Sequence[Sequence[str]], detector: Detector) -> int | None:
    """Return which of the first rows names the columns; None where none does.

    It is the first row that is about as wide as the table, all text, and holds nothing that is
    looked for: a table whose first row is a person's must not be told by that person's name.
    """
    widths = [sum(1 for text in row if text.strip()) for row in head]
    for number, row in enumerate(head):
        if widths[number] * 2 < max(widths):
            continue
        filled = [text.strip() for text in row if text.strip()]
        if not filled or any(_is_number(text) for text in filled):
            return None
        return None if detector.holds_values(filled) else number
    return None


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("-", "").isdigit() and len(text) > 4  # noqa: PLR2004 - years name columns


def _told_sheet(sheet: str, number: int, what: Rules) -> str:
    """Return the name of a sheet, unless it is itself what is looked for."""
    name = sheet.rpartition(".")[0] or sheet
    return f"#{number}" if Detector("", what).holds_values([name]) else sheet[:_LONGEST_NAME]
