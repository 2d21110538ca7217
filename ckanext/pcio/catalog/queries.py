"""Counts and lists over the facts table, limited to what a user may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckan.lib.plugins import get_permission_labels
from ckan.types import Context

from . import unmoved
from .counts import KEYS
from .exchanged import OnRecord
from .facts import DatasetFacts
from .model import TABLE, facts_from_row
from .predicates import Predicate, predicates

# `standard.thai.sort_key` in SQL, because few servers have a Thai collation: vowels written before
# their consonant go after it, tone marks go. An index of the same expression serves it; only so
# many characters of a title are looked at, because an index takes no row of any length.
TITLE_ORDER = sa.literal_column(
    "translate(regexp_replace(lower(left(pcio_dataset_facts.title, 200)), "
    r"'([\u0e40-\u0e44])([\u0e01-\u0e2e])', '\2\1', 'g'), "
    r"U&'\0E50\0E51\0E52\0E53\0E54\0E55\0E56\0E57\0E58\0E59\0E47\0E48\0E49\0E4A\0E4B\0E4C', "
    "'0123456789') COLLATE \"C\"",
    sa.UnicodeText,
)
# The id makes every order one order, so that no row is on two pages or on none.
_BY_TITLE = (TITLE_ORDER, TABLE.c.package_id)
SORTS = {
    "title": _BY_TITLE,
    "-title": (TITLE_ORDER.desc(), TABLE.c.package_id.desc()),
    "last_updated": (TABLE.c.last_updated.asc().nulls_first(), *_BY_TITLE),
    "-last_updated": (TABLE.c.last_updated.desc().nulls_last(), *_BY_TITLE),
    "due_on": (TABLE.c.due_on.asc().nulls_last(), *_BY_TITLE),
    "stars": (TABLE.c.stars, *_BY_TITLE),
    "-stars": (TABLE.c.stars.desc(), *_BY_TITLE),
    "missing": (
        (sa.func.cardinality(TABLE.c.missing) + sa.func.cardinality(TABLE.c.invalid)).desc(),
        *_BY_TITLE,
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


def counts(where: Predicate, today: date, exchanged: OnRecord) -> list[dict[str, Any]]:
    """Return one row of counts for each organization and for its own and copied datasets.

    Each row has `organization_id`, `own` and the counted slices. One query, or none where nothing
    was written since.
    """
    rules = predicates(today, exchanged)
    columns = [sa.func.count().filter(rules[name]).label(name) for name in KEYS]
    query = (
        sa.select(TABLE.c.organization_id, TABLE.c.own, *columns)
        .where(where)
        .group_by(TABLE.c.organization_id, TABLE.c.own)
    )
    return unmoved.rows(query)


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
