"""Words of the standard as the dashboard shows them, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import vocabulary

# The 14 mandatory items of มรด. 3-1:2565 in the standard's order (dga-standard.md §2.1).
ITEMS: Mapping[str, str] = {
    "data_type": N_("Dataset type"),
    "title": N_("Title"),
    "owner_org": N_("Organization"),
    "maintainer": N_("Contact name"),
    "maintainer_email": N_("Contact e-mail"),
    "tags": N_("Tags"),
    "notes": N_("Description"),
    "objective": N_("Objective"),
    "update_frequency": N_("Update frequency"),
    "geo_coverage": N_("Geographic coverage"),
    "data_source": N_("Source"),
    "data_format": N_("Data format"),
    "data_category": N_("Data category"),
    "license_id": N_("License"),
}


def item(code: str, language: str) -> str:
    """Return the name of a mandatory item; an unknown code is its own name."""
    return Message(ITEMS[code]).text(language) if code in ITEMS else code


def items_present(row: Mapping[str, Any]) -> int:
    """Return how many of the 14 items are present and valid."""
    return len(ITEMS) - len(row.get("missing") or ()) - len(row.get("invalid") or ())


def term(name: str, key: str | None, language: str) -> str:
    """Return the label of a vocabulary's value by its key; empty where nothing is stated."""
    if not key:
        return ""
    for known in vocabulary(name).terms:
        if known.key == key:
            return known.label(language)
    return key


def state(row: Mapping[str, Any]) -> Message:
    """Return how far a dataset is published."""
    if row.get("state") == "draft":
        return Message(N_("Draft"))
    return Message(N_("Private")) if row.get("private") else Message(N_("Published"))
