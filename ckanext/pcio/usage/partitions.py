"""The months of `pcio_usage_daily`: one partition each, made when a month is first written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from .model import DAILY

_NAME = re.compile(rf"{DAILY.name}_(\d{{4}})_(\d{{2}})", re.ASCII)
# Any number that nobody else takes: "pcio" in ASCII.
_LOCK = 0x7063696F


def month_of(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def following(month: date) -> date:
    """Return the first day of the month after `month`."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def name_of(month: date) -> str:
    """Return the table that holds the days of `month`."""
    return f"{DAILY.name}_{month.year:04d}_{month.month:02d}"


def existing(connection: sa.Connection) -> set[date]:
    """Return the months that have a partition."""
    query = sa.text(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
        "WHERE inhparent = to_regclass(:parent)"
    )
    names = connection.execute(query, {"parent": DAILY.name}).scalars()
    found = [_NAME.fullmatch(name) for name in names]
    return {date(int(match[1]), int(match[2]), 1) for match in found if match}


def ensure(engine: sa.Engine, days: Iterable[date]) -> None:
    """Make the partitions of `days` that are missing, in a short transaction of its own.

    Made whole and then attached, because that does not stop who reads or writes other months;
    `CREATE … PARTITION OF` would wait for every reader. Two flushers at the start of a month take
    turns at the lock, and the second finds the work done.
    """
    wanted = {month_of(day) for day in days}
    with engine.connect() as connection:
        if wanted <= existing(connection):
            return
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        for month in sorted(wanted - existing(connection)):
            _attach(connection, month)


def drop(connection: sa.Connection, month: date) -> None:
    """Remove the days of `month` for good."""
    connection.execute(sa.text(f"DROP TABLE IF EXISTS {name_of(month)}"))


def _attach(connection: sa.Connection, month: date) -> None:
    # Names and dates are made here from a date, never from what somebody typed.
    name = name_of(month)
    bounds = f"FROM ('{month.isoformat()}') TO ('{following(month).isoformat()}')"
    connection.execute(sa.text(f"CREATE TABLE {name} (LIKE {DAILY.name} INCLUDING ALL)"))
    connection.execute(
        sa.text(f"ALTER TABLE {DAILY.name} ATTACH PARTITION {name} FOR VALUES {bounds}")
    )
