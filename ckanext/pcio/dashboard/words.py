"""Words of the standard as the dashboard shows them, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.fields import dataset_fields, field_label
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import vocabulary

# Mandatory items of มรด. 3-1:2565 (dga-standard.md §2.1).
ITEMS = 14
# Items whose code is not the name of the schema's field.
_CODES = {"tag_string": "tags", "update_frequency_unit": "update_frequency"}


@lru_cache(maxsize=1)
def _item_fields() -> Mapping[str, Mapping[str, Any]]:
    """Return the schema's first field of each item, by the item's code."""
    found: dict[int, tuple[str, Mapping[str, Any]]] = {}
    for name, field in dataset_fields().items():
        if field.get("pcio_item"):
            found.setdefault(field["pcio_item"], (_CODES.get(name, name), field))
    return dict(found.values())


def item_codes() -> frozenset[str]:
    """Return the codes of the mandatory items."""
    return frozenset(_item_fields())


def item(code: str, language: str) -> str:
    """Return the name of a mandatory item; an unknown code is its own name."""
    field = _item_fields().get(code)
    return field_label(field, language) if field else code


def items_present(row: Mapping[str, Any]) -> int:
    """Return how many of the 14 items are present and valid."""
    return ITEMS - len(row.get("missing") or ()) - len(row.get("invalid") or ())


def term(name: str, key: str | None, language: str) -> str:
    """Return the label of a vocabulary's value by its key; empty where nothing is stated."""
    found = vocabulary(name).by_key(key)
    return found.label(language) if found else key or ""


def state(row: Mapping[str, Any]) -> Message:
    """Return how far a dataset is published."""
    if row.get("state") == "draft":
        return Message(N_("Draft"))
    return Message(N_("Private")) if row.get("private") else Message(N_("Published"))
