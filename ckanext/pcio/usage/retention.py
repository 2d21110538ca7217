"""How long numbers are kept by day. Months stay; days older than the setting are dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from . import partitions
from .model import DAILY, MONTHLY

_WAIT = "10s"
_KEYS = ("dataset_id", "resource_id", "organization_id", "kind", "access", "audience")
# A month that is written again after its days were dropped has more in its sum than in its days.
_MISSING = f"""
SELECT count(*) FROM (
    SELECT {", ".join(_KEYS)}, sum(count) AS number FROM {DAILY.name}
    WHERE day >= :first AND day < :following GROUP BY {", ".join(_KEYS)}
) days LEFT JOIN {MONTHLY.name} months
    ON months.month = :first AND {" AND ".join(f"months.{key} = days.{key}" for key in _KEYS)}
WHERE coalesce(months.count, 0) < days.number
"""  # noqa: S608 - names written in this file


class NotHeld(Exception):
    """The sums by month lack numbers of a month whose days are to be dropped."""

    def __init__(self, month: date, rows: int) -> None:
        self.month = month
        self.rows = rows
        super().__init__(f"{month:%Y-%m}: {rows}")


@dataclass(frozen=True, slots=True)
class Month:
    """A month whose days are old enough to be dropped."""

    month: date
    rows: int
    size: int
    """Bytes on the disk, with indexes."""


def first_kept(today: date, months: int) -> date:
    """Return the first day that is kept: `months` whole months and the current one stay."""
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def expired(engine: sa.Engine, today: date, months: int) -> list[Month]:
    """Return the months whose days may go, oldest first; none where `months` is 0 (keep all)."""
    if months < 1:
        return []
    limit = first_kept(today, months)
    with engine.connect() as connection:
        old = sorted(month for month in partitions.existing(connection) if month < limit)
        return [_measured(connection, month) for month in old]


def drop(engine: sa.Engine, month: date) -> None:
    """Drop the days of `month`, after making sure that the sums by month hold them all.

    Raises:
        NotHeld: they do not; nothing was dropped.
        sqlalchemy.exc.OperationalError: somebody reads or writes so long that the lock was not had.

    """
    with engine.begin() as connection:
        # Readers wait for whoever waits for this lock, so it is not waited for without end.
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
        connection.execute(sa.text(f"LOCK TABLE {DAILY.name} IN ACCESS EXCLUSIVE MODE"))
        period = {"first": month, "following": partitions.following(month)}
        missing = connection.execute(sa.text(_MISSING), period).scalar() or 0
        if missing:
            raise NotHeld(month, missing)
        partitions.drop(connection, month)


def _measured(connection: sa.Connection, month: date) -> Month:
    name = partitions.name_of(month)
    row = connection.execute(
        sa.text(
            f"SELECT (SELECT count(*) FROM {name}), pg_total_relation_size(to_regclass('{name}'))"  # noqa: S608
        )
    ).one()
    return Month(month, row[0], row[1])
