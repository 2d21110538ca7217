"""States a person enters, where the portal cannot ask the service itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.messages import N_, Message

from . import store
from .listed import ListRow, read_list
from .states import DATASET_TYPE


@dataclass(frozen=True)
class Report:
    """The rows of a list, and whether they were written."""

    rows: list[ListRow]
    written: bool

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return sum(row.reason is not None for row in self.rows)


def take(content: bytes, *, dry_run: bool = False) -> Report:
    """Keep the states of a list: all of it, or nothing where a row is refused.

    Raises `listed.ListError` for what is no such list.
    """
    rows = read_list(content)
    ids = _ids([row.dataset for row in rows])
    missing = Message(N_("There is no such dataset here."))
    rows = [
        replace(row, reason=missing) if row.reason is None and row.dataset not in ids else row
        for row in rows
    ]
    report = Report(rows, not dry_run and all(row.reason is None for row in rows))
    if report.written:
        for row in rows:
            store.entered(ids[row.dataset], row.state, moment_of(row.day))
        model.Session.commit()
    return report


def moment_of(day: date | None) -> datetime | None:
    """Return the beginning of a day in Thailand."""
    return datetime.combine(day, time(), THAILAND) if day else None


def _ids(references: Sequence[str]) -> dict[str, str]:
    """Return the ids of the datasets named by id or name. One query."""
    table = model.package_table
    query = sa.select(table.c.id, table.c.name).where(
        table.c.type == DATASET_TYPE,
        table.c.state != model.State.DELETED,
        sa.or_(table.c.id.in_(references), table.c.name.in_(references)),
    )
    found: dict[str, str] = {}
    for row in model.Session.execute(query):
        found[row.name] = found[row.id] = row.id
    return found
