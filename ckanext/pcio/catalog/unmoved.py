"""Numbers over whole tables, counted again only when something was written.

Pages ask for the same numbers again and again, and counting them reads every row of a large
catalog. So what a statement found is remembered by the statement and its parameters: readers who
may see different datasets ask with different parameters, and never meet each other's numbers. It
holds while no transaction has ended since, which PostgreSQL's snapshot tells at once, and else
while those that ended wrote to none of the statement's tables: what tells is how many rows there
are and the sum of the transactions that wrote them. So a change is seen by whoever looks next. A
transaction that has written something itself is told nothing that is remembered.

A process remembers for itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors

Row = dict[str, Any]
Moment = tuple[str, str]

# Statements of which a process remembers the rows: some hundred small rows each at the most.
_MOST = 256
_DIALECT = postgresql.dialect()
# Not the youngest of them: a transaction that began earlier may end later than that one. The age
# is a number; the transaction itself would have to be read from text, which takes twice as long.
_WRITTEN = sa.func.sum(sa.literal_column("age('1000'::xid)::bigint - age(xmin)"))
_MOMENT = (
    sa.func.current_database(),
    sa.cast(sa.func.pg_current_snapshot(), sa.UnicodeText),
    sa.cast(sa.func.pg_current_xact_id_if_assigned(), sa.UnicodeText),
)

_lock = Lock()
_states: tuple[Moment | None, Mapping[str, str]] = (None, {})
_found: OrderedDict[tuple[str, str], tuple[Sequence[str], Sequence[Row]]] = OrderedDict()


def states(names: Iterable[str]) -> tuple[str, ...]:
    """Return the state of each of the tables `names`, as "rows/what wrote them".

    One query; two where something was written since anybody asked.
    """
    return _look(list(names))[1]


def rows(query: sa.Select[Any]) -> list[Row]:
    """Return the rows of a statement that only counts what is in tables.

    It must hold nothing that moves without a table's being written, as the time of day.
    """
    compiled = query.compile(dialect=_DIALECT)
    key = (str(compiled), repr(sorted(compiled.params.items())))
    moment, now = _look(_tables(query))
    found = _found.get(key)
    if moment is None or found is None or found[0] != now:
        # Looked at before they are counted: rows that are newer than their state are counted again.
        found = (now, [dict(row) for row in model.Session.execute(query).mappings()])
    if moment is not None:
        _remember(key, found)
    return [dict(row) for row in found[1]]


def _remember(key: tuple[str, str], found: tuple[Sequence[str], Sequence[Row]]) -> None:
    with _lock:
        _found[key] = found
        _found.move_to_end(key)
        while len(_found) > _MOST:
            _found.popitem(last=False)


def _look(names: Sequence[str]) -> tuple[Moment | None, tuple[str, ...]]:
    """Return the state of tables, and the moment it is of."""
    global _states  # noqa: PLW0603 - what the process remembers
    now = _moment(model.Session.execute(sa.select(*_MOMENT)).one())
    then, known = _states
    if now is None or then != now:
        known = {}
    lacking = [name for name in names if name not in known]
    if lacking:
        asked = now
        now, found = _read(lacking)
        if known and now != asked:
            # Something ended between the two queries; what was known is older.
            known = {}
            now, found = _read(names)
        known = {**known, **found}
        if now is not None:
            _states = (now, known)
    return now, tuple(known[name] for name in names)


def _tables(query: sa.Select[Any]) -> list[str]:
    """Return the names of all tables a statement reads, wherever in it they stand."""
    found: set[str] = set()
    for part in visitors.iterate(query):
        table = getattr(part, "table", part)
        if isinstance(table, sa.TableClause):
            found.add(table.name)
    return sorted(found)


def _read(names: Sequence[str]) -> tuple[Moment | None, dict[str, str]]:
    columns = [
        sa.select(sa.func.concat(sa.func.count(), "/", _WRITTEN))
        .select_from(sa.table(name))
        .scalar_subquery()
        for name in names
    ]
    row = model.Session.execute(sa.select(*_MOMENT, *columns)).one()
    first = len(_MOMENT)
    return _moment(row[:first]), dict(zip(names, row[first:], strict=True))


def _moment(row: Sequence[Any]) -> Moment | None:
    """Return what tells whether a transaction has ended since; None in one that writes itself."""
    database, snapshot, writing = row
    return None if writing else (database, snapshot)
