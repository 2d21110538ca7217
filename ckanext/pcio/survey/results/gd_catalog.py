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

from ckanext.pcio.catalog import queries
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
    registered = sa.exists().where(
        REGISTRATION.c.package_id == _c.package_id, REGISTRATION.c.state == COMPLETED
    )
    return {
        "open": slices["open"],
        "current": slices["current"],
        "complete": slices["complete"],
        "registered": registered,
    }


def shown(context: Context, asked: Mapping[str, Any]) -> Row:
    """Return what `pcio_gd_catalog_show` is asked for."""
    today = today_in_thailand()
    rules, visible = conditions(today), queries.visible(context)
    classes = _classes(visible, rules)
    office = _office(asked.get("organization"))
    reason, own = asked.get("reason"), asked["own"]
    fit = [
        row
        for row in classes
        if not _counts(row)
        and (not reason or not row[reason])
        and (not own or row["own"])
        and (office is None or row["organization_id"] == office)
    ]
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
        "all": _numbers(classes),
        "own": _numbers(row for row in classes if row["own"]),
        "organizations": _organizations(classes),
        "count": sum(row["datasets"] for row in fit),
        "results": _rows(found, today, context, asked["lang"]),
    }


def _classes(visible: Predicate, rules: Mapping[str, Predicate]) -> list[Row]:
    """Return the open datasets by office, own and what they keep: some dozens of rows.

    One query.
    """
    columns = [rules[name].is_(sa.true()).label(name) for name in CONDITIONS]
    # Grouping what was computed once is cheaper than grouping by the expressions again.
    each = (
        sa.select(_c.organization_id, _c.own, *columns)
        .where(visible, rules["open"])
        .subquery("open_datasets")
    )
    keys = list(each.columns)
    query = sa.select(*keys, sa.func.count().label("datasets")).group_by(*keys)
    return [dict(row) for row in model.Session.execute(query).mappings()]


def _counts(row: Mapping[str, Any]) -> bool:
    return all(row[name] for name in CONDITIONS)


def _numbers(rows: Iterable[Row]) -> dict[str, int]:
    rows = list(rows)
    return {
        "open": sum(row["datasets"] for row in rows),
        "standard": sum(row["datasets"] for row in rows if _counts(row)),
        **{name: sum(row["datasets"] for row in rows if row[name]) for name in CONDITIONS},
    }


def _organizations(classes: list[Row]) -> list[Row]:
    names = queries.organizations(list({row["organization_id"] for row in classes}))
    found = []
    for office, (name, title) in names.items():
        rows = [row for row in classes if row["organization_id"] == office]
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
