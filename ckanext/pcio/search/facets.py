"""Facet counts, from the terms themselves: exact at any number of documents, nothing cached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Query

from ckanext.pcio.search.schema import EXACT, PRESENT, SEPARATOR, Kind, solr_field, words_of


@dataclass(frozen=True, slots=True)
class FacetParams:
    """One facet field of a request; `limit` None means all values."""

    field: str
    limit: int | None = 100
    offset: int = 0
    minimum: int = 0
    by_count: bool = True
    prefix: str = ""
    missing: bool = False


def count_values(
    schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, facet: FacetParams
) -> list[str | int | None]:
    """Return Solr's flat list of values, each followed by its count.

    Sorted by count (equal counts by value) or by value alone.
    """
    field = solr_field(facet.field)
    flat: list[str | int | None] = []
    if field.kind is not Kind.STORED:
        counted = _counted(searcher, query, facet)
        if facet.by_count:
            counted.sort(key=lambda pair: (-pair[1], pair[0]))
        else:
            counted.sort()
        end = None if facet.limit is None else facet.offset + facet.limit
        for value, count in counted[facet.offset : end]:
            flat += [value, count]
    if facet.missing:
        flat += [None, _missing(schema, searcher, query, facet.field)]
    return flat


def _counted(searcher: tantivy.Searcher, query: Query, facet: FacetParams) -> list[tuple[str, int]]:
    field = solr_field(facet.field)
    at, prefix = EXACT, facet.field + SEPARATOR
    if field.is_text:
        place = words_of(facet.field)
        at, prefix = place.main, place.prefix
    elif field.kind is Kind.NGRAM:
        at, prefix = facet.field, ""
    found = {
        term[len(prefix) :]: count
        for term, count in searcher.terms_with_prefix(at, prefix + facet.prefix, query)
    }
    if facet.minimum <= 0:
        everything = searcher.terms_with_prefix(at, prefix + facet.prefix, Query.all_query())
        found = {term[len(prefix) :]: 0 for term, _ in everything} | found
    return [pair for pair in found.items() if pair[1] >= facet.minimum]


def _missing(schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, name: str) -> int:
    present = Query.term_query(schema, PRESENT, name, "basic")
    clauses: Sequence[tuple[tantivy.Occur, Query]] = [
        (tantivy.Occur.Must, query),
        (tantivy.Occur.MustNot, present),
    ]
    return searcher.search(Query.boolean_query(clauses), limit=1).count  # type: ignore[attr-defined]
