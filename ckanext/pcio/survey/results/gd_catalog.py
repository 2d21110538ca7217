"""The GD Catalog indicator over the facts table: its numbers, and the datasets that fail it.

A constant number of queries, whatever the number of datasets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.pcio.catalog import queries, unmoved
from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.predicates import Predicate, predicates
from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
from ckanext.pcio.catalog.registration.queries import stored
from ckanext.pcio.catalog.registration.states import COMPLETED
from ckanext.pcio.registers.exchange import people
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.thai import sort_key
from ckanext.pcio.survey.gd_catalog import CONDITIONS, reasons

_c = TABLE.c
Row = dict[str, Any]


def conditions(today: date) -> dict[str, Predicate]:
    """Return "open" and each of `CONDITIONS` as a predicate over the facts table."""
    slices = predicates(today)
    registered = sa.select(REGISTRATION.c.package_id).where(REGISTRATION.c.state == COMPLETED)
    return {
        "open": slices["open"],
        "current": slices["current"],
        "complete": slices["complete"],
        "registered": _c.package_id.in_(registered),
    }


def shown(context: Context, asked: Mapping[str, Any]) -> Row:
    """Return what `pcio_gd_catalog_show` is asked for."""
    today = today_in_thailand()
    rules, visible = conditions(today), queries.visible(context)
    counted = _counted(visible, rules)
    office = _office(asked.get("organization"))
    reason, own = asked.get("reason"), asked["own"]
    among = _numbers(
        row
        for row in counted
        if (row["own"] or not own) and (office is None or row["organization_id"] == office)
    )
    where = visible & rules["open"] & ~sa.and_(*(rules[name] for name in CONDITIONS))
    if reason:
        where &= ~rules[reason]
    if own:
        where &= _c.own
    if office is not None:
        where &= _c.organization_id == office
    found = queries.page(where, "title", asked["limit"], asked["offset"])
    return {
        "as_of": today.isoformat(),
        "all": _numbers(counted),
        "own": _numbers(row for row in counted if row["own"]),
        "organizations": _organizations(counted),
        "count": among["open"] - among[reason or "standard"],
        "results": _rows(found, today, context, asked["lang"]),
    }


def _counted(visible: Predicate, rules: Mapping[str, Predicate]) -> list[Row]:
    """Return the numbers of open datasets of each office, of its own and of copies. One query."""
    # Joined once, because a subquery inside an aggregate is asked for every row.
    known = REGISTRATION.c.state == COMPLETED
    asked = {**rules, "registered": REGISTRATION.c.package_id.is_not(None)}
    every = sa.and_(*(asked[name] for name in CONDITIONS))
    numbers = {"standard": every, **{name: asked[name] for name in CONDITIONS}}
    query = (
        sa.select(
            _c.organization_id,
            _c.own,
            sa.func.count().label("open"),
            *(sa.func.count().filter(rule).label(name) for name, rule in numbers.items()),
        )
        .select_from(TABLE)
        .outerjoin(REGISTRATION, (REGISTRATION.c.package_id == _c.package_id) & known)
        .where(visible, rules["open"])
        .group_by(_c.organization_id, _c.own)
    )
    return unmoved.rows(query)


def _numbers(rows: Iterable[Row]) -> dict[str, int]:
    rows = list(rows)
    return {name: sum(row[name] for row in rows) for name in ("open", "standard", *CONDITIONS)}


def _organizations(counted: list[Row]) -> list[Row]:
    names = queries.organizations(list({row["organization_id"] for row in counted}))
    found = []
    for office, (name, title) in names.items():
        rows = [row for row in counted if row["organization_id"] == office]
        own = [row for row in rows if row["own"]]
        found.append({"name": name, "title": title, "all": _numbers(rows), "own": _numbers(own)})
    return sorted(found, key=lambda each: sort_key(each["title"]))


def _rows(found: list[DatasetFacts], today: date, context: Context, lang: str) -> list[Row]:
    states = {key: row["state"] for key, row in stored([each.id for each in found]).items()}
    editable = None if queries.sees_everything(context) else _editable_names(context)
    names = ("id", "name", "title", "url", "organization", "organization_title", "own")
    return [
        {
            **{name: getattr(facts, name) for name in names},
            "state": states.get(facts.id, ""),
            "may_edit": editable is None or facts.organization in editable,
            "reasons": [
                {
                    "condition": each.condition,
                    "sentence": each.sentence.text(lang),
                    "field": each.field,
                }
                for each in reasons(facts, states.get(facts.id, ""), today)
            ],
        }
        for facts in found
    ]


def _editable_names(context: Context) -> set[str]:
    known = queries.organizations(people.offices_changed_by(context))
    return {name for name, _title in known.values()}


def _office(reference: str | None) -> str | None:
    if not reference:
        return None
    organization = model.Group.get(reference)
    if organization is None or not organization.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return organization.id
