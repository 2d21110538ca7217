"""Tables of daily numbers of use as CSV, read row by row with a reason for each wrong one. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.dates import read_date
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import arabic_digits
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml
from ckanext.pcio.usage.events import Counter
from ckanext.pcio.usage.log_events import Names

HIGHEST = 1_000_000_000
"""No dataset is used more often in a day; above it, a column is another one."""
_REQUIRED = ("date", "dataset", "kind", "count")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGITS = re.compile(r"\d{1,30}", re.ASCII)
# The mark our own export puts before what a spreadsheet would calculate.
_SAFE_MARK = re.compile(r"^'(?=\s*[=+\-@])")
_SHOWN = 60


class CsvRefusal(Exception):
    """A file is no table of numbers of use; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


@dataclass
class Table:
    """What a file holds."""

    rows: int = 0
    counters: dict[Counter, int] = field(default_factory=dict)
    """The audience, where a row names it, stands as account: see `audience_account`."""
    wrong: list[tuple[int, Message]] = field(default_factory=list)
    """Numbers of the wrong rows, as a spreadsheet counts them, and what is wrong."""


class _Wrong(Exception):
    def __init__(self, msgid: str, value: str = "") -> None:
        self.message = Message(msgid, {"value": plain(value[:_SHOWN])})
        super().__init__(msgid)


def audience_account(audience: str) -> str:
    """Return the account that stands for an audience already known; the writer understands it."""
    return f"={audience}" if audience else ""


def read_table(content: bytes, names: Names, before: date) -> Table:
    """Return the table `content` with all that is wrong in it.

    Args:
        content: the file.
        names: the portal's datasets.
        before: the first day that cannot be taken: the first one counted live, or tomorrow.

    Raises:
        CsvRefusal: the file is no such table at all.

    """
    lines = _lines(content)
    columns = _columns(lines[0] if lines else [])
    table, seen = Table(), {}
    for number, cells in enumerate(lines[1:], 2):
        row = {
            name: _SAFE_MARK.sub("", cells[at].strip())
            for name, at in columns.items()
            if at < len(cells)
        }
        if not any(row.values()):
            continue
        table.rows += 1
        try:
            counter, count = _counter(row, names, before)
            if counter in seen:
                raise _Wrong(N_("says the same as row {value}"), str(seen[counter]))
        except _Wrong as wrong:
            table.wrong.append((number, wrong.message))
            continue
        seen[counter] = number
        if count:
            table.counters[counter] = count
    if not table.rows:
        raise CsvRefusal(Message(N_("The file has headings and no row below them.")))
    return table


def _lines(content: bytes) -> list[list[str]]:
    if b"\0" in content:
        raise CsvRefusal(Message(N_("This is not a text file. Save the table as “CSV UTF-8”.")))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp874", "replace")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return list(reader)
    except csv.Error as error:
        raise CsvRefusal(
            Message(N_("Line {line} of the file cannot be read as CSV."), {"line": reader.line_num})
        ) from error


def _columns(headings: list[str]) -> dict[str, int]:
    """Return where each column stands; the headings may come in any order."""
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        column = _words()["column"].get(heading.strip().lower())
        if column is not None:
            found.setdefault(column, at)
    missing = [name for name in _REQUIRED if name not in found]
    if missing:
        raise CsvRefusal(
            Message(
                N_(
                    "The first line lacks the headings: {missing}. It needs date, dataset, kind "
                    "and count; resource, access and audience may follow."
                ),
                {"missing": ", ".join(missing)},
            )
        )
    return found


def _counter(row: Mapping[str, str], names: Names, before: date) -> tuple[Counter, int]:
    day = _day(row.get("date", ""), before)
    kind = _code("kind", row.get("kind", ""), N_('"{value}" is no kind of use'))
    access = _code("access", row.get("access", ""), N_('"{value}" is no way of access'), blank=True)
    audience = _code(
        "audience", row.get("audience", ""), N_('"{value}" is no audience'), blank=True
    )
    access = access or ("machine" if audience == "machine" else "regular")
    dataset_id, resource_id = _ids(row.get("dataset", ""), row.get("resource", ""), kind, names)
    counter = Counter(
        day.isoformat(), kind, access, audience_account(audience), "", dataset_id, resource_id
    )
    return counter, _count(row.get("count", ""))


def _day(text: str, before: date) -> date:
    reading = read_date(text)
    if reading.day is None:
        if reading.reason is None:
            raise _Wrong(N_("names no date"))
        wrong = _Wrong("")
        wrong.message = reading.reason
        raise wrong
    if reading.day >= before:
        raise _Wrong(
            N_("{value} is a day that is counted live, or is not over yet"),
            reading.day.isoformat(),
        )
    return reading.day


def _code(name: str, text: str, msgid: str, *, blank: bool = False) -> str:
    if blank and not text:
        return ""
    code = _words()[name].get(text.lower())
    if code is None:
        raise _Wrong(msgid, text)
    return code


def _ids(dataset: str, resource: str, kind: str, names: Names) -> tuple[str, str]:
    if not dataset and not resource:
        if kind.startswith("api_"):  # the whole catalog's description, or a read not known of what
            return "", ""
        raise _Wrong(N_("names no dataset"))
    of_resource = names.resources.get(resource, "")
    if resource and not of_resource and not (dataset and _ID.fullmatch(resource)):
        raise _Wrong(N_('"{value}" is no resource of this portal'), resource)
    found = names.datasets.get(dataset or of_resource)
    if found is None:
        raise _Wrong(N_('"{value}" is no dataset of this portal'), dataset)
    if of_resource and found[0] != of_resource:
        raise _Wrong(N_('the resource "{value}" is of another dataset'), resource)
    return found[0], resource


def _count(text: str) -> int:
    digits = arabic_digits(text)
    if not _DIGITS.fullmatch(digits):
        raise _Wrong(N_('the count "{value}" is not a whole number, such as 120'), text)
    if int(digits) > HIGHEST:
        raise _Wrong(N_('the count "{value}" is too large for one day'), text)
    return int(digits)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    """Return columns and codes by how they are written, in lower case."""
    content = load_yaml(SCHEMAS_DIR / "usage_csv.yaml", SCHEMAS_DIR / "usage_csv.schema.json")
    codes = {name: _spelled(terms) for name, terms in content["codes"].items()}
    return {"column": _spelled(content["columns"]), **codes}


def _spelled(terms: Mapping[str, list[str]]) -> dict[str, str]:
    return {word.lower(): code for code, words in terms.items() for word in words}
