"""Template helpers of data dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard import openness
from ckanext.pcio.standard.columns import described, is_described, type_label, words
from ckanext.pcio.standard.helpers import pcio_language

from . import queries


def pcio_dictionaries(resources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each resource with how far its columns are described.

    Each entry has `resource`, `columns`, `number`, `told` (columns with name, type and
    description), `described`, `is_file` (it is itself the dictionary of the dataset) and `wanted`
    (it is a table, so it should have one). Two statements, however many resources.
    """
    found = queries.columns([str(resource["id"]) for resource in resources if resource.get("id")])
    entries: list[dict[str, Any]] = []
    for resource in resources:
        columns = found.get(str(resource.get("id")), ())
        entries.append(
            {
                "resource": resource,
                "columns": columns,
                "number": len(columns),
                "told": sum(map(is_described, columns)),
                "described": described(columns),
                "is_file": openness.is_dictionary_file(resource),
                "wanted": any(map(openness.is_structured, openness.resource_formats(resource)))
                and not openness.is_dictionary_file(resource),
            }
        )
    return entries


def pcio_column_types() -> list[tuple[str, str]]:
    """Return the types a column may have, with their labels."""
    language = pcio_language()
    return [(kind.key, kind.label(language)) for kind in words().types.values()]


def pcio_column_type(key: str) -> str:
    """Return the label of a type of column."""
    return type_label(key, pcio_language()) if key else ""


def pcio_column_overrides() -> list[tuple[str, str]]:
    """Return what a table's column may be loaded as next time, with labels."""
    language = pcio_language()
    return [(value, type_label(kind, language)) for value, kind in words().overrides.items()]


def pcio_dictionary_heading(part: str) -> str:
    """Return the heading of a part of a column."""
    return words().headings[part][pcio_language()]


def pcio_column_required(value: bool | None) -> str:
    """Return whether a value is required, in words; "" where it is not told."""
    return "" if value is None else words().required_written[pcio_language()][value]


def pcio_may_edit_dictionary(resource_id: str) -> bool:
    """Return whether the reader may change the dictionary of a resource."""
    return bool(tk.h.check_access("pcio_dictionary_update", {"resource_id": resource_id}))
