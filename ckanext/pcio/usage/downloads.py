"""Answers of HTTP with numbers of use as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.navl.dictization_functions import validate
from flask import Response

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.messages import N_, Message

from . import asking, exports, queries, schema, scope, words

Fetch = Callable[[int], Mapping[str, Any]]
MOST_ROWS = 500_000
"""Daily rows in one file; more are asked for in several."""
_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ROWS_AT_ONCE = 2000


def series(found: Mapping[str, Any], form: str, language: str) -> Response:
    """Return a series as a file."""
    name = f"usage-{found['by']}"
    if form == "json":
        return _answer(_json(found), form, found, name)
    columns, rows = exports.series_columns(language), found["series"]
    if form == "csv":
        return _answer(exports.csv_text(columns, rows), form, found, name)
    title = words.label("period", found["by"], language)
    about = _about(found, found["coverage"], language)
    return _answer(exports.workbook(title, columns, rows, about, language), form, found, name)


def table(first: Mapping[str, Any], following: Fetch, form: str, language: str) -> Response:
    """Return the whole of a table as a file."""
    name = f"usage-{first['table']}"
    rows = list(_every(first, following))
    if form == "json":
        return _answer(_json({**first, "results": rows}), form, first, name)
    columns = exports.table_columns(first["table"], language)
    shown = (exports.table_row(row) for row in rows)
    if form == "csv":
        return _answer(exports.csv_text(columns, shown), form, first, name)
    title = Message(words.TABLES[first["table"]]).text(language)
    about = _about(first, [], language)
    return _answer(exports.workbook(title, columns, shown, about, language), form, first, name)


def _every(first: Mapping[str, Any], following: Fetch) -> Iterator[Mapping[str, Any]]:
    found, offset = first, 0
    while found["results"]:
        yield from found["results"]
        # The portal may allow fewer rows at a time than asked for, so the total decides.
        offset += len(found["results"])
        if offset >= found["count"]:
            return
        found = following(offset)


def daily(args: dict[str, Any]) -> Response:
    """Return the daily rows of datasets in a range, read and sent a piece at a time.

    Raises:
        tk.ValidationError: the range is wrong, or holds more rows than a file may have.
        tk.ObjectNotFound, tk.NotAuthorized: as `pcio_usage_show`.

    """
    asked, errors = validate(args, schema.usage_show(), {})
    if errors:
        raise tk.ValidationError(errors)
    found = scope.find({"user": tk.current_user.name}, asked)
    today = today_in_thailand()
    end = asked.get("end") or today
    start = asked.get("start") or end - timedelta(days=30)
    asking.asked_range({"start": start, "end": end, "by": "day"}, today)
    query = queries.day_rows(found.scope, start, end)
    too_many = sa.select(sa.func.count()).select_from(query.limit(MOST_ROWS + 1).subquery())
    if model.Session.execute(too_many).scalar_one() > MOST_ROWS:
        wrong = tk._(
            "This would be more than {most} rows. Please choose fewer days, one office or one"
            " dataset."
        ).format(most=f"{MOST_ROWS:,}")
        raise tk.ValidationError({"start": [wrong]})
    about = {"start": start.isoformat(), "end": end.isoformat(), "scope": found.described()}
    lines = exports.lines(queries.DAY_COLUMNS, _stream(query))
    return _answer(lines, "csv", about, "usage-daily")


def _stream(query: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows over a connection of its own, as the request's ends before the answer does."""
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        options = {"stream_results": True, "yield_per": _ROWS_AT_ONCE}
        for row in connection.execution_options(**options).execute(query):
            yield (row[0].isoformat(), *row[1:])


def _about(
    found: Mapping[str, Any], coverage: Iterable[str], language: str
) -> list[tuple[str, str]]:
    def word(msgid: str) -> str:
        return Message(msgid).text(language)

    whole = word(N_("The whole portal"))
    rows = [
        (word(N_("About")), found["scope"]["title"] or whole),
        (word(N_("First day")), found["start"]),
        (word(N_("Last day")), found["end"]),
        (word(N_("Counted since")), found["since"] or ""),
        (word(N_("Last written")), found["as_of"] or ""),
    ]
    return rows + [(word(N_("To know")), sentence) for sentence in coverage]


def _json(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False)


def _answer(content: Any, form: str, found: Mapping[str, Any], name: str) -> Response:
    whose = found["scope"]["id"]
    parts = (name, whose[:8] if whose else "", found["start"], found["end"])
    file_name = "-".join(part for part in parts if part)
    response = Response(content, mimetype=_TYPES[form])
    if form != "json":
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}.{form}"'
    # What is added up depends on who asks.
    response.headers["Cache-Control"] = "private, no-store"
    return response
