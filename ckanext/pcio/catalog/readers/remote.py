"""A remote portal over CKAN's public API (2.9 and later), page by page."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ckanext.pcio.catalog.readers.api import Api, BusyError, Limits, MissingError
from ckanext.pcio.catalog.readers.dictionaries import Columns, Dictionaries
from ckanext.pcio.catalog.readers.reading import (
    Reading,
    Source,
    SourceError,
    datasets_among,
    shows_private,
)
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.standard.record import text_of

TOKEN_VARIABLE = "PCIO_API_TOKEN"  # noqa: S105 - the name of a variable
ROWS = 500
FEWEST_ROWS = 20
MOST_PAGES = 10_000
# A unique field, so that no dataset changes its place between two pages.
SORT = "name asc"
_PAGES_OF_CKAN = frozenset(
    {"api", "dataset", "organization", "group", "user", "about", "dashboard", "dcat", "feeds"}
)
_LOCALE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")

Progress = Callable[[int, int], None]
"""Called with the number of datasets read so far and their total."""


def read_portal(
    address: str,
    *,
    token: str | None = None,
    dictionaries: bool | None = True,
    includes_private: bool = False,
    progress: Progress = lambda _done, _total: None,
    limits: Limits | None = None,
    api: Callable[..., Api] = Api,
) -> Reading:
    """Return the datasets of the CKAN portal at `address`.

    Args:
        address: any address of the portal: its home page, a list or a page of datasets, its API.
        token: API token; the variable PCIO_API_TOKEN where it is left out. It also shows the
            private datasets its user may see.
        dictionaries: ask for the data dictionary of resources in the DataStore; None leaves it to
            the caller to ask for each (`Reading.ask_for_columns`).
        includes_private: the token's user sees every private dataset.
        progress: told after each page.
        limits: bounds on time and size.
        api: what makes the connection.

    The first question is asked here: raises `SourceError` when the address is not one of a CKAN
    portal. Later ones are asked while the datasets are read, and may raise it too.

    """
    token = token or os.environ.get(TOKEN_VARIABLE) or None
    connection, total = _connect(address, token, limits, api)
    reading = Reading(Source("remote", connection.base, includes_private), total=total)
    pages = _pages(connection, reading, token is not None, progress)
    if dictionaries is None:
        reading.ask_for_columns = Columns(connection, reading).of
        reading.datasets = _datasets(chain.from_iterable(pages), None, reading)
    else:
        columns = Dictionaries(connection, reading, wanted=dictionaries)
        reading.datasets = _datasets(columns.attached(pages), columns, reading)
    return reading


def _connect(
    address: str, token: str | None, limits: Limits | None, api: Callable[..., Api]
) -> tuple[Api, int]:
    """Return a connection to the portal at `address` and the number of its datasets."""
    first_error: SourceError | None = None
    for base in bases_of(address):
        connection = api(base, token, limits)
        try:
            answer = connection.action("package_search", _query(0, 0, private=token is not None))
            return connection, _count(answer, connection)
        except MissingError as error:
            first_error = first_error or error
    raise first_error or SourceError(N_("No address was given."))


def bases_of(address: str) -> list[str]:
    """Return where the API of the portal at `address` may be, the likeliest first.

    The path is cut at the first page that every CKAN has; a locale at its end, and then the whole
    path, may not belong to the portal. Raises `SourceError` for what is no web address.
    """
    text = address.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        host = parts.netloc.rpartition("@")[2]
        _ = parts.port
    except ValueError:
        good, host, parts = False, "", urlsplit("")
    if not good or re.search(r"\s", host):
        raise SourceError(
            N_("“{address}” is not a web address. Write it as in https://data.example.go.th"),
            address=address[:200],
        )
    segments: list[str] = []
    for segment in filter(None, parts.path.split("/")):
        if segment in _PAGES_OF_CKAN:
            break
        segments.append(segment)
    paths = [segments]
    if segments and _LOCALE.fullmatch(segments[-1]):
        paths.insert(0, segments[:-1])
    paths.append([])
    roots = (urlunsplit((parts.scheme, host, "/".join(path), "", "")) for path in paths)
    return list(dict.fromkeys(root.rstrip("/") for root in roots))


def _query(start: int, rows: int, private: bool) -> dict[str, Any]:
    query: dict[str, Any] = {"start": start, "rows": rows, "sort": SORT}
    if private:
        query |= {"include_private": "true", "include_drafts": "true"}
    return query


def _count(answer: Any, connection: Api) -> int:
    count = answer.get("count") if isinstance(answer, Mapping) else None
    results = answer.get("results") if isinstance(answer, Mapping) else None
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        count = None
    if count is None or not isinstance(results, list):
        raise MissingError(
            N_("{url} is not the API of a CKAN portal: the answer has another form."),
            url=connection.base,
        )
    return count


def _datasets(
    records: Iterator[Any], columns: Dictionaries | None, reading: Reading
) -> Iterator[Mapping[str, Any]]:
    private = 0
    for dataset in datasets_among(records, reading):
        private += shows_private(dataset)
        yield dataset
    if private and not reading.source.sees_private:
        reading.warn(
            N_(
                "The token shows {number} private datasets or drafts. Whether it shows all of "
                "them cannot be told."
            ),
            number=private,
        )
    if columns is not None:
        columns.report()


def _pages(
    connection: Api, reading: Reading, private: bool, progress: Progress
) -> Iterator[list[Any]]:
    """Yield the records of one page after the other, until the portal has no more.

    How far a page goes is told by what came back: portals cap the number of rows.
    """
    start, rows, total = 0, ROWS, reading.total or 0
    first_total = total
    last: list[str] = []
    for _page in range(MOST_PAGES):
        if start >= total:
            break
        try:
            answer = connection.action("package_search", _query(start, rows, private))
        except BusyError as error:
            # Large pages can be what the portal has no time for.
            if rows <= FEWEST_ROWS or error.too_many_questions:
                raise
            rows = max(rows // 5, FEWEST_ROWS)
            continue
        total = _count(answer, connection)
        results = answer["results"]
        shown = _identifiers(results)
        # A portal that shows one page for ever would never come to the end of its own count.
        if not results or (shown and shown == last):
            break
        last = shown
        start += len(results)
        progress(start, total)
        yield results
    reading.total = total
    if total != first_total:
        reading.warn(
            N_(
                "The number of datasets changed while they were read, from {before} to {after}. "
                "Some may be missing; run it again to be sure."
            ),
            before=first_total,
            after=total,
        )
    if start < total:
        reading.warn(
            N_("The portal counts {total} datasets but showed only {number}."),
            total=total,
            number=start,
        )
    elif start > total:
        reading.warn(
            N_(
                "The portal counts {total} datasets but showed {number}. Its count cannot be "
                "relied on, and some datasets may be missing."
            ),
            total=total,
            number=start,
        )


def _identifiers(results: list[Any]) -> list[str]:
    """Return the ids of a page's records; nothing where a record has none."""
    found = [text_of(record.get("id")) for record in results if isinstance(record, Mapping)]
    return found if len(found) == len(results) and all(found) else []
