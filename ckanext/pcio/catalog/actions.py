"""API actions over the facts table."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.thai import sort_key

from . import exchanged, queries, schema
from .counts import KEYS
from .facts import UNREADABLE, DatasetFacts
from .model import TABLE
from .predicates import Predicate, predicate


@tk.side_effect_free
@validate(schema.counts_show)
def pcio_counts_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of design.md §4 over the datasets the caller may see.

    :param organization: id or name of one organization (optional)

    :returns: `as_of` (ISO date), `sees_private` (whether every private dataset is counted),
        `all` and `own` (the counts), and `organizations`: `name`, `title`, `all` and `own` of
        each office that has datasets, by title
    """
    tk.check_access("pcio_counts_show", context, data_dict)
    today = today_in_thailand()
    where = queries.visible(context) & _of_organization(data_dict)
    rows = queries.counts(where, today, exchanged.on_record(today))
    names = queries.organizations([row["organization_id"] for row in rows])
    offices: dict[str, dict[str, Any]] = {}
    result: dict[str, Any] = {
        "as_of": today.isoformat(),
        "sees_private": queries.sees_everything(context),
        **_no_counts(),
    }
    for row in rows:
        name, title = names.get(row["organization_id"], ("", ""))
        office = offices.setdefault(name, {"name": name, "title": title, **_no_counts()})
        for totals in (result, office):
            _add(totals["all"], row)
            if row["own"]:
                _add(totals["own"], row)
    result["organizations"] = sorted(offices.values(), key=lambda office: sort_key(office["title"]))
    return result


def _no_counts() -> dict[str, dict[str, int]]:
    return {"all": dict.fromkeys(KEYS, 0), "own": dict.fromkeys(KEYS, 0)}


def _add(counts: dict[str, int], row: dict[str, Any]) -> None:
    for name in KEYS:
        counts[name] += row[name]


def _of_organization(data_dict: dict[str, Any]) -> Predicate:
    reference = data_dict.get("organization")
    if not reference:
        return TABLE.c.package_id.is_not(None)
    organization = model.Group.get(reference)
    if organization is None or not organization.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return TABLE.c.organization_id == organization.id


@tk.side_effect_free
@validate(schema.facts_list)
def pcio_facts_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the datasets behind a count, limited to what the caller may see.

    :param slice: a count's name (`open`, `complete`, ...), `waiting`, `incomplete`, `stale`,
        `no_dictionary`, `preparing`, `private`, or `missing:<item>`
    :param own: only the province's own datasets (optional, default false)
    :param organization: id or name of one organization (optional)
    :param sort: `title`, `last_updated`, `due_on`, `stars`, `missing`; `-` before it reverses
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 50)
    :param offset: rows to pass over (optional)

    :returns: `count` and `results`, a list of facts as dicts
    """
    tk.check_access("pcio_facts_list", context, data_dict)
    today = today_in_thailand()
    chosen = predicate(data_dict["slice"], today, exchanged.on_record(today))
    if chosen is None:
        raise tk.ValidationError({"slice": [tk._("There is no list of this name.")]})
    if data_dict["sort"] not in queries.SORTS:
        raise tk.ValidationError({"sort": [tk._("The list cannot be sorted by this.")]})
    where = queries.visible(context) & _of_organization(data_dict) & chosen
    if data_dict["own"]:
        where &= TABLE.c.own
    found = queries.page(where, data_dict["sort"], data_dict["limit"], data_dict["offset"])
    return {
        "count": queries.total(where),
        "results": [_row(facts, today) for facts in found],
    }


def _row(facts: DatasetFacts, today: Any) -> dict[str, Any]:
    names = (
        *("id", "name", "title", "url", "organization", "organization_title", "data_type"),
        *("category", "stars", "state", "private", "own", "high_value", "frequency_unit"),
        *("complete", "structured", "machine_readable", "dictionary", "linkage_status"),
    )
    row = {name: getattr(facts, name) for name in names}
    row["level"] = None if facts.level == UNREADABLE else facts.effective_level
    for name in ("missing", "invalid", "linkage_methods", "formats"):
        row[name] = list(getattr(facts, name))
    for name in ("last_updated", "due_on"):
        value = getattr(facts, name)
        row[name] = value.isoformat() if value else None
    row["current"] = facts.current(today)
    return row
