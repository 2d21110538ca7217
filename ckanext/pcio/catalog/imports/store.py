"""Reading and writing the two tables of imports; committing is the caller's."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model

from . import states
from .model import IMPORTS, ROWS

Row = dict[str, Any]


def now() -> datetime:
    """Return the moment, with its time zone."""
    return datetime.now(timezone.utc)


def add(values: Mapping[str, Any]) -> str:
    """Store a new import that waits to be checked, and return its id."""
    row = {
        **{"state": "waiting", "totals": {}, "remarks": [], "done": 0},
        **{"created": now(), "id": str(uuid.uuid4())},
        **values,
    }
    model.Session.execute(sa.insert(IMPORTS).values(**row))
    return row["id"]


def get(import_id: str) -> Row | None:
    """Return one import; None where there is none."""
    query = sa.select(IMPORTS).where(IMPORTS.c.id == import_id)
    found = model.Session.execute(query).mappings().first()
    return dict(found) if found else None


def page(organization_ids: Sequence[str] | None, limit: int, offset: int) -> tuple[int, list[Row]]:
    """Return how many imports the offices have (None: every office), and a page, newest first."""
    where = [] if organization_ids is None else [IMPORTS.c.organization_id.in_(organization_ids)]
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(IMPORTS).where(*where))
    query = (
        sa.select(IMPORTS)
        .where(*where)
        .order_by(IMPORTS.c.created.desc(), IMPORTS.c.id)
        .limit(limit)
        .offset(offset)
    )
    return count or 0, [dict(row) for row in model.Session.execute(query).mappings()]


def change(import_id: str, *, only_in: Sequence[str] = (), **values: Any) -> bool:
    """Change an import where its state is one of `only_in`; return whether it was."""
    statement = sa.update(IMPORTS).where(IMPORTS.c.id == import_id).values(**values)
    if only_in:
        statement = statement.where(IMPORTS.c.state.in_(only_in))
    result: Any = model.Session.execute(statement)
    return result.rowcount > 0


def next_pending(organization_id: str) -> Row | None:
    """Return the oldest import of an office that the worker has something to do for."""
    query = (
        sa.select(IMPORTS)
        .where(IMPORTS.c.organization_id == organization_id, IMPORTS.c.state.in_(states.PENDING))
        .order_by(IMPORTS.c.created, IMPORTS.c.id)
        .limit(1)
    )
    found = model.Session.execute(query).mappings().first()
    return dict(found) if found else None


def unfinished(organization_id: str, sha256: str, options: Mapping[str, Any]) -> Row | None:
    """Return an import of the same file with the same options that was stopped on its way."""
    query = (
        sa.select(IMPORTS)
        .where(
            IMPORTS.c.organization_id == organization_id,
            IMPORTS.c.sha256 == sha256,
            IMPORTS.c.options == dict(options),
            IMPORTS.c.state.in_(states.PENDING),
        )
        .order_by(IMPORTS.c.created.desc())
        .limit(1)
    )
    found = model.Session.execute(query).mappings().first()
    return dict(found) if found else None


def remove(import_ids: Sequence[str]) -> None:
    """Delete imports with their rows."""
    model.Session.execute(sa.delete(ROWS).where(ROWS.c.import_id.in_(import_ids)))
    model.Session.execute(sa.delete(IMPORTS).where(IMPORTS.c.id.in_(import_ids)))


def older_than(days: int) -> list[str]:
    """Return the ids of imports that were uploaded more than `days` days ago and rest."""
    query = sa.select(IMPORTS.c.id).where(
        IMPORTS.c.created < now() - timedelta(days=days),
        IMPORTS.c.state.not_in(("checking", "importing")),
    )
    return list(model.Session.scalars(query))


def ids() -> set[str]:
    """Return the ids of all imports."""
    return set(model.Session.scalars(sa.select(IMPORTS.c.id)))


# ---- rows


def add_rows(rows: Sequence[Row]) -> None:
    """Store rows that were checked."""
    if rows:
        model.Session.execute(sa.insert(ROWS), list(rows))


def settle(import_id: str, changes: Sequence[Row]) -> None:
    """Change rows, each named by its `number`: one request for those with the same columns."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    for change_ in changes:
        columns = tuple(name for name in change_ if name != "number")
        values = {name: change_[name] for name in columns}
        alike.setdefault(columns, []).append({**values, "which": change_["number"]})
    for columns, rows in alike.items():
        statement = (
            sa.update(ROWS)
            .where(ROWS.c.import_id == import_id, ROWS.c.number == sa.bindparam("which"))
            .values({name: sa.bindparam(name) for name in columns})
        )
        model.Session.connection().execute(statement, rows)


def settle_rows(import_id: str, numbers: Iterable[int], **values: Any) -> None:
    """Change several rows alike."""
    model.Session.execute(
        sa.update(ROWS)
        .where(ROWS.c.import_id == import_id, ROWS.c.number.in_(list(numbers)))
        .values(**values)
    )


def number_of_rows(import_id: str) -> int:
    """Return how many rows of the workbook are on record."""
    query = sa.select(sa.func.count()).select_from(ROWS).where(ROWS.c.import_id == import_id)
    return model.Session.scalar(query) or 0


def names(import_id: str) -> set[str]:
    """Return the names of the datasets that rows on record mean."""
    query = sa.select(ROWS.c.name).where(
        ROWS.c.import_id == import_id, ROWS.c.outcome.not_in(("refused", "skipped"))
    )
    return set(model.Session.scalars(query)) - {""}


def to_write(import_id: str, limit: int) -> list[Row]:
    """Return the next rows that the import has not been through, in the workbook's order."""
    query = (
        sa.select(ROWS)
        .where(ROWS.c.import_id == import_id, ROWS.c.written.is_(False))
        .order_by(ROWS.c.number)
        .limit(limit)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]


def number_to_write(import_id: str) -> int:
    """Return how many rows the import has still to go through."""
    query = (
        sa.select(sa.func.count())
        .select_from(ROWS)
        .where(ROWS.c.import_id == import_id, ROWS.c.written.is_(False))
    )
    return model.Session.scalar(query) or 0


def totals(import_id: str) -> dict[str, int]:
    """Return the number of rows by outcome, with `warned` (taken in, with remarks) and `rows`."""
    query = (
        sa.select(ROWS.c.outcome, ROWS.c.warned, sa.func.count())
        .where(ROWS.c.import_id == import_id)
        .group_by(ROWS.c.outcome, ROWS.c.warned)
    )
    found = {**dict.fromkeys(states.OUTCOMES, 0), "warned": 0, "rows": 0}
    for outcome, warned, count in model.Session.execute(query):
        found[outcome] += count
        found["rows"] += count
        found["warned"] += count if warned else 0
    return found


def rows_page(import_id: str, kind: str, limit: int, offset: int) -> tuple[int, list[Row]]:
    """Return how many rows of a kind (a key of `states.FILTERS`) there are, and a page of them."""
    where = [ROWS.c.import_id == import_id]
    if kind == "warned":
        where.append(ROWS.c.warned)
    elif kind:
        where.append(ROWS.c.outcome == kind)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(ROWS).where(*where))
    shown = [column for column in ROWS.c if column.name != "wanted"]
    query = sa.select(*shown).where(*where).order_by(ROWS.c.number).limit(limit).offset(offset)
    return count or 0, [dict(row) for row in model.Session.execute(query).mappings()]


def to_announce(import_id: str, limit: int) -> list[Row]:
    """Return written rows that search and activity do not know yet, locked for the caller.

    Rows that another process announces at the moment are passed over.
    """
    query = (
        sa.select(ROWS.c.number, ROWS.c.package_id, ROWS.c.outcome)
        .where(
            ROWS.c.import_id == import_id,
            ROWS.c.written,
            ROWS.c.announced.is_(False),
            ROWS.c.outcome.in_(states.WRITES),
        )
        .order_by(ROWS.c.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]
