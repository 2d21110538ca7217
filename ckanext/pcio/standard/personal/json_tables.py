"""Records in JSON: a list, JSON lines, GeoJSON or the answer of an API, read one at a time."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from .csv_tables import encoding_of
from .reading import DAMAGED, Budget, Limited, Table, Unreadable

_CHUNK = 65_536
_DEEPEST = 6
_DECODER = json.JSONDecoder()
_FIRST_RECORD = re.compile(r"\[\s*(?=\{)")
_BETWEEN = re.compile(r"[\s,]*")
_ANY = "*"


def table(file: IO[bytes], sheet: str, budget: Budget) -> Table:
    """Return the records of a JSON file; the first list of objects in it is the table."""
    stream = io.BufferedReader(Limited(file, budget), _CHUNK)
    encoding = encoding_of(stream.peek(_CHUNK)[:_CHUNK])
    text = io.TextIOWrapper(stream, encoding, errors="replace")
    return Table(sheet, records=_records(text, budget))


def _records(text: io.TextIOWrapper, budget: Budget) -> Iterator[Mapping[str, Any]]:
    """Return the objects one after the other, no more of the file in memory than one of them."""
    source = _Source(text, budget)
    if source.is_lines():
        yield from map(flat, source.records())
    elif source.next_list():
        yield from map(flat, source.records())
        while source.next_list():
            yield from map(flat, source.records())
    else:
        yield flat(source.whole())


class _Source:
    """A window over the text of a file: as much of it as one record needs."""

    def __init__(self, text: io.TextIOWrapper, budget: Budget) -> None:
        self._text = text
        self._budget = budget
        self._limit = budget.limits["record_bytes"]
        self._buffer = text.read(_CHUNK)
        self._place = 0
        self._cut = False

    def _more(self) -> bool:
        """Read on, as much again as there is; False at the end of the file or of patience."""
        kept = self._buffer[self._place :]
        if len(kept) > self._limit:
            return False
        more = self._text.read(max(_CHUNK, len(kept)))
        self._cut = self._cut or self._place > 0
        self._buffer, self._place = kept + more, 0
        return bool(more)

    def is_lines(self) -> bool:
        """Whether the text is JSON lines: its first line is an object by itself."""
        first, end, _rest = self._buffer.lstrip().partition("\n")
        try:
            return bool(end) and isinstance(json.loads(first), dict)
        except (ValueError, RecursionError):
            return False

    def next_list(self) -> bool:
        """Go to the first record of the next list of objects; False where there is none."""
        while (start := _FIRST_RECORD.search(self._buffer, self._place)) is None:
            if self._cut:
                # Nothing before is needed any more, but for a bracket at the end.
                self._place = max(self._place, len(self._buffer) - _CHUNK)
            if not self._more():
                return False
        self._place = start.end()
        self._cut = True
        return True

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Return the objects from here to the end of their list."""
        while not self._budget.spent():
            gap = _BETWEEN.match(self._buffer, self._place)
            self._place = gap.end() if gap else self._place
            if self._buffer.startswith("]", self._place):
                return
            try:
                record, self._place = _DECODER.raw_decode(self._buffer, self._place)
            except (ValueError, RecursionError):
                if self._more():
                    continue
                # What is left is no record: nobody has looked at it.
                self._budget.partial |= bool(self._buffer[self._place :].strip())
                return
            if isinstance(record, dict):
                yield record

    def whole(self) -> Any:
        """Return a document that has no list of objects."""
        if self._cut:
            raise Unreadable(DAMAGED)
        try:
            return json.loads(self._buffer)
        except (ValueError, RecursionError):
            raise Unreadable(DAMAGED) from None


def flat(record: Any) -> dict[str, str]:
    """Return the values of a record under the names of their keys; deeper ones as `a.b`.

    Keys that look like values (digits) are written `*`, so that a number used as a key is counted
    and never named.
    """
    result: dict[str, list[str]] = {}
    _gather(record, "", result, _DEEPEST)
    return {name: " ; ".join(texts) for name, texts in result.items()}


def _gather(value: Any, name: str, result: dict[str, list[str]], depth: int) -> None:
    if isinstance(value, Mapping) and depth:
        for key, inner in value.items():
            if re.search(r"\d{5}|@", str(key)):
                result.setdefault(f"{name}{_ANY}", []).append(str(key))
                key = _ANY  # noqa: PLW2901
            _gather(inner, f"{name}{key}.", result, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            _gather(inner, name, result, depth - 1)
    elif value is not None and not isinstance(value, bool):
        result.setdefault(name.rstrip("."), []).append(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
