"""What is stored of the registration, read in bulk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.catalog.queries import TITLE_ORDER

from .model import TABLE
from .states import COMPLETED

_c = TABLE.c


def registered(package_ids: Sequence[str]) -> set[str]:
    """Return which of the datasets GD Catalog knows as registered. One query."""
    query = sa.select(_c.package_id).where(_c.package_id.in_(package_ids), _c.state == COMPLETED)
    return set(model.Session.scalars(query))


def stored(package_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the rows of the datasets that were asked about, by dataset id. One query."""
    query = sa.select(TABLE).where(_c.package_id.in_(package_ids))
    return {row["package_id"]: dict(row) for row in model.Session.execute(query).mappings()}


def states(where: Predicate) -> dict[str, int]:
    """Return how many datasets among the facts that fit `where` are in each state. One query."""
    query = (
        sa.select(_c.state, sa.func.count())
        .join(FACTS, FACTS.c.package_id == _c.package_id)
        .where(where)
        .group_by(_c.state)
        .order_by(_c.state)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def page(where: Predicate, state: str | None, limit: int, offset: int) -> list[dict[str, Any]]:
    """Return datasets with their rows, those with a state first, then by title. One query.

    Each has `id`, `name`, `title`, `modified` (of its metadata, here) and `row`.
    """
    package = model.package_table
    query = (
        sa.select(TABLE, FACTS.c.name.label("dataset_name"), FACTS.c.title)
        .add_columns(package.c.metadata_modified.label("here"))
        .join(FACTS, FACTS.c.package_id == _c.package_id)
        .join(package, package.c.id == _c.package_id)
        .where(where)
        .order_by(_c.state == "", TITLE_ORDER, _c.package_id)
        .limit(limit)
        .offset(offset)
    )
    if state:
        query = query.where(_c.state == state)
    found = []
    for row in model.Session.execute(query):
        stored_row = {column.name: row[place] for place, column in enumerate(TABLE.columns)}
        found.append(
            {
                **{"id": row.package_id, "name": row.dataset_name, "title": row.title},
                **{"modified": row.here, "row": stored_row},
            }
        )
    return found
