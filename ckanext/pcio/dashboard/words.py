"""Words of the standard as the dashboard shows them, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.pcio.standard.completeness import CODES
from ckanext.pcio.standard.items import ItemName
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import vocabulary

ITEMS = len(CODES)


def item(code: str, language: str) -> str:
    """Return the name of a mandatory item; an unknown code is its own name."""
    return ItemName(code).text(language)


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
