"""`pcio_dataset_exchanged`: datasets with an exchange on record, and until when.

The register of exchanges lies to the right of this room and so cannot be asked from here. It writes
this table in the transaction of every change it makes, and counts, lists and their SQL read it: an
exchange makes a dataset sharable (design.md §4). A rebuild of the facts table leaves it alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

TABLE = sa.Table(
    "pcio_dataset_exchanged",
    tk.BaseModel.metadata,
    sa.Column("package_id", sa.UnicodeText, primary_key=True),
    # The last day of the exchange that ends last; blank where one has no end.
    sa.Column("until", sa.Date),
)

OnRecord = Collection[str] | sa.Select[Any]
"""Ids of datasets with an exchange on record: known already, or the query that finds them."""


def on_record(today: date) -> sa.Select[Any]:
    """Return the query of the ids of the datasets exchanged on the day `today`.

    A query, not the ids: a province of many exchanges would else send them all with every count.
    """
    return sa.select(TABLE.c.package_id).where(TABLE.c.until.is_(None) | (TABLE.c.until >= today))


def ids(today: date) -> frozenset[str]:
    """Return the ids of the datasets exchanged on the day `today`."""
    return frozenset(model.Session.scalars(on_record(today)))
