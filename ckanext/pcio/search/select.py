"""Answer a search request."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

import tantivy
from tantivy import Query

from ckanext.pcio.search import facets
from ckanext.pcio.search.compile import Compiler
from ckanext.pcio.search.dismax import DismaxParams, compile_dismax, parse_fields
from ckanext.pcio.search.document import read_document
from ckanext.pcio.search.errors import QueryError
from ckanext.pcio.search.index import Core
from ckanext.pcio.search.local_params import LocalParams, split_local_params
from ckanext.pcio.search.protocol import Params
from ckanext.pcio.search.query_parser import parse
from ckanext.pcio.search.sorting import SCORE, Hit, SortKey, page, parse_sort
from ckanext.pcio.search.syntax import Wildcard, WildcardSign

log = logging.getLogger(__name__)

_DEFAULT_ROWS = 10
_IGNORED = ("bf", "boost")
_MAX_NESTING = 10
_SURROGATE = re.compile("[\ud800-\udfff]")


def select(core: Core, params: Params) -> dict[str, Any]:
    """Return the answer to a `select` request, without its header. Raises QueryError."""
    for name in _IGNORED:
        if params.text(name):
            log.warning("The parameter %s is not supported; ranking ignores it.", name)
    searcher = core.searcher()
    builder = QueryBuilder(core.schema, searcher, params)
    query, scored = builder.main()
    filtered = builder.filtered(query)
    start, rows = params.number("start", 0), params.number("rows", _DEFAULT_ROWS)
    if start < 0 or rows < 0:
        raise QueryError(f"'start' and 'rows' must not be negative: {start}, {rows}")
    keys = parse_sort(params.text("sort"))
    ranked = _useful(keys, scored)
    count, hits = page(core.schema, searcher, filtered, ranked, start, rows)
    names = _field_list(params)
    scores = _scores(searcher, filtered, ranked, hits) if SCORE in names else {}
    docs = []
    for hit in hits:
        doc = read_document(searcher.doc(hit.address), names)
        if SCORE in names:
            doc[SCORE] = scores.get((hit.address.segment_ord, hit.address.doc), 0.0)
        docs.append(doc)
    answer: dict[str, Any] = {
        "response": {"numFound": count, "start": start, "numFoundExact": True, "docs": docs}
    }
    if params.flag("facet"):
        answer["facet_counts"] = _facet_counts(core, searcher, builder, filtered, params)
    return answer


class QueryBuilder:
    """Builds the queries of one request: `q`, every `fq`, every `facet.query`."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, params: Params) -> None:
        self.schema = schema
        self.searcher = searcher
        self.params = params
        self.compiler = Compiler(schema, searcher, params.text("df") or "text")
        self.depth = 0

    def main(self) -> tuple[Query, bool]:
        """Return the query of `q`, and whether its matches differ in score."""
        text = self.params.text("q") or self.params.text("q.alt")
        query = self.query(text, self.params.text("defType") or "lucene")
        return query, text.strip() != "*:*"

    def filtered(self, query: Query) -> Query:
        """Return `query` restricted by every `fq`, which do not count in the score."""
        clauses = [(tantivy.Occur.Must, query)]
        for text in self.params.texts("fq"):
            only = Query.const_score_query(self.query(text, "lucene"), 0.0)
            clauses.append((tantivy.Occur.Must, only))
        return query if len(clauses) == 1 else Query.boolean_query(clauses)

    def query(self, text: str, parser: str, local: LocalParams | None = None) -> Query:
        """Return the query of a text; one without anything to search for matches nothing."""
        text = _SURROGATE.sub("\ufffd", text)
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise QueryError("local parameters are nested too deeply")
        try:
            found = split_local_params(text)
            if found is not None:
                value = found.get("v")
                return self.query(
                    found.rest if value is None else self.dereference(value), found.parser, found
                )
            query = self.parsed(text, parser, local)
        finally:
            self.depth -= 1
        return Query.empty_query() if query is None else query

    def parsed(self, text: str, parser: str, local: LocalParams | None) -> Query | None:
        """Parse `text` with the parser named. Raises QueryError for an unknown one."""
        if parser == "lucene":
            operator = self.option("q.op", local, "OR")
            default = self.option("df", local, self.compiler.default_field)
            node = parse(text, operator)
            return Compiler(self.schema, self.searcher, default).compile(node)
        if parser in ("dismax", "edismax"):
            default = self.option("df", local, self.compiler.default_field)
            fields = parse_fields(self.option("qf", local, default))
            operator = self.option("q.op", local, "OR").upper()
            minimum = self.option("mm", local, "100%" if operator == "AND" else "0%")
            tie = self.option("tie", local, "0")
            try:
                options = DismaxParams(fields, minimum, float(tie))
            except ValueError as error:
                raise QueryError(f"'tie' must be a number, not '{tie}'") from error
            if not text.strip() and (alternative := self.params.text("q.alt")):
                return self.query(alternative, "lucene")
            extended = parser == "edismax"
            if extended and text.strip() == "*:*":
                return Query.all_query()
            return compile_dismax(text, options, self.compiler, extended=extended)
        if local is not None:
            return self.special(text, parser, local)
        raise QueryError(f"Unknown query parser '{parser}'")

    def special(self, text: str, parser: str, local: LocalParams) -> Query | None:
        """Parse with one of the small parsers that only local parameters can name."""
        if parser == "bool":
            occurs = {
                "must": tantivy.Occur.Must,
                "filter": tantivy.Occur.Must,
                "should": tantivy.Occur.Should,
                "must_not": tantivy.Occur.MustNot,
            }
            return self.compiler.boolean(
                (occurs[name], self.query(self.dereference(value), "lucene"))
                for name, value in local.params
                if name in occurs
            )
        field = local.get("f") or self.compiler.default_field
        if parser in ("term", "raw"):
            return self.compiler.term(field, text)
        if parser == "field":
            return self.compiler.phrase(field, text)
        if parser == "prefix":
            return self.compiler.compile(Wildcard(field, (text, WildcardSign.MANY)))
        raise QueryError(f"Unknown query parser '{parser}'")

    def dereference(self, value: str) -> str:
        """Return a value, or the request parameter it names with `$`."""
        return self.params.text(value[1:]) if value.startswith("$") else value

    def option(self, name: str, local: LocalParams | None, default: str) -> str:
        """Return a parameter, local before request before default."""
        given = local.get(name) if local is not None else None
        return self.dereference(given) if given is not None else self.params.text(name) or default


def _useful(keys: Sequence[SortKey], scored: bool) -> tuple[SortKey, ...]:
    """Leave out the score where all have the same; keys after a repeated field decide nothing."""
    kept: dict[str, SortKey] = {}
    for key in keys or (SortKey(SCORE, True),):
        if scored or key.field != SCORE:
            kept.setdefault(key.field, key)
    return tuple(kept.values()) or (SortKey(SCORE, True),)


def _field_list(params: Params) -> list[str]:
    names = [name for text in params.texts("fl") for name in re.split(r"[\s,]+", text) if name]
    return names or ["*"]


def _scores(
    searcher: tantivy.Searcher, query: Query, keys: Sequence[SortKey], hits: Sequence[Hit]
) -> dict[tuple[int, int], float]:
    if keys[0].field == SCORE:
        return {(hit.address.segment_ord, hit.address.doc): hit.value for hit in hits}
    found = searcher.search(query, limit=max(1, searcher.num_docs))
    return {(address.segment_ord, address.doc): score for score, address in found.hits}


def _facet_counts(
    core: Core,
    searcher: tantivy.Searcher,
    builder: QueryBuilder,
    query: Query,
    params: Params,
) -> dict[str, Any]:
    fields = {
        name: facets.count_values(core.schema, searcher, query, _facet_params(name, params))
        for name in params.texts("facet.field")
    }
    queries = {}
    for text in params.texts("facet.query"):
        both = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, builder.query(text, "lucene"))]
        queries[text] = searcher.search(Query.boolean_query(both), limit=1).count  # type: ignore[attr-defined]
    return {
        "facet_queries": queries,
        "facet_fields": fields,
        "facet_ranges": {},
        "facet_intervals": {},
        "facet_heatmaps": {},
    }


def _facet_params(name: str, params: Params) -> facets.FacetParams:
    def key(option: str) -> str:
        own = f"f.{name}.facet.{option}"
        return own if params.text(own) else f"facet.{option}"

    limit = params.number(key("limit"), 100)
    order = params.text(key("sort")) or ("count" if limit > 0 else "index")
    return facets.FacetParams(
        field=name,
        limit=None if limit < 0 else limit,
        offset=max(0, params.number(key("offset"), 0)),
        minimum=params.number(key("mincount"), 0),
        by_count=order in ("count", "true"),
        prefix=params.text(key("prefix")),
        missing=params.flag(key("missing")),
    )
