"""Data dictionaries of many resources at once."""

from __future__ import annotations

from collections.abc import Collection

from ckanext.pcio.catalog.dictionaries import datastore_fields
from ckanext.pcio.standard.columns import Column, from_fields, from_records

from . import store


def columns(resource_ids: Collection[str]) -> dict[str, tuple[Column, ...]]:
    """Return the columns of each resource that has any, by resource id. Two statements.

    The DataStore comes first: what it holds is the table itself. Who may see the resources is
    the caller's affair.
    """
    ids = list(dict.fromkeys(resource_ids))
    if not ids:
        return {}
    found = {
        resource_id: from_records(records)
        for resource_id, records in store.stored_columns(ids).items()
    }
    for resource_id, fields in datastore_fields(ids).items():
        if told := from_fields(fields):
            found[resource_id] = told
    return {resource_id: told for resource_id, told in found.items() if told}
