"""Reading and writing `pcio_dictionary`. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.pcio.catalog import per_commit
from ckanext.pcio.standard.columns import Column, as_records

from .model import DICTIONARY


def stored_columns(resource_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the stored columns of the resources that have a row, by resource id."""
    query = sa.select(DICTIONARY.c.resource_id, DICTIONARY.c["columns"]).where(
        DICTIONARY.c.resource_id.in_(list(resource_ids))
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def columns_of_datasets(package_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the stored columns of the resources of these datasets, by resource id."""
    query = sa.select(DICTIONARY.c.resource_id, DICTIONARY.c["columns"]).where(
        DICTIONARY.c.package_id.in_(list(package_ids))
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def row_of(resource_id: str) -> dict[str, Any] | None:
    """Return the row of one resource."""
    query = sa.select(DICTIONARY).where(DICTIONARY.c.resource_id == resource_id)
    found = model.Session.execute(query).mappings().first()
    return dict(found) if found else None


def put(
    resource_id: str, package_id: str, columns: Sequence[Column], by: str | None = None
) -> None:
    """Write the whole dictionary of a resource; its version rises where there was one.

    An import may call this with the columns another portal tells of.
    """
    values = {
        "package_id": package_id,
        "columns": as_records(columns),
        "modified": datetime.now(timezone.utc),
        "by": by,
    }
    statement = insert(DICTIONARY).values(resource_id=resource_id, **values)
    changes = {**values, "version": DICTIONARY.c.version + 1}
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["resource_id"], set_=changes)
    )


def delete(resource_id: str) -> None:
    """Remove the dictionary of a resource."""
    model.Session.execute(sa.delete(DICTIONARY).where(DICTIONARY.c.resource_id == resource_id))


def forget_gone(*package_ids: str) -> None:
    """Remove the dictionaries of datasets' resources that are deleted or purged, once a commit.

    A dataset that is deleted but not purged can be restored, and its dictionaries with it.
    """
    fresh = per_commit.first("dictionaries", *package_ids)
    if not fresh:
        return
    alive = sa.select(model.Resource.id).where(
        model.Resource.package_id.in_(fresh), model.Resource.state != model.State.DELETED
    )
    gone = DICTIONARY.c.package_id.in_(fresh) & DICTIONARY.c.resource_id.not_in(alive)
    model.Session.execute(sa.delete(DICTIONARY).where(gone))


def lock(resource_id: str) -> None:
    """Let nobody else change this dictionary until the transaction ends."""
    key = sa.func.hashtextextended(f"pcio_dictionary/{resource_id}", 0)
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
