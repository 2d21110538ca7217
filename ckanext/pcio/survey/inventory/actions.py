"""API actions over the readiness inventory of databases and datasets."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog import queries as catalog
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.thai import fold, sort_key

from . import queries, schema
from .count import Row, merged


@tk.side_effect_free
@validate(schema.inventory_show)
def pcio_inventory_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return databases and datasets of each office, and how many are ready to link.

    Over the datasets the caller may see. Ready is a dataset with the linkage method API or Web
    Service; the DataStore's API counts only where `ckanext.pcio.datastore_counts_as_api` says so,
    and is counted apart in any case. A database belongs to its office.

    :param organization: id or name of one organization: only its line, and its databases (optional)

    :returns: `as_of` (ISO date), `sees_private`, `datastore_counts`; `total` and `organizations`,
        by title: `name`, `title`, `offices` (of the total), `all` and `own`, each with `databases`,
        `datasets`, `ready`, `not_ready`, `datastore` (datasets that only the DataStore offers over
        an API), `unstated` (datasets that name no database), `linked`, `preparing` and `waiting`;
        with `organization` also `databases`: `name` (blank for the datasets that name none), `all`
        and `own`
    """
    tk.check_access("pcio_inventory_show", context, data_dict)
    where = catalog.visible(context) & _of_organization(data_dict)
    rows = queries.offices(where)
    names = catalog.organizations([row.organization for row in rows if row.organization])
    found = [_line(row, *names.get(row.organization or "", ("", ""))) for row in rows]
    result = {
        "as_of": today_in_thailand().isoformat(),
        "sees_private": catalog.sees_everything(context),
        "datastore_counts": tk.config["ckanext.pcio.datastore_counts_as_api"],
        "total": _line(merged(rows), "", ""),
        "organizations": sorted(found, key=_by_title),
    }
    if data_dict.get("organization"):
        result["databases"] = _databases(where)
    return result


@tk.side_effect_free
@validate(schema.inventory_list)
def pcio_inventory_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the datasets behind a number of the inventory, limited to what the caller may see.

    :param organization: id or name of one organization (optional)
    :param database: name of a database, in any spelling (optional)
    :param state: `ready`, `not_ready`, `datastore`, `linked`, `preparing`, `waiting` or `unstated`
        (datasets that name no database) (optional)
    :param own: only the province's own datasets (optional, default false)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 50)
    :param offset: rows to pass over (optional)

    :returns: `count` and `results`, by office, database and title: names and office of the dataset,
        `database` (None where it names none), `key` (what its spellings have in common), `ready`,
        `datastore`, `linkage_methods`, `linkage_status`, `own`, `private` and `state`
    """
    tk.check_access("pcio_inventory_list", context, data_dict)
    where = catalog.visible(context) & _of_organization(data_dict)
    if database := data_dict.get("database"):
        where &= TABLE.c.database_key == fold(database)
    if state := data_dict.get("state"):
        where &= queries.STATES[state]
    if data_dict["own"]:
        where &= TABLE.c.own
    every_office = not data_dict.get("organization")
    limit, offset = data_dict["limit"], data_dict["offset"]
    found = queries.datasets(where, limit, offset, every_office=every_office)
    return {"count": catalog.total(where), "results": [_dataset(row) for row in found]}


def _of_organization(data_dict: dict[str, Any]) -> Predicate:
    reference = data_dict.get("organization")
    if not reference:
        return sa.true()
    organization = model.Group.get(reference)
    if organization is None or not organization.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return TABLE.c.organization_id == organization.id


def _line(row: Row, name: str, title: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "offices": row.offices,
        "all": row.all.as_dict(),
        "own": row.own.as_dict(),
    }


def _by_title(line: dict[str, Any]) -> tuple[bool, Any]:
    # Datasets without an office come last.
    return not line["name"], sort_key(line["title"])


def _databases(where: Predicate) -> list[dict[str, Any]]:
    rows = sorted(queries.databases(where), key=lambda row: (row["key"] is None, row["key"] or ""))
    return [
        {"name": row["name"] or "", "all": row["all"].as_dict(), "own": row["own"].as_dict()}
        for row in rows
    ]


def _dataset(row: dict[str, Any]) -> dict[str, Any]:
    names = (
        *("id", "name", "title", "url", "organization", "organization_title"),
        *("ready", "datastore", "linkage_methods", "linkage_status", "own", "private", "state"),
    )
    return {
        **{name: row[name] for name in names},
        "database": row["source_database"],
        "key": row["database_key"],
    }
