"""Actions: what GD Catalog knows of each dataset. None of them asks its service."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog import queries as catalog
from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.standard.helpers import pcio_language

from . import queries, schema, store
from .entering import moment_of
from .view import as_dict


@tk.side_effect_free
@validate(schema.registration_show)
def pcio_registration_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a dataset's registration with GD Catalog, as it was last learned.

    :param id: id or name of the dataset

    :returns: `id`, `name`, and `registration`: None where nothing is known, or `state`, `label`,
        `stage`, `editing` (what the state means for who edits), `published_name`,
        `changed_since` (changed here after the version GD Catalog looked at), `source`
        (`service` or `person`), `validated_at`, `checked_at`, `asked_at`, `metadata_modified`
        and `error` (why the last question had no answer)
    """
    tk.check_access("pcio_registration_show", context, data_dict)
    dataset = _visible(context, data_dict["id"])
    return {"id": dataset.id, "name": dataset.name, "registration": _registration(dataset)}


@tk.side_effect_free
@validate(schema.registration_list)
def pcio_registration_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the datasets whose registration is known, those GD Catalog has a state for first.

    :param state: a state's key or text (optional)
    :param organization: id or name of one organization (optional)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 50)
    :param offset: rows to pass over (optional)

    :returns: `count`, `datasets` (how many the caller may see at all), `states` (how many are in
        each state) and `results`: `id`, `name`, `title`, and `registration` as
        `pcio_registration_show` returns it
    """
    tk.check_access("pcio_registration_list", context, data_dict)
    where = catalog.visible(context)
    if data_dict.get("organization"):
        organization = model.Group.get(data_dict["organization"])
        if organization is None or not organization.is_organization:
            raise tk.ObjectNotFound(tk._("Organization not found"))
        where &= FACTS.c.organization_id == organization.id
    state = data_dict.get("state")
    found = queries.page(where, state, data_dict["limit"], data_dict["offset"])
    language = pcio_language()
    states = queries.states(where)
    return {
        "count": states.get(state, 0) if state else sum(states.values()),
        "datasets": catalog.total(where),
        "states": states,
        "results": [
            {
                **{key: row[key] for key in ("id", "name", "title")},
                "registration": as_dict(row["row"], row["name"], row["modified"], language),
            }
            for row in found
        ],
    }


@validate(schema.registration_update)
def pcio_registration_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Enter the state of a dataset's registration, where the portal cannot ask for it.

    :param id: id or name of the dataset
    :param state: the state, by its key (`COMPLETED`) or its Thai text
    :param validated_on: the day of it (optional)

    :returns: what `pcio_registration_show` returns
    """
    tk.check_access("pcio_registration_update", context, data_dict)
    dataset = _visible(context, data_dict["id"])
    store.entered(dataset.id, data_dict["state"], moment_of(data_dict.get("validated_on")))
    if not context.get("defer_commit"):
        model.repo.commit()
    return {"id": dataset.id, "name": dataset.name, "registration": _registration(dataset)}


def _visible(context: Context, reference: str) -> model.Package:
    dataset = model.Package.get(reference)
    if dataset is None or not catalog.total(
        catalog.visible(context) & (FACTS.c.package_id == dataset.id)
    ):
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return dataset


def _registration(dataset: model.Package) -> dict[str, Any] | None:
    row = queries.stored([dataset.id]).get(dataset.id)
    return as_dict(row, dataset.name, dataset.metadata_modified, pcio_language()) if row else None
