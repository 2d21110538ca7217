"""The dictionary of one resource, wherever it is kept: in the DataStore, or in our table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.dictionaries import datastore_fields
from ckanext.pcio.standard import columns as rules
from ckanext.pcio.standard.columns import Column, Problem, from_fields, from_records

from . import datastore_words, store

Source = Literal["datastore", "stored", "none"]


@dataclass(frozen=True)
class Dictionary:
    """What is known of the columns of one resource."""

    resource_id: str
    package_id: str
    source: Source
    columns: tuple[Column, ...] = ()
    version: str = "0"
    """Changes with every change of the dictionary; "0" where there is none."""
    fields: tuple[Mapping[str, Any], ...] = ()
    """The DataStore's own description of the table's columns."""
    modified: datetime | None = None
    by: str | None = None
    """Id of who changed it last, where that is known."""


def resource_of(resource_id: str) -> model.Resource:
    """Return the resource; raises `ObjectNotFound` where it is not there any more."""
    resource = model.Resource.get(resource_id) if resource_id else None
    if resource is None or resource.state == model.State.DELETED or not resource.package_id:
        raise tk.ObjectNotFound(tk._("There is no such file."))
    return resource


def load(resource_id: str) -> Dictionary:
    """Return the dictionary of a resource that exists."""
    resource = resource_of(resource_id)
    package_id = str(resource.package_id)
    fields = datastore_fields([resource.id]).get(resource.id, [])
    columns = from_fields(fields)
    if columns:
        version = _digest([[field["id"], field["type"], field["info"]] for field in fields])
        return Dictionary(
            resource.id, package_id, "datastore", columns, version, fields=tuple(fields)
        )
    row = store.row_of(resource.id)
    if row is None:
        return Dictionary(resource.id, package_id, "none")
    return Dictionary(
        resource.id,
        package_id,
        "stored",
        from_records(row["columns"]),
        _digest([row["version"], row["modified"].isoformat()]),
        modified=row["modified"],
        by=row["by"],
    )


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def problems(
    found: Dictionary, columns: Sequence[Column], overrides: Mapping[str, str]
) -> list[Problem]:
    """Return why `columns` cannot become the dictionary."""
    told = rules.problems(columns)
    if found.source == "datastore":
        told += datastore_words.problems(found.fields, columns, overrides)
    return told


def write(
    context: Context,
    found: Dictionary,
    columns: Sequence[Column],
    overrides: Mapping[str, str],
    by: str | None,
) -> None:
    """Make `columns` the dictionary, with the facts of its dataset, and commit."""
    if found.source == "datastore":
        changed = datastore_words.changes(found.fields, columns, overrides)
        if changed:
            # It writes the facts too (`catalog.datastore`).
            tk.get_action("datastore_create")(
                tk.fresh_context(context),
                {"resource_id": found.resource_id, "force": True, "fields": changed},
            )
    else:
        store.put(found.resource_id, found.package_id, columns, by)
        sync.write([found.package_id])
    model.repo.commit()


def remove(context: Context, found: Dictionary) -> None:
    """Take the dictionary away, with the facts of its dataset, and commit.

    Of a table in the DataStore the words about its columns go, never a column.
    """
    if found.source == "datastore":
        bare = [Column(column.name) for column in found.columns]
        write(context, found, bare, {column.name: "" for column in bare}, None)
        return
    store.delete(found.resource_id)
    sync.write([found.package_id])
    model.repo.commit()
