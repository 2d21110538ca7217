"""Counts and lists over the facts table, limited to what a user may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckan.lib.plugins import get_permission_labels
from ckan.types import Context

from .counts import KEYS
from .facts import DatasetFacts
from .model import TABLE, facts_from_row
from .predicates import Predicate, predicates

SORTS = {
    "title": (TABLE.c.title, TABLE.c.package_id),
    "-title": (TABLE.c.title.desc(), TABLE.c.package_id),
    "last_updated": (TABLE.c.last_updated.asc().nulls_first(), TABLE.c.title),
    "-last_updated": (TABLE.c.last_updated.desc().nulls_last(), TABLE.c.title),
    "due_on": (TABLE.c.due_on.asc().nulls_last(), TABLE.c.title),
    "stars": (TABLE.c.stars, TABLE.c.title),
    "-stars": (TABLE.c.stars.desc(), TABLE.c.title),
    "missing": (
        (sa.func.cardinality(TABLE.c.missing) + sa.func.cardinality(TABLE.c.invalid)).desc(),
        TABLE.c.title,
    ),
}


def sees_everything(context: Context) -> bool:
    """Return whether the caller sees private datasets of every office."""
    return bool(context.get("ignore_auth")) or authz.is_sysadmin(context.get("user"))


def visible(context: Context) -> Predicate:
    """Return the predicate of the rows whose permission labels the caller holds."""
    if sees_everything(context):
        return sa.true()
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    labels = get_permission_labels().get_user_dataset_labels(user)
    return TABLE.c.permission_labels.overlap(labels)


def counts(where: Predicate, today: date, exchanged: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row of counts for each organization and for its own and copied datasets.

    Each row has `organization_id`, `own` and the counted slices. One query.
    """
    rules = predicates(today, exchanged)
    columns = [sa.func.count().filter(rules[name]).label(name) for name in KEYS]
    query = (
        sa.select(TABLE.c.organization_id, TABLE.c.own, *columns)
        .where(where)
        .group_by(TABLE.c.organization_id, TABLE.c.own)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]


def organizations(ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return name and title of the organizations `ids`."""
    query = sa.select(model.Group.id, model.Group.name, model.Group.title).where(
        model.Group.id.in_(ids)
    )
    return {row.id: (row.name, row.title or row.name) for row in model.Session.execute(query)}


def page(where: Predicate, sort: str, limit: int | None, offset: int = 0) -> list[DatasetFacts]:
    """Return the facts of the rows that fit `where`, in the order `sort` names. One query."""
    query = (
        sa.select(TABLE, model.Group.name.label("org_name"), model.Group.title.label("org_title"))
        .outerjoin(model.Group, model.Group.id == TABLE.c.organization_id)
        .where(where)
        .order_by(*SORTS[sort])
        .offset(offset)
        .limit(limit)
    )
    found = []
    for row in model.Session.execute(query).mappings():
        values = dict(row)
        name, title = values.pop("org_name"), values.pop("org_title")
        found.append(facts_from_row(values, name, title))
    return found


def total(where: Predicate) -> int:
    """Return how many rows fit `where`."""
    query = sa.select(sa.func.count()).select_from(TABLE).where(where)
    return model.Session.execute(query).scalar_one()
