"""Tables of use: numbers by day and month, batches written, and the accounts exchanges name.

No address, user agent or visitor key is in any of them. No foreign keys: CKAN owns its tables, and
the numbers of a dataset that was purged stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from . import statements

_EMPTY = sa.text("''")


def _counted(name: str, period: str) -> sa.Table:
    """Return a table of counts by `period`; the dataset is first in the key, as pages ask by it."""
    options: dict[str, Any] = {}
    if period == "day":
        options["postgresql_partition_by"] = "RANGE (day)"
    return sa.Table(
        name,
        tk.BaseModel.metadata,
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True, server_default=_EMPTY),
        sa.Column(period, sa.Date, primary_key=True),
        sa.Column("resource_id", sa.UnicodeText, primary_key=True, server_default=_EMPTY),
        sa.Column("organization_id", sa.UnicodeText, primary_key=True, server_default=_EMPTY),
        sa.Column("kind", sa.UnicodeText, primary_key=True),
        sa.Column("access", sa.UnicodeText, primary_key=True),
        sa.Column("audience", sa.UnicodeText, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        **options,
    )


DAILY = _counted("pcio_usage_daily", "day")
"""One number for each day; partitioned by month. `organization_id` is filled only in an
organization's own `visitor` rows: whose a dataset is, is asked of CKAN when numbers are read."""

MONTHLY = _counted("pcio_usage_monthly", "month")
"""The sums of `DAILY` by month (its first day), written in the same transaction."""


def _summed(name: str, key: str, numbers: Iterable[str]) -> sa.Table:
    """Return a table of a row for each dataset, month and `key`, with a column for each number."""
    return sa.Table(
        name,
        tk.BaseModel.metadata,
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True, server_default=_EMPTY),
        sa.Column("month", sa.Date, primary_key=True, index=True),
        sa.Column(key, sa.UnicodeText, primary_key=True, server_default=_EMPTY),
        *(
            sa.Column(number, sa.BigInteger, nullable=False, server_default=sa.text("0"))
            for number in numbers
        ),
    )


BY_DATASET = _summed("pcio_usage_monthly_dataset", "organization_id", statements.OF_DATASETS)
"""The sums of `MONTHLY` by dataset, for questions over an office or the portal: some eleven times
fewer rows. Columns are kinds, and events by audience and by access; robots are in `access_robot`
only. Visitors of resources are not in it. Written in the same transaction."""

BY_RESOURCE = _summed("pcio_usage_monthly_resource", "resource_id", statements.OF_RESOURCES)
"""The same for each resource: its events by kind and its visitors, without robots."""

BATCH = sa.Table(
    "pcio_usage_batch",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("source", sa.UnicodeText, nullable=False),
    sa.Column("detail", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("events", sa.BigInteger, nullable=False),
    sa.Column("first_day", sa.Date, index=True),
    sa.Column("last_day", sa.Date),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
"""Batches written, so that none is written twice. `source` is buffer, log, core or csv."""

ACCOUNT = sa.Table(
    "pcio_usage_account",
    tk.BaseModel.metadata,
    sa.Column("account_id", sa.UnicodeText, primary_key=True),
    sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", sa.UnicodeText, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
)
"""Calls of the accounts in `WATCH`, whose agency agreed to an exchange; nobody else's."""

WATCH = sa.Table(
    "pcio_usage_watch",
    tk.BaseModel.metadata,
    sa.Column("account_id", sa.UnicodeText, primary_key=True),
)
"""Ids of the user accounts an exchange names, kept by the register of exchanges."""
