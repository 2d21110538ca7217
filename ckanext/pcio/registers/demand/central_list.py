"""The central agency's yearly list of what the public wants, read out of a CSV file. Pure.

The lists come from spreadsheets: with or without the UTF-8 mark, in the Thai Windows code page,
with commas, semicolons or tabs, and with lines of title above the headings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.standard import values
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.values import Refused

from .words import NUMBER_LENGTH, TEXT_LENGTH, TITLE_LENGTH, words

ROWS_MAX = 5000
BYTES_MAX = 10_000_000
# Lists have a line or two of title above the headings.
_HEADING_LINES = 15
# What the first bytes of files that are often renamed to .csv say they are.
_OTHER_FILES = (
    (b"PK", N_("an Excel workbook or a zip file")),
    (b"\xd0\xcf\x11\xe0", N_("an old Excel workbook")),
    (b"%PDF", N_("a PDF file")),
    (b"{\\rtf", N_("a word processor’s file")),
)
_HEADING_NAMES = {"title": N_("name of the dataset")}


class ListError(ValueError):
    """A file that is no such list; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list: what it asks for, or why it cannot be taken in."""

    row: int
    """Number of the row in the file, counted from 1 with the headings, as spreadsheets do."""
    number: str = ""
    title: str = ""
    description: str = ""
    purpose: str = ""
    asker: str = ""
    office: str = ""
    reason: Message | None = None


def read_list(content: bytes, year: int) -> list[ListRow]:
    """Return the rows of the list of the Buddhist `year`; raises `ListError`."""
    text = _text(content)
    if not text.strip("\ufeff\x00 \r\n\t"):
        raise ListError(Message(N_("The file is empty.")))
    lines = _lines(text)
    start, columns = _headings(lines)
    rows = [
        _row(number, {name: cells[at] for name, at in columns.items() if at < len(cells)}, year)
        for number, cells in lines[start + 1 :]
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise ListError(Message(N_("The file has headings and no row below them.")))
    if len(rows) > ROWS_MAX:
        found = {"rows": f"{len(rows):,}", "limit": f"{ROWS_MAX:,}"}
        raise ListError(Message(N_("The file has {rows} rows; at most {limit} are taken."), found))
    return list(_without_repeats(rows))


def _text(content: bytes) -> str:
    if len(content) > BYTES_MAX:
        limit = {"limit": BYTES_MAX // 1_000_000}
        raise ListError(Message(N_("The file is larger than {limit} MB."), limit))
    for start, kind in _OTHER_FILES:
        if content.startswith(start):
            wrong = N_("This is {kind}, not a CSV file. Open it and save it as “CSV UTF-8”.")
            raise ListError(Message(wrong, {"kind": Message(kind)}))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    if b"\x00" in content:
        raise ListError(Message(N_("This is not a text file. Save the list as “CSV UTF-8”.")))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(content, "cp874")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        unread = N_("The letters of the file cannot be read. Save the list as “CSV UTF-8”.")
        raise ListError(Message(unread)) from error


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Return each record with its number, as a spreadsheet counts rows."""
    best: list[tuple[int, list[str]]] = []
    widest = 0
    for delimiter in (",", ";", "\t"):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            lines = list(enumerate(reader, 1))
        except csv.Error as error:
            unread = N_("Line {line} of the file cannot be read as CSV.")
            raise ListError(Message(unread, {"line": reader.line_num})) from error
        known = max((len(_known(cells)) for _, cells in lines[:_HEADING_LINES]), default=0)
        if known > widest or not best:
            best, widest = lines, known
    return best


def _known(cells: Sequence[str]) -> dict[str, int]:
    """Return the columns whose headings stand in `cells`; the first of a kind is taken."""
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        column = words().columns.get(fold(cell[:TITLE_LENGTH]))
        if column is not None:
            found.setdefault(column, position)
    return found


def _headings(lines: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    for position, (_, cells) in enumerate(lines[:_HEADING_LINES]):
        columns = _known(cells)
        if "title" in columns:
            return position, columns
    first = ", ".join(cell.strip() for cell in lines[0][1])[:200]
    missing = N_(
        "No column for the {column} was found. The first line of the file is: {line}. "
        "The column may be called: {headings}."
    )
    headings = [word for word, column in words().columns.items() if column == "title"]
    raise ListError(
        Message(
            missing,
            {
                "column": Message(_HEADING_NAMES["title"]),
                "line": first,
                "headings": ", ".join(headings[:5]),
            },
        )
    )


def _row(line: int, cells: dict[str, str], year: int) -> ListRow:
    read: dict[str, Any] = {}
    reason = None
    for name, limit in (
        ("number", NUMBER_LENGTH),
        ("title", TITLE_LENGTH),
        ("description", TEXT_LENGTH),
        ("purpose", TEXT_LENGTH),
        ("office", TITLE_LENGTH),
    ):
        try:
            read[name] = values.text(cells.get(name), limit)
        except Refused as refused:
            read[name] = str(refused.kept)[:limit]
            reason = reason or refused.message
    if not read["title"]:
        reason = reason or Message(N_("The row does not name what is asked for."))
    asker, unknown = _asker(cells.get("asker", ""))
    reason = reason or unknown or _other_year(cells.get("year", ""), year)
    return ListRow(line, **read, asker=asker, reason=reason)


def _asker(text: str) -> tuple[str, Message | None]:
    if values.is_blank(text):
        return words().listed_asker, None
    known = words().spellings.get(fold(text[:TITLE_LENGTH]))
    if known:
        return known, None
    unknown = N_('"{value}" is not a kind of asker')
    return words().listed_asker, Message(unknown, {"value": values.shown(text)})


def _other_year(text: str, year: int) -> Message | None:
    try:
        written = values.year(text)
    except Refused as refused:
        return refused.message
    if not written or int(written) == year:
        return None
    other = N_("The row is of {written}, the list of {year}.")
    return Message(other, {"written": written, "year": year})


def _without_repeats(rows: Sequence[ListRow]) -> Iterator[ListRow]:
    """Refuse a row whose number, or title where there is none, stands in an earlier one."""
    seen: dict[str, ListRow] = {}
    for row in rows:
        key = f"#{fold(row.number)}" if row.number else fold(row.title)
        first = seen.setdefault(key, row)
        if row.reason is not None or first is row:
            yield row
            continue
        same = N_("The same as row {row} of the file.")
        yield _refused(row, Message(same, {"row": first.row}))


def _refused(row: ListRow, reason: Message) -> ListRow:
    return ListRow(row.row, row.number, row.title, asker=row.asker, reason=reason)
