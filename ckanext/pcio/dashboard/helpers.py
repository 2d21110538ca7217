"""Template helpers of the dashboard, the home page and the header."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError

from ckanext.pcio.dashboard import measures
from ckanext.pcio.dashboard.errors import ErrorWords, error_words, fresh_assets
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.vocabulary import vocabulary

# What CKAN calls a portal without a title.
CKAN_TITLE = "CKAN"
LATEST = 5
POPULAR_TAGS = 6


def pcio_province_name() -> str:
    """Return the name of the province this portal belongs to, or an empty string."""
    return tk.config.get("ckanext.pcio.province_name") or ""


def pcio_site_title() -> str:
    """Return the portal's name; a portal nobody has named is the province's data catalog."""
    title = tk.config.get("ckan.site_title") or CKAN_TITLE
    if title != CKAN_TITLE or not pcio_province_name():
        return title
    return tk._("Data catalog of {province}").format(province=pcio_province_name())


def pcio_facet_label(item: dict[str, Any]) -> str:
    """Return a facet's value in full."""
    return item["display_name"]


def pcio_error_words(code: Any, content: str | None) -> ErrorWords:
    """Return the code, heading and text of an error page."""
    return error_words(code, content)


def pcio_fresh_assets() -> None:
    """Let an error page have its styles, though the page before it took them."""
    fresh_assets()


def pcio_is_demo() -> bool:
    """Return whether the portal holds generated sample data."""
    return tk.asbool(tk.config.get("ckanext.pcio.demo", False))


def pcio_number(value: int) -> str:
    """Return `value` with thousands separated, in Arabic digits as the survey's form has them."""
    return f"{value:,}"


def pcio_percent(part: int, whole: int) -> int | None:
    """Return `part` of `whole` in whole per cent, or None where there is no whole."""
    return measures.percent(part, whole)


def pcio_languages() -> list[dict[str, Any]]:
    """Return the languages offered: `code`, `name`, `url` of this page in it, and `current`."""
    here, current = tk.h.current_url(), tk.h.lang()
    return [
        {
            "code": locale.short_name.replace("_", "-"),
            "name": locale.display_name or locale.english_name,
            "url": tk.h.url_for(here, locale=locale.short_name),
            "current": locale.short_name == current,
        }
        for locale in tk.h.get_available_locales()
    ]


def pcio_home() -> dict[str, Any]:
    """Return what the home page shows, as far as the visitor may see it.

    `counts` (of `pcio_counts_show`, over all datasets), `datasets`, `offices` (with datasets),
    `latest` (dataset dicts), `types` and `tags`. Two actions; a search service that does not
    answer leaves the lists empty and the page standing.
    """
    counts = tk.get_action("pcio_counts_show")({}, {})
    try:
        found = tk.get_action("package_search")(
            {},
            {
                "rows": LATEST,
                "sort": "metadata_created desc",
                "facet.field": ["data_type", "tags"],
                "facet.limit": 50,
            },
        )
    except SearchError:
        found = {"results": [], "search_facets": {}}
    facets = found["search_facets"]
    return {
        "counts": counts["all"],
        "datasets": counts["all"]["datasets"],
        "offices": sum(1 for office in counts["organizations"] if office["name"]),
        "latest": found["results"],
        "types": _types(facets),
        "tags": _most_used(facets, "tags")[:POPULAR_TAGS],
    }


def _types(facets: dict[str, Any]) -> list[dict[str, Any]]:
    language = pcio_language()
    terms = vocabulary("data_type")
    listed = []
    for item in _most_used(facets, "data_type"):
        term = terms.find(item["name"])
        label = term.label(language) if term else item["display_name"]
        listed.append({"value": item["name"], "label": label, "count": item["count"]})
    return listed


def _most_used(facets: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = facets.get(name, {}).get("items", [])
    return sorted(items, key=lambda item: (-item["count"], item["name"]))
