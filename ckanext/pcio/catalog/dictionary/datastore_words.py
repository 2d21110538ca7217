"""What a dictionary says, as the DataStore keeps it: the `info` of each column.

`label`, `notes` and `type_override` are CKAN's own keys, `required` and `example` ours. They stay
plain keys (rather than the data of a plugin) because whatever loads a table again carries plain
keys over. Keys of others are never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.pcio.standard.columns import Column, Problem, from_field, words
from ckanext.pcio.standard.messages import N_, Message

KEYS: Mapping[str, str] = {
    "label": "label",
    "description": "notes",
    "required": "required",
    "example": "example",
}
"""Key of the `info` that holds each part of a column."""


def changed_info(field: Mapping[str, Any], column: Column) -> dict[str, Any] | None:
    """Return the whole `info` of `field` with the words of `column`; None if none changed."""
    info: dict[str, Any] = dict(field.get("info") or {})
    before = from_field(field)
    changed = False
    for part, key in KEYS.items():
        value = getattr(column, part)
        if getattr(before, part) == value:
            continue
        changed = True
        if value in ("", None):
            info.pop(key, None)
        else:
            info[key] = value
    return info if changed else None


def problems(
    fields: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    overrides: Mapping[str, str],
) -> list[Problem]:
    """Return why `columns` cannot be the words of a table's `fields`.

    The columns of a table and their types are the table's: words about them change, they do not.
    """
    table = {field["id"]: from_field(field) for field in fields}
    found: list[Problem] = []
    for row, column in enumerate(columns):
        known = table.pop(column.name, None)
        if known is None:
            message = Message(N_("The table has no column “{name}”."), {"name": column.name})
            found.append(Problem(row, "name", message))
        elif column.type and column.type != known.type:
            fixed = N_("The type of a table’s column cannot be changed here.")
            found.append(Problem(row, "type", Message(fixed)))
        if overrides.get(column.name) not in (None, "", *words().overrides):
            given = {"value": overrides[column.name][:80], "known": ", ".join(words().overrides)}
            wrong = N_("“{value}” is no type to load the column as. Use one of: {known}.")
            found.append(Problem(row, "type_override", Message(wrong, given)))
    for name in table:
        missing = Message(N_("The column “{name}” of the table is missing."), {"name": name})
        found.append(Problem(len(columns), "name", missing))
    return found


def changes(
    fields: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    overrides: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the fields datastore_create has to be given, and no others."""
    by_name = {column.name: column for column in columns}
    changed: list[dict[str, Any]] = []
    for field in fields:
        name = field["id"]
        info = changed_info(field, by_name[name]) if name in by_name else None
        before = (field.get("info") or {}).get("type_override") or ""
        override = overrides.get(name)
        if override is not None and override != before:
            info = dict(field.get("info") or {}) if info is None else info
            info.pop("type_override", None)
            if override:
                info["type_override"] = override
        if info is not None:
            changed.append({"id": name, "info": info})
    return changed
