"""`pcio_usage_list`: rows of a table with their titles, and how each changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.pcio.catalog import queries as catalog
from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.standard.thai import sort_key
from ckanext.pcio.standard.vocabulary import vocabulary

from . import asking, periods, queries, scope, statistics, tables, words
from .choice import CLASSES

Numbers = Mapping[str, int]
_GROUPS = ("organizations", "data_types", "classes")


def table(
    context: Context, asked: dict[str, Any], start: date, end: date, today: date
) -> dict[str, Any]:
    """Return the answer of `pcio_usage_list`."""
    if asked.get("dataset_id") and asked["table"] != tables.RESOURCES:
        wrong = tk._("Only the table of resources is of one dataset.")
        raise tk.ValidationError({"dataset_id": [wrong]})
    found = scope.find(context, {**asked, "resource_id": None})
    where = FACTS.c.package_id == found.id if found.where is None else found.where
    span = periods.span(start, end, today)
    before = periods.previous(start, end, today)
    written = asking.remembered(context, "written", queries.written)
    page = tables.Page(asked["sort"], asked["limit"], asked["offset"])
    build = _grouped if asked["table"] in _GROUPS else _paged
    # Half a previous range would make every change look like growth.
    compares = asked["trend"] and written.since is not None and written.since <= before[0]
    spans = [span, periods.span(*before, today)] if compares else [span]
    count, rows = build(context, asked, where, page, spans)
    return {
        "table": asked["table"],
        "scope": found.described(),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "previous_start": before[0].isoformat(),
        "previous_end": before[1].isoformat(),
        "count": count,
        "results": rows,
        "rest": _rest(asked, found, span),
        **asking.when(written),
    }


def _paged(
    _context: Context,
    asked: Mapping[str, Any],
    where: Predicate,
    page: tables.Page,
    spans: list[periods.Span],
) -> tuple[int, list[dict[str, Any]]]:
    """Datasets or resources: sorted and cut by the database, compared for the page's rows only."""
    is_dataset = asked["table"] == tables.DATASETS
    read, key = (tables.datasets, "dataset_id") if is_dataset else (tables.resources, "resource_id")
    count, rows = read(where, spans[0], page)
    before = None
    if len(spans) > 1 and rows:
        ids = [row["id"] for row in rows]
        parents = [] if is_dataset else [row["package_id"] for row in rows]
        before = tables.numbers_of(ids, spans[1], key, parents)
    ids = [row["organization_id"] for row in rows] if is_dataset else []
    offices = catalog.organizations(ids)
    for row in rows:
        if is_dataset:
            name, title = offices.get(row.pop("organization_id"), ("", ""))
            row["organization"], row["organization_title"] = name, title
        row.update(_compared(row, before, row["id"]))
    return count, rows


def _grouped(
    context: Context,
    asked: Mapping[str, Any],
    where: Predicate,
    page: tables.Page,
    spans: list[periods.Span],
) -> tuple[int, list[dict[str, Any]]]:
    """Offices, types or classes: few rows, titled and sorted here."""
    read, titled = _readers(context, asked, where)
    now, *rest = (read(span) for span in spans)
    names = titled(list(now))
    rows = [
        {
            **names[key],
            **{name: numbers[name] for name in (*statistics.NUMBERS, "datasets")},
            **_compared(numbers, rest[0] if rest else None, key),
        }
        for key, numbers in now.items()
    ]
    rows.sort(key=lambda row: sort_key(row["title"]))
    if page.column == "title":
        rows.reverse() if page.descending else None
    elif asked["table"] != "classes":
        rows.sort(key=lambda row: row[page.column], reverse=page.descending)
    else:
        rows.sort(key=lambda row: CLASSES.index(row["id"]))
    return len(rows), rows[page.offset : page.offset + page.limit]


def _compared(numbers: Numbers, before: Mapping[Any, Numbers] | None, key: Any) -> dict[str, Any]:
    earlier = None if before is None else before.get(key, statistics.nought())
    return statistics.compared(numbers, earlier)


_Read = Callable[[periods.Span], Mapping[Any, dict[str, int]]]
_Titled = Callable[[list[Any]], Mapping[Any, dict[str, str]]]


def _readers(context: Context, asked: Mapping[str, Any], where: Predicate) -> tuple[_Read, _Titled]:
    language = asked["lang"]
    whose = tuple(asked.get(name) for name in ("organization_id", "class", "data_type"))

    def cells(span: periods.Span) -> list[tables.Cell]:
        key = ("cells", whose, span)
        return asking.remembered(context, key, lambda: tables.cells(where, span))

    if asked["table"] == "classes":
        return lambda span: tables.by_class(cells(span)), lambda keys: {
            key: {"id": key, "name": key, "title": words.label("class", key, language)}
            for key in keys
        }
    if asked["table"] == "data_types":
        return lambda span: tables.grouped(cells(span), "data_type"), lambda keys: {
            key: {"id": key or "", "name": key or "", "title": _type_title(key, language)}
            for key in keys
        }
    hidden = tables.hidden_offices(catalog.visible(context))
    chosen = asked.get("class") or asked.get("data_type")

    def offices(span: periods.Span) -> Mapping[Any, dict[str, int]]:
        found = tables.grouped(cells(span), "organization_id")
        own = {} if chosen else tables.visitors_of_offices(span)
        for key, numbers in found.items():
            if key not in hidden and not chosen:
                numbers["unique_visitors"] = own.get(key, 0)
        return found

    return offices, _offices


def _offices(keys: list[Any]) -> dict[Any, dict[str, str]]:
    titles = catalog.organizations([key for key in keys if key])
    found = {}
    for key in keys:
        name, title = titles.get(key, ("", tk._("No office")))
        found[key] = {"id": key or "", "name": name, "title": title}
    return found


def _type_title(key: str | None, language: str) -> str:
    term = vocabulary("data_type").by_key(key)
    if term:
        return term.label(language)
    return key or words.not_stated(language)


def _rest(
    asked: Mapping[str, Any], found: scope.Found, span: periods.Span
) -> dict[str, dict[str, int]]:
    """Return the numbers of the portal that no row has, so that rows and totals add up."""
    if found.type != "portal" or asked["table"] != tables.DATASETS:
        return {}
    if asked.get("class") or asked.get("data_type"):
        return {}
    rest = {"catalog": tables.elsewhere(span, deleted=False)}
    if found.everything:
        rest["deleted"] = tables.elsewhere(span, deleted=True)
    return rest
