"""Sorting by any number of keys, exactly, reading no more documents than it must."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import DocAddress, Order, Query

from ckanext.pcio.search.errors import QueryError
from ckanext.pcio.search.schema import (
    EXACT,
    NUMBERS,
    PRESENT,
    SEPARATOR,
    Kind,
    solr_field,
    sort_column,
)

SCORE = "score"
_GROWTH = 8
# From this place on, walking terms is faster than ordering by a column of strings (measured).
_WALK_FROM = 1000
_KEY = re.compile(r"\s*(?P<field>[^\s,]+)(?:\s+(?P<order>[^\s,]+))?\s*")


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort specification."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; `value` is what the first sort key has for it."""

    value: Any
    address: DocAddress


def parse_sort(spec: str) -> tuple[SortKey, ...]:
    """Read `score desc, metadata_modified desc`. Raises QueryError, worded as Solr words it."""
    keys: list[SortKey] = []
    for part in filter(str.strip, spec.split(",")):
        match = _KEY.fullmatch(part)
        order = (match["order"] or "").lower() if match else ""
        if match is None or order not in ("asc", "desc"):
            raise QueryError(
                f"Can't determine a Sort Order (asc or desc) in sort spec '{spec}', "
                f"pos={spec.find(part.strip()) + len(part.strip())}"
            )
        field = match["field"]
        if "(" in field:
            raise QueryError(
                f"sort param could not be parsed as a query, and is not a field that exists in "
                f"the index: {field}"
            )
        if field != SCORE:
            _check_sortable(field)
        keys.append(SortKey(field, order == "desc"))
    return tuple(keys)


def _check_sortable(name: str) -> None:
    field = solr_field(name)
    if field.multi_valued:
        raise QueryError(f"can not sort on multivalued field: {name}")
    if field.kind in (Kind.STORED, Kind.NGRAM) or (field.is_text and sort_column(name) is None):
        raise QueryError(f"can not sort on a field that is split into words: {name}")


def page(
    schema: tantivy.Schema,
    searcher: tantivy.Searcher,
    query: Query,
    keys: Sequence[SortKey],
    start: int,
    rows: int,
) -> tuple[int, list[Hit]]:
    """Return the number of all matches, and `rows` of them in order from `start` on."""
    ranker = _Ranker(schema, searcher, query)
    rows = max(0, min(rows, searcher.num_docs - start))
    if rows == 0:
        return _count(searcher.search(query, limit=1)), []
    if len(keys) == 1 and start + rows > _WALK_FROM and _is_string(keys[0]):
        return ranker.by_terms(keys[0], start, rows)
    count, hits = ranker.first(keys or (SortKey(SCORE, True),), start + rows)
    return count, hits[start:]


def _is_string(key: SortKey) -> bool:
    return key.field != SCORE and sort_column(key.field) not in NUMBERS


class _Ranker:
    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query) -> None:
        self.schema = schema
        self.searcher = searcher
        self.query = query

    def first(self, keys: Sequence[SortKey], limit: int) -> tuple[int, list[Hit]]:
        """Take a window of the first key's order, widened while its edge cuts through a tie."""
        window = limit
        while True:
            count, hits = self.by_key(keys[0], window + 1)
            tied = len(hits) > window and hits[window - 1].value == hits[window].value
            if len(keys) == 1 or not tied:
                break
            window = min(count, window * _GROWTH)
        del hits[window:]
        if len(keys) > 1:
            hits = self.within_ties(hits, keys[1:])
        return count, hits[:limit]

    def within_ties(self, hits: list[Hit], keys: Sequence[SortKey]) -> list[Hit]:
        """Order hits that are equal in the first key by the further keys."""
        groups: list[list[Hit]] = []
        for hit in hits:
            if groups and groups[-1][0].value == hit.value:
                groups[-1].append(hit)
            else:
                groups.append([hit])
        if all(len(group) == 1 for group in groups):
            return hits
        for key in reversed(keys):
            values = self.values(key, [hit.address for hit in hits])
            for group in groups:
                present = [hit for hit in group if values.get(_place(hit.address)) is not None]
                absent = [hit for hit in group if values.get(_place(hit.address)) is None]
                present.sort(key=lambda h: values[_place(h.address)], reverse=key.descending)
                group[:] = present + absent
        return [hit for group in groups for hit in group]

    def by_key(self, key: SortKey, limit: int) -> tuple[int, list[Hit]]:
        """Return the first matches by one key; what has no value comes last."""
        if key.field == SCORE:
            return self.by_score(key, limit)
        column = sort_column(key.field)
        if column is None:
            return self.by_terms(key, 0, limit)
        order = Order.Desc if key.descending else Order.Asc
        found = self.searcher.search(self.query, limit=limit, order_by_field=column, order=order)
        return _count(found), [Hit(value, address) for value, address in found.hits]

    def by_score(self, key: SortKey, limit: int) -> tuple[int, list[Hit]]:
        wanted = limit if key.descending else max(1, self.searcher.num_docs)
        found = self.searcher.search(self.query, limit=wanted)
        hits = [Hit(score, address) for score, address in found.hits]
        return _count(found), hits if key.descending else hits[::-1][:limit]

    def by_terms(self, key: SortKey, start: int, rows: int) -> tuple[int, list[Hit]]:
        """Walk the values of a field in order, fetching only the documents of the page.

        For fields without a column, and for pages far down, where a column is slower.
        """
        count = _count(self.searcher.search(self.query, limit=1))
        column = sort_column(key.field)
        at, prefix = (column, "") if column else (EXACT, key.field + SEPARATOR)
        values = self.searcher.terms_with_prefix(at, prefix, self.query)
        hits: list[Hit] = []
        position = 0
        for term, size in sorted(values, reverse=key.descending):
            if position + size > start and len(hits) < rows:
                offset = max(0, start - position)
                only = Query.term_query(self.schema, at, term, "basic")
                found = self.matching(tantivy.Occur.Must, only, offset, rows - len(hits))
                hits += [Hit(term, address) for address in found]
            position += size
        if len(hits) < rows and position < count:
            present = column.removeprefix("sort_") if column else key.field
            some = Query.term_query(self.schema, PRESENT, present, "basic")
            offset = max(0, start - position)
            found = self.matching(tantivy.Occur.MustNot, some, offset, rows - len(hits))
            hits += [Hit(None, address) for address in found]
        return count, hits

    def matching(
        self, occur: tantivy.Occur, query: Query, offset: int, limit: int
    ) -> list[DocAddress]:
        """Return some of the matches that also match, or do not match, another query."""
        both = Query.boolean_query(
            [
                (tantivy.Occur.Must, Query.const_score_query(self.query, 1.0)),
                (occur, Query.const_score_query(query, 1.0)),
            ]
        )
        found = self.searcher.search(both, limit=limit, offset=offset)
        return [address for _, address in found.hits]

    def values(self, key: SortKey, addresses: list[DocAddress]) -> dict[tuple[int, int], Any]:
        """Return the values of a key for some documents."""
        if key.field in NUMBERS:
            numbers = self.searcher.fast_field_values(key.field, addresses)
            return {_place(a): n for a, n in zip(addresses, numbers, strict=True)}
        _, hits = self.by_key(key, max(1, self.searcher.num_docs))
        return {_place(hit.address): hit.value for hit in hits}


def _place(address: DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _count(found: tantivy.SearchResult) -> int:
    return found.count or 0  # type: ignore[attr-defined]
