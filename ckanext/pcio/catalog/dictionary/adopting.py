"""A dictionary that was written before its file was loaded into the DataStore.

The table is its source from then on, so its words go over to the table's columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckanext.pcio.catalog.dictionaries import datastore_fields
from ckanext.pcio.standard.columns import Column, from_field, from_records

from . import datastore_words, store

# PostgreSQL cuts longer names of columns.
_NAME_BYTES = 63


def adopt(resource_id: str, write: Callable[[dict[str, Any]], Any]) -> None:
    """Give the columns of a new table what was written about them; `write` is datastore_create.

    Columns that already have words keep them. What fits no column stays stored.
    """
    row = store.row_of(resource_id)
    fields = datastore_fields([resource_id]).get(resource_id) if row else None
    if not row or not fields:
        return
    stored = {_key(column.name): column for column in from_records(row["columns"])}
    changed = []
    for field in fields:
        column = stored.pop(_key(field["id"]), None)
        if column is None or _has_words(from_field(field)):
            continue
        if info := datastore_words.changed_info(field, column):
            changed.append({"id": field["id"], "info": info})
    if changed:
        write({"resource_id": resource_id, "force": True, "fields": changed})
    if not stored:
        store.delete(resource_id)


def _key(name: str) -> str:
    return name.encode()[:_NAME_BYTES].decode(errors="ignore")


def _has_words(column: Column) -> bool:
    told: Mapping[str, Any] = vars(column)
    return any(told[part] for part in ("label", "description", "example"))
