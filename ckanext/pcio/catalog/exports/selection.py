"""Which datasets an export holds: never more than its caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.pcio.catalog import queries
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.standard.thai import sort_key


@dataclass(frozen=True)
class Selection:
    """What was asked for."""

    organization_id: str | None = None
    data_type: str | None = None
    """Key of the vocabulary data_type."""
    public_only: bool = False

    def where(self, context: Context) -> Predicate:
        """Return the rows of the facts table that were asked for and may be seen."""
        found = queries.visible(context)
        if self.organization_id is not None:
            found &= TABLE.c.organization_id == self.organization_id
        if self.data_type is not None:
            found &= TABLE.c.data_type == self.data_type
        if self.public_only:
            found &= sa.not_(TABLE.c.private) & (TABLE.c.state == "active")
        return found


def ids(context: Context, selection: Selection) -> list[str]:
    """Return the ids of the datasets, office by office, each by title. One query."""
    query = (
        sa.select(TABLE.c.package_id)
        .outerjoin(model.Group, model.Group.id == TABLE.c.organization_id)
        .where(selection.where(context))
        .order_by(model.Group.name, queries.TITLE_ORDER, TABLE.c.package_id)
    )
    return list(model.Session.scalars(query))


def offices(context: Context) -> list[dict[str, Any]]:
    """Return name, title and number of datasets of each office, as far as the caller may see."""
    count = sa.func.count()
    query = (
        sa.select(model.Group.name, model.Group.title, count.label("datasets"))
        .join(TABLE, TABLE.c.organization_id == model.Group.id)
        .where(queries.visible(context))
        .group_by(model.Group.name, model.Group.title)
    )
    found = [
        {"name": row.name, "title": row.title or row.name, "datasets": row.datasets}
        for row in model.Session.execute(query)
    ]
    return sorted(found, key=lambda office: sort_key(office["title"]))


def organization_id(reference: str) -> str | None:
    """Return the id of the organization of this id or name, or None."""
    found = model.Group.get(reference)
    return found.id if found is not None and found.is_organization else None
