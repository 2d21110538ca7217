"""The settings a DCAT document depends on."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import ckan.plugins.toolkit as tk

from .mapping import mapping

# To be raised when the code makes another document of the same record.
CODE_VERSION = 1
_PREFIXES = ("ckanext.dcat.", "scheming.")
_KEYS = (
    *("ckan.site_url", "ckan.root_path", "ckan.site_title", "ckan.site_description"),
    *("ckan.locale_default", "ckan.plugins", "ckanext.pcio.province_name"),
)
_PAGE_SIZE = 100


@lru_cache(maxsize=1)
def _versions() -> tuple[str, ...]:
    found = []
    for package in ("ckanext-pcio", "ckanext-dcat", "rdflib"):
        try:
            found.append(version(package))
        except PackageNotFoundError:
            found.append("")
    return (*found, mapping().version, str(CODE_VERSION))


def fingerprint() -> tuple[Any, ...]:
    """Return everything but the records that makes a document what it is."""
    chosen = [
        (key, str(value)) for key, value in tk.config.items() if str(key).startswith(_PREFIXES)
    ]
    named = [(key, str(tk.config.get(key))) for key in _KEYS]
    return (*sorted(chosen), *named, *_versions())


def page_size() -> int:
    """Return how many datasets a page of the catalog holds."""
    return max(1, int(tk.config.get("ckanext.dcat.datasets_per_page") or _PAGE_SIZE))


def moment(written: Any) -> datetime | None:
    """Return a moment as CKAN writes it, or None."""
    try:
        return datetime.fromisoformat(str(written).removesuffix("Z"))
    except ValueError:
        return None
