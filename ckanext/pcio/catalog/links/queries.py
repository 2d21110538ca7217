"""What is known of addresses, for one dataset or many, each in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.standard.links import BROKEN, NO_LINKS, LinkCounts, LinkState, count

from .model import LINK

_SHOWN = tuple(
    LINK.c[name]
    for name in (
        *("resource_id", "url", "upload", "state", "status", "reason"),
        *("checked_at", "answered_at", "failures"),
    )
)


def states(package_id: str) -> dict[str, LinkState]:
    """Return what is known of each resource of a dataset, by the resource's id."""
    query = sa.select(*_SHOWN).where(LINK.c.package_id == package_id)
    return {row["resource_id"]: LinkState(**row) for row in model.Session.execute(query).mappings()}


def counts(package_ids: Collection[str]) -> dict[str, LinkCounts]:
    """Return how many addresses of each of the datasets are in each state."""
    query = sa.select(LINK.c.package_id, LINK.c.state).where(LINK.c.package_id.in_(package_ids))
    found: dict[str, list[str]] = defaultdict(list)
    for package_id, state in model.Session.execute(query):
        found[package_id].append(state)
    return {
        package_id: count(found[package_id]) if found[package_id] else NO_LINKS
        for package_id in package_ids
    }


def broken(package_ids: Collection[str]) -> dict[str, int]:
    """Return how many addresses do not answer, of the datasets that have such."""
    query = (
        sa.select(LINK.c.package_id, sa.func.count())
        .where(LINK.c.package_id.in_(package_ids), LINK.c.state == BROKEN)
        .group_by(LINK.c.package_id)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def has_broken(package_id: Any) -> sa.ColumnElement[bool]:
    """Return the predicate "a resource of the dataset does not answer", for lists in SQL.

    `package_id` is the column that holds the dataset's id.
    """
    return sa.exists().where(LINK.c.package_id == package_id, LINK.c.state == BROKEN)
