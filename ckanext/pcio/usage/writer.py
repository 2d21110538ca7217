"""Writing counters into the tables, once for each batch.

Whoever counts (the buffer's flush, log import, core's history, a CSV file) ends here, so audience
and dataset are found in one way. Sets in SQL, no loop over counters: a million events are some
eighty thousand rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timezone
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from . import partitions, statements
from .events import ACCESSES, EVENT_KINDS, UNIQUE_KINDS, Counter
from .model import BATCH

_KINDS = frozenset({*EVENT_KINDS, *UNIQUE_KINDS})
_EVENT_KINDS = frozenset(EVENT_KINDS)
_ACCESSES = frozenset(ACCESSES)
# PostgreSQL's index entries end at some 2,700 bytes; every id there is has 36 letters. A longer
# one would stop the whole batch for ever.
_LONGEST_ID = 200
# Counters travel as one text. Nothing printable is a separator, and NUL is no text in PostgreSQL.
_FORBIDDEN = str.maketrans(dict.fromkeys("\0\x1e\x1f"))
_PIECE = 20_000


def write(
    counters: Mapping[Counter, int],
    *,
    batch_id: str,
    source: str,
    detail: Mapping[str, Any],
    session: Any,
) -> bool:
    """Add `counters` to the tables in the caller's transaction, without committing.

    Returns False, and writes nothing, where the batch `batch_id` was written before; a batch of
    that id that is being written elsewhere is waited for. Counters nobody can place (no date,
    no known kind) are left out and their number noted in the batch's `detail` as `unreadable`.
    Two writers at once never stop each other for good: both take the rows in the same order.

    Args:
        counters: what to add; negative numbers take back (a double click over midnight).
        batch_id: names this batch for ever.
        source: where it came from: buffer, log, core or csv.
        detail: what the batch's row keeps besides; JSON values.
        session: CKAN's session, or another of SQLAlchemy.

    """
    days = {text: day for text in {c.day for c in counters} if (day := _day(text))}
    placed = {c: n for c, n in counters.items() if n and _placeable(c, days)}
    unreadable = sum(1 for c in counters if c not in placed and not _placeable(c, days))
    if unreadable:
        detail = {**detail, "unreadable": unreadable}
    written = {days[c.day] for c in placed}
    # The batch's row comes first: a second writer of the same batch waits here for our commit.
    inserted = session.execute(
        insert(BATCH)
        .values(
            id=batch_id,
            source=source,
            detail=dict(detail),
            events=events(placed),
            first_day=min(written, default=None),
            last_day=max(written, default=None),
            written_at=datetime.now(timezone.utc),
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )
    if inserted.rowcount == 0:
        return False
    if placed:
        partitions.ensure(session.get_bind().engine, written)
        _add(placed, session)
    return True


def events(counters: Mapping[Counter, int]) -> int:
    """Return how many events `counters` hold; each event is in one counter of its kind."""
    return sum(number for counter, number in counters.items() if counter.kind in _EVENT_KINDS)


def _add(counters: Mapping[Counter, int], session: Any) -> None:
    session.execute(sa.text(statements.INCOMING))
    lines = _lines(counters)
    while piece := list(islice(lines, _PIECE)):
        session.execute(sa.text(statements.FILL), {"lines": "\x1e".join(piece)})
    session.execute(sa.text(statements.RESOLVED))
    for add, remove in statements.TABLES:
        empty = [list(row) for row in session.execute(sa.text(add))]
        if empty:
            # A number that came back to nothing leaves no row (COUNTER omits zeros).
            session.execute(sa.text(remove), {"keys": json.dumps(empty, default=str)})
    session.execute(sa.text(statements.DONE))


def _lines(counters: Mapping[Counter, int]) -> Iterator[str]:
    for counter, number in counters.items():
        parts: Iterable[str] = counter
        if not "".join(counter).isprintable():  # rare, and the look at each part is slow
            parts = (part.translate(_FORBIDDEN) for part in counter)
        yield "\x1f".join((*parts, str(number)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _placeable(counter: Counter, days: Mapping[str, date]) -> bool:
    return (
        counter.day in days
        and counter.kind in _KINDS
        and counter.access in _ACCESSES
        and max(map(len, counter)) <= _LONGEST_ID
    )
