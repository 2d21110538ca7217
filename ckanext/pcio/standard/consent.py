"""Consent to being listed in GD Catalog, where a publisher did not say (dga-standard §7.2).

Catalogs of Thai agencies ask for it with private datasets only: what is public is listed, so a
public dataset says "True". An import keeps what the other portal said, and a dataset that is saved
as it is stored stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard import saving, values

FIELD = ("allow_harvest",)
CONSENTED = "True"
_PRIVATE = ("private",)

Key = tuple[Any, ...]


def fill_in(data: dict[Key, Any], context: Any) -> None:
    """Let a public dataset that says nothing consent; `data` is flattened, not validated yet."""
    kind = saving.current(context)
    if kind.importing or kind.unchanged or not kind.active:
        return
    if _is_blank(data, FIELD) and not _private(data, context):
        data[FIELD] = CONSENTED


def _is_blank(data: Mapping[Key, Any], key: Key) -> bool:
    value = data.get(key, tk.missing)
    return value is tk.missing or values.is_blank(value)


def _private(data: Mapping[Key, Any], context: Any) -> bool:
    if _is_blank(data, _PRIVATE):
        package = context.get("package")
        return bool(package and package.private)
    return bool(saving.core("boolean_validator")(data[_PRIVATE], context))
