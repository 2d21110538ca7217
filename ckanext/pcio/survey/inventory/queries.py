"""The inventory in SQL over the facts table; `count` says the same over records already read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import unmoved
from ckanext.pcio.catalog.facts import READY_METHODS
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.catalog.queries import TITLE_ORDER

from .count import NAMES, STATUSES, Numbers, Row

_c = TABLE.c
_BY_SETTING = _c.api_by_datastore & ~_c.linkage_methods.overlap(sorted(READY_METHODS - {"api"}))
_READY = _c.linkage_methods.overlap(sorted(READY_METHODS))

STATES: Mapping[str, Predicate] = {
    "ready": _READY,
    "not_ready": ~_READY,
    "datastore": _c.datastore & (~_READY | _BY_SETTING),
    **{name: _c.linkage_status == name for name in STATUSES},
    "unstated": _c.database_key.is_(None),
}
"""What a list can be narrowed to, each one of the table's numbers."""
_COUNTED = ("datasets", "ready", "datastore", *STATUSES)
_EVERY = (*NAMES, *(f"{name}_own" for name in NAMES))


def offices(where: Predicate) -> list[Row]:
    """Return the row of each office that has datasets that fit `where`. Two queries."""
    rules = {name: STATES[name] for name in NAMES if name in STATES}
    columns = [sa.func.count().filter(rule).label(name) for name, rule in rules.items()]
    query = (
        sa.select(_c.organization_id, _c.own, sa.func.count().label("datasets"), *columns)
        .where(where)
        .group_by(_c.organization_id, _c.own)
    )
    lines: dict[str | None, dict[str, int]] = {}
    for row in unmoved.rows(query):
        line = lines.setdefault(row["organization_id"], dict.fromkeys(_EVERY, 0))
        for name in ("datasets", *rules):
            line[name] += row[name]
            if row["own"]:
                line[f"{name}_own"] = row[name]
    for row in _databases(where):
        own = {"databases": row["databases"], "databases_own": row["databases_own"]}
        lines[row["organization_id"]].update(own)
    return [
        Row(organization=office, all=_numbers(line, ""), own=_numbers(line, "_own"))
        for office, line in lines.items()
    ]


def _databases(where: Predicate) -> list[dict[str, Any]]:
    """Return of each office how many databases there are, and how many with own datasets."""
    inside = (
        sa.select(_c.organization_id, sa.func.bool_or(_c.own).label("own"))
        .where(where, _c.database_key.is_not(None))
        .group_by(_c.organization_id, _c.database_key)
        .subquery()
    )
    query = sa.select(
        inside.c.organization_id,
        sa.func.count().label("databases"),
        sa.func.count().filter(inside.c.own).label("databases_own"),
    )
    return unmoved.rows(query.group_by(inside.c.organization_id))


def databases(where: Predicate) -> list[dict[str, Any]]:
    """Return name and numbers of each database among the datasets that fit `where`. One query.

    Each has `organization_id`, `key` (None for datasets that state no database), `name`, as one of
    its datasets spells it, `all` and `own`.
    """
    found = []
    for row in model.Session.execute(_by_database(where)).mappings():
        stated = int(row["database_key"] is not None)
        more = {
            "databases": stated,
            "unstated": row["datasets"] * (1 - stated),
            "databases_own": min(stated, row["datasets_own"]),
            "unstated_own": row["datasets_own"] * (1 - stated),
        }
        found.append(
            {
                "organization_id": row["organization_id"],
                "key": row["database_key"],
                "name": row["name"],
                "all": _numbers({**row, **more}, ""),
                "own": _numbers({**row, **more}, "_own"),
            }
        )
    return found


def _by_database(where: Predicate) -> sa.Select[Any]:
    columns = [sa.func.min(_c.source_database).label("name")]
    for name in _COUNTED:
        rule = STATES.get(name, sa.true())
        columns += [
            sa.func.count().filter(rule).label(name),
            sa.func.count().filter(rule & _c.own).label(f"{name}_own"),
        ]
    return (
        sa.select(_c.organization_id, _c.database_key, *columns)
        .where(where)
        .group_by(_c.organization_id, _c.database_key)
    )


def _numbers(row: Mapping[Any, Any], whose: str) -> Numbers:
    return Numbers(**{name: row[f"{name}{whose}"] for name in NAMES})


def datasets(
    where: Predicate, limit: int, offset: int, *, every_office: bool
) -> list[dict[str, Any]]:
    """Return the datasets that fit `where`, by office, database and title. One query.

    Those that state no database come last of their office. In a list over every office the titles
    of a database stand by their letters: a dictionary's order costs too much of so many.
    """
    by_title = sa.collate(_c.title, "C") if every_office else TITLE_ORDER
    group = model.Group
    title = sa.func.coalesce(sa.func.nullif(group.title, ""), group.name)
    query = (
        sa.select(
            *(_c.package_id.label("id"), _c.name, _c.title, _c.url, _c.organization_id),
            *(_c.source_database, _c.database_key, _c.linkage_methods, _c.linkage_status),
            *(_c.own, _c.private, _c.state),
            _READY.label("ready"),
            STATES["datastore"].label("datastore"),
            group.name.label("organization"),
            title.label("organization_title"),
        )
        .outerjoin(group, group.id == _c.organization_id)
        .where(where)
        .order_by(
            title.nulls_last(),
            _c.organization_id,
            _c.database_key.nulls_last(),
            by_title,
            _c.package_id,
        )
        .limit(limit)
        .offset(offset)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]
