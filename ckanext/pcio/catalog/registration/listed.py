"""A list of states a person took from GD Catalog: a CSV file with dataset, state and date. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from ckanext.pcio.standard import values
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.values import Refused

from .states import columns, find, states

ROWS_MAX = 20_000
BYTES_MAX = 10_000_000
_LONGEST_CELL = 500


class ListError(ValueError):
    """A file that is no such list; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list: the dataset's id or name, its state and day, or why it is refused."""

    row: int
    """Number of the row in the file, counted from 1 with the headings, as spreadsheets do."""
    dataset: str
    state: str = ""
    day: date | None = None
    reason: Message | None = None


def read_list(content: bytes) -> list[ListRow]:
    """Return the rows of the list; raises `ListError`."""
    lines = _lines(_text(content))
    if not lines:
        raise ListError(Message(N_("The file is empty.")))
    found = {columns().get(fold(cell[:_LONGEST_CELL])): at for at, cell in enumerate(lines[0][1])}
    if "dataset" not in found or "state" not in found:
        wrong = N_(
            "The first line has to name the columns “{dataset}” and “{state}”; “{date}” may follow."
        )
        headings = {name: name for name in ("dataset", "state", "date")}
        raise ListError(Message(wrong, headings))
    if len(lines) - 1 > ROWS_MAX:
        number = {"rows": f"{len(lines) - 1:,}", "limit": f"{ROWS_MAX:,}"}
        raise ListError(Message(N_("The file has {rows} rows; at most {limit} are taken."), number))
    places = {name: at for name, at in found.items() if name}
    rows = [_row(number, cells, places) for number, cells in lines[1:] if any(cells)]
    if not rows:
        raise ListError(Message(N_("The file has headings and no row below them.")))
    return rows


def _text(content: bytes) -> str:
    if len(content) > BYTES_MAX:
        limit = {"limit": BYTES_MAX // 1_000_000}
        raise ListError(Message(N_("The file is larger than {limit} MB."), limit))
    if b"\x00" in content:
        raise ListError(Message(N_("This is not a text file. Save the list as “CSV UTF-8”.")))
    for encoding in ("utf-8-sig", "cp874"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    unread = N_("The letters of the file cannot be read. Save the list as “CSV UTF-8”.")
    raise ListError(Message(unread))


def _lines(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return [
            (number, [cell.strip() for cell in cells]) for number, cells in enumerate(reader, 1)
        ]
    except csv.Error as error:
        unread = N_("Line {line} of the file cannot be read as CSV.")
        raise ListError(Message(unread, {"line": reader.line_num})) from error


def _row(number: int, cells: list[str], places: dict[str, int]) -> ListRow:
    cell = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
    if not cell["dataset"]:
        return ListRow(number, "", reason=Message(N_("The row names no dataset.")))
    state = find(cell["state"])
    if state is None:
        wrong = N_('"{value}" is no state of the registration; it may be one of: {choices}')
        said = {"value": values.shown(cell["state"]), "choices": ", ".join(states())}
        return ListRow(number, cell["dataset"], reason=Message(wrong, said))
    try:
        written = values.iso_date(cell.get("date"))
    except Refused as refused:
        return ListRow(number, cell["dataset"], state.key, reason=refused.message)
    return ListRow(
        number, cell["dataset"], state.key, date.fromisoformat(written) if written else None
    )
