"""The lists an exchange's values are chosen from: partner's tier, method, status."""

from __future__ import annotations

from functools import lru_cache

from ckanext.pcio.standard.vocabulary import (
    SCHEMAS_DIR,
    Vocabulary,
    read_vocabularies,
    vocabulary,
)

LISTS = ("tier", "method", "status")


@lru_cache(maxsize=len(LISTS))
def words(field: str) -> Vocabulary:
    """Return the values of the field `field`, one of `LISTS`."""
    if field == "tier":
        return read_vocabularies(SCHEMAS_DIR / "exchange.yaml")["exchange_tier"]
    return vocabulary({"method": "linkage_method", "status": "linkage_status"}[field])


def label(field: str, key: str | None, language: str) -> str:
    """Return the value of a field in words; an unknown key is its own name."""
    found = words(field).by_key(key)
    return found.label(language) if found else key or ""
