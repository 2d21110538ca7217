"""What the templates of `/usage` are given, prepared from the actions' answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ckanext.pcio.standard.dates import today_in_thailand

from . import charts, periods, statistics, words
from .choice import Choice

Act = Callable[[str, dict[str, Any]], dict[str, Any]]
TOP = 5
_PORTAL_TABLES = ("datasets", "resources", "organizations", "classes", "data_types")


def numbers(
    shown: Mapping[str, Any], asked: Choice, data_dict: Mapping[str, Any], act: Act
) -> dict[str, Any]:
    """Return the variables of a page of numbers.

    Args:
        shown: the answer of `pcio_usage_show`.
        asked: what the address says.
        data_dict: the arguments `shown` answers, but for its period.
        act: runs an action for the visitor.

    """
    language, today = data_dict["lang"], today_in_thailand()
    since = date.fromisoformat(shown["since"]) if shown["since"] else None
    kind = shown["scope"]["type"]
    return {
        "asked": asked,
        "shown": shown,
        "scope": shown["scope"],
        "language": language,
        "presets": [
            (preset.key, preset.title(language)) for preset in periods.presets(today, since)
        ],
        "range_words": range_words(asked.start, min(asked.end, max(today, asked.start)), language),
        "compared": _compared(shown, asked, data_dict, since, act),
        "chart": charts.chart(shown["series"], asked.by, language),
        "points": [
            {**point, "title": charts.title(point, asked.by, language)} for point in shown["series"]
        ],
        "tables": _tables(kind, data_dict, act),
        "offices": _offices(act) if kind in ("portal", "organization") else [],
        "files": _files(shown, asked),
        "words": words,
        "NUMBERS": statistics.NUMBERS,
    }


def range_words(start: date, end: date, language: str) -> str:
    """Return a range in words."""
    first, last = (periods.day_title(day, language) for day in (start, end))
    return first if start == end else f"{first} – {last}"


def _compared(
    shown: Mapping[str, Any],
    asked: Choice,
    data_dict: Mapping[str, Any],
    since: date | None,
    act: Act,
) -> dict[str, Any]:
    """Return the totals of the range before, where it was counted from its first day."""
    start, end = periods.previous(asked.start, asked.end, today_in_thailand())
    found: dict[str, Any] = {
        "range": range_words(start, end, data_dict["lang"]),
        "previous": None,
        "change": None,
    }
    if since is None or start < since or asked.end > max(today_in_thailand(), asked.start):
        return found
    dates = {"start": start.isoformat(), "end": end.isoformat(), "by": "year"}
    before = act("pcio_usage_show", {**data_dict, **dates})
    return {**found, **statistics.compared(shown["totals"], before["totals"])}


def _tables(kind: str, data_dict: Mapping[str, Any], act: Act) -> list[dict[str, Any]]:
    wanted = {"dataset": ("resources",), "resource": ()}.get(kind, _PORTAL_TABLES)
    if kind == "organization":
        wanted = tuple(name for name in _PORTAL_TABLES if name != "organizations")
    sort = {"resources": "-download"}
    return [
        act(
            "pcio_usage_list",
            {**data_dict, "table": name, "limit": TOP, "sort": sort.get(name, "-view")},
        )
        for name in wanted
    ]


def _offices(act: Act) -> list[tuple[str, str]]:
    """Return name and title of the offices that have datasets the visitor sees."""
    found = act("pcio_counts_show", {})["organizations"]
    return [(office["name"], office["title"]) for office in found if office["name"]]


def _files(shown: Mapping[str, Any], asked: Choice) -> dict[str, str]:
    """Return the parameters of the addresses of files about the same numbers."""
    found = asked.machine()
    kind = shown["scope"]["type"]
    if kind in ("dataset", "resource"):
        found[f"{kind}_id"] = shown["scope"]["id"]
    return found


def table(
    found: Mapping[str, Any], asked: Choice, data_dict: Mapping[str, Any], number: int, size: int
) -> dict[str, Any]:
    """Return the variables of a page of a table."""
    language = data_dict["lang"]
    files = {**asked.machine(), "table": found["table"], "sort": data_dict["sort"]}
    files.pop("by")
    more = {"dataset_id": data_dict["dataset_id"]} if data_dict["dataset_id"] else {}
    before = [date.fromisoformat(found[f"previous_{name}"]) for name in ("start", "end")]
    return {
        "asked": asked,
        "found": found,
        "scope": found["scope"],
        "language": language,
        "sort": data_dict["sort"],
        "number": number,
        "pages": max(1, -(-found["count"] // size)),
        "first": (number - 1) * size + 1,
        "range_words": range_words(asked.start, asked.end, language),
        "previous_words": range_words(before[0], before[1], language),
        "files": {**files, **more},
        "more": more,
        "words": words,
    }
