"""The syntax tree becomes a Tantivy query, field by field as the schema says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import tantivy
from tantivy import FieldType, Query

from ckanext.pcio.search import analysis
from ckanext.pcio.search import syntax as ast
from ckanext.pcio.search.analysis import QueryWord
from ckanext.pcio.search.dates import format_date, parse_date
from ckanext.pcio.search.errors import QueryError
from ckanext.pcio.search.schema import (
    EXACT,
    NUMBERS,
    PRESENT,
    SEPARATOR,
    Kind,
    SolrField,
    exact_term,
    solr_field,
    words_of,
)
from ckanext.pcio.search.syntax import Occur

# What matches inside a word ranks below what matches the word.
_INSIDE = 0.5
_OCCURS = {
    Occur.MUST: tantivy.Occur.Must,
    Occur.SHOULD: tantivy.Occur.Should,
    Occur.MUST_NOT: tantivy.Occur.MustNot,
}
_REGEX_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&\-~/ ])")
_MOST_WORDS = 1024
_MAX_FUZZY_TERM = 200

Clause = tuple[tantivy.Occur, Query]


class Compiler:
    """Compiles trees for one searcher.

    `default_field` is Solr's `df`. The searcher is asked for terms where a range over text needs
    to know them.
    """

    def __init__(
        self, schema: tantivy.Schema, searcher: tantivy.Searcher, default_field: str = "text"
    ) -> None:
        self.schema = schema
        self.searcher = searcher
        self.default_field = default_field

    def compile(self, node: ast.Node | None) -> Query | None:
        """Return the query, or None when nothing in it can be searched for (punctuation only)."""
        if node is None:
            return None
        if isinstance(node, ast.Boolean):
            return self.boolean(
                (_OCCURS[occur], self.compile(child)) for occur, child in node.clauses
            )
        if isinstance(node, ast.Boost):
            return self._boost(node)
        if isinstance(node, ast.MatchAll):
            return Query.all_query()
        return self._leaf(node)

    def boolean(
        self, clauses: Iterable[tuple[tantivy.Occur, Query | None]], minimum: int | None = None
    ) -> Query | None:
        """Join clauses; one that only excludes means "everything but"."""
        kept: list[Clause] = [(occur, query) for occur, query in clauses if query is not None]
        if not kept:
            return None
        if all(occur == tantivy.Occur.MustNot for occur, _ in kept):
            kept.append((tantivy.Occur.Must, Query.all_query()))
        if minimum is None or minimum < 1:
            return Query.boolean_query(kept)
        return Query.boolean_query(kept, minimum_number_should_match=minimum)

    def all_of(self, queries: Sequence[Query]) -> Query | None:
        """Return a query that matches where every one does."""
        if len(queries) == 1:
            return queries[0]
        return self.boolean((tantivy.Occur.Must, query) for query in queries)

    def any_of(self, queries: Sequence[Query], tie: float = 0.0) -> Query:
        """Return a query that matches where any does, scored by the best."""
        return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, tie)

    def term(self, name: str, text: str) -> Query | None:
        """Return the query for a bare word or, in a field of exact values, for the whole value."""
        field = _searchable(name)
        if field.is_text:
            return self.words(name, analysis.query_words(text, stem=field.kind is Kind.TEXT))
        if field.kind is Kind.NGRAM:
            return self._grams(name, text)
        return self._exact(name, _normal_value(field, text))

    def phrase(self, name: str, text: str, slop: int = 0) -> Query | None:
        """Return the query for quoted text."""
        field = _searchable(name)
        if not field.is_text:
            return self.term(name, text)
        words = analysis.query_words(text, stem=field.kind is Kind.TEXT)
        if len(words) < 2:  # noqa: PLR2004
            return self.words(name, words)
        limit_words(words)
        place = words_of(name)
        plain = [word.term for word in words]
        finest = [term for word in words for term in (word.members or (word.term,))]
        options = [self._sequence(place.main, place.prefix, plain, slop)]
        if any(word.thai for word in words):
            inside = self._sequence(place.parts, place.prefix, finest, slop)
            options.append(Query.boost_query(inside, _INSIDE))
        if finest != plain:
            options.append(self._sequence(place.main, place.prefix, finest, slop))
        return self.any_of(options)

    def words(self, name: str, words: Sequence[QueryWord]) -> Query | None:
        """Return the query for words that must all occur in a text field."""
        limit_words(words)
        return self.all_of([self._word(name, word) for word in words])

    def _word(self, name: str, word: QueryWord) -> Query:
        place = words_of(name)
        term = place.prefix + word.term
        options = [
            self._term(place.main, term),
            Query.boost_query(self._term(place.parts, term), _INSIDE),
        ]
        if word.members:
            inside = self._sequence(place.parts, place.prefix, word.members, 0)
            options.append(Query.boost_query(inside, _INSIDE))
            options.append(self._sequence(place.main, place.prefix, word.members, 0))
        return self.any_of(options)

    def _term(self, tantivy_field: str, term: str, option: str = "position") -> Query:
        return Query.term_query(self.schema, tantivy_field, term, option)

    def _exact(self, name: str, value: str) -> Query:
        return self._term(EXACT, exact_term(name, value), "freq")

    def _sequence(self, tantivy_field: str, prefix: str, words: Sequence[str], slop: int) -> Query:
        terms: list[str | tuple[int, str]] = [prefix + word for word in words]
        if len(terms) == 1:
            return self._term(tantivy_field, str(terms[0]))
        return Query.phrase_query(self.schema, tantivy_field, terms, slop)

    def _grams(self, name: str, text: str) -> Query | None:
        grams = analysis.grams(text)
        if grams:
            return self._sequence(name, "", grams, 0)
        pairs = analysis.pairs(text)
        # One letter is shorter than the shortest sequence Solr keeps: it finds nothing there.
        return self._term(name, pairs[0]) if pairs else Query.empty_query()

    def _boost(self, node: ast.Boost) -> Query | None:
        inner = self.compile(node.node)
        if inner is None:
            return None
        if node.constant:
            return Query.const_score_query(inner, node.factor)
        return Query.boost_query(inner, node.factor)

    def _leaf(self, node: ast.Node) -> Query | None:  # noqa: PLR0911  (one per kind of node)
        match node:
            case ast.Term(field, text):
                return self.term(self._name(field), text)
            case ast.Phrase(field, text, slop):
                return self.phrase(self._name(field), text, slop)
            case ast.Exists(field):
                _searchable(field)
                return self._term(PRESENT, field, "basic")
            case ast.Wildcard(field, pieces):
                return self._wildcard(self._name(field), pieces)
            case ast.Regex(field, pattern):
                return self._regex(self._name(field), pattern)
            case ast.Fuzzy(field, text, distance):
                return self._fuzzy(self._name(field), text, distance)
            case ast.Range():
                return self._range(self._name(node.field), node)
        raise TypeError(node)

    def _name(self, field: str | None) -> str:
        if field == "*":
            raise QueryError("undefined field *")
        return field or self.default_field

    def _wildcard(self, name: str, pieces: Sequence[str | ast.WildcardSign]) -> Query | None:
        field = _searchable(name)
        if field.kind is Kind.NGRAM:
            literals = [piece for piece in pieces if isinstance(piece, str)]
            found = [q for piece in literals if (q := self._grams(name, piece))]
            return self.all_of(found)
        form: Callable[[str], str] = analysis.wildcard_text if field.is_text else str
        pattern = "".join(
            {"*": ".*", "?": "."}[piece.value]
            if isinstance(piece, ast.WildcardSign)
            else _escape(form(piece))
            for piece in pieces
        )
        return self._pattern(field, pattern)

    def _regex(self, name: str, pattern: str) -> Query | None:
        return self._pattern(_searchable(name), pattern)

    def _pattern(self, field: SolrField, pattern: str) -> Query | None:
        try:
            if not field.is_text:
                prefix = _escape(field.name + SEPARATOR)
                return Query.regex_query(self.schema, EXACT, prefix + pattern)
            place = words_of(field.name)
            whole = _escape(place.prefix) + pattern
            return self.any_of(
                [Query.regex_query(self.schema, at, whole) for at in (place.main, place.parts)]
            )
        except ValueError as error:
            raise QueryError(f"Invalid pattern for field {field.name}: {error}") from error

    def _fuzzy(self, name: str, text: str, distance: int) -> Query | None:
        field = _searchable(name)
        if distance == 0 or field.kind is Kind.NGRAM or len(text) > _MAX_FUZZY_TERM:
            return self.term(name, text)
        if field.is_text:
            place = words_of(name)
            term = place.prefix + analysis.fold(analysis.normalise(text), field.kind is Kind.TEXT)
            return Query.fuzzy_term_query(self.schema, place.main, term, distance)
        return Query.fuzzy_term_query(self.schema, EXACT, exact_term(name, text), distance)

    def _range(self, name: str, node: ast.Range) -> Query | None:
        field = _searchable(name)
        if node.lower is None and node.upper is None:
            return self._term(PRESENT, name, "basic")
        lower, upper = (
            None if end is None else _comparable(field, end) for end in (node.lower, node.upper)
        )
        if name in NUMBERS:
            return Query.range_query(
                self.schema,
                name,
                FieldType.Integer,
                lower,
                upper,
                node.include_lower or lower is None,
                node.include_upper or upper is None,
            )
        place = words_of(name) if field.is_text else None
        at, prefix = (place.main, place.prefix) if place else (EXACT, name + SEPARATOR)
        if field.kind is Kind.NGRAM:
            at, prefix = name, ""
        terms = [
            term
            for term, _ in self.searcher.terms_with_prefix(at, prefix)
            if _inside(_comparable(field, term[len(prefix) :]), lower, upper, node)
        ]
        return Query.term_set_query(self.schema, at, terms) if terms else Query.empty_query()


def limit_words(words: Sequence[QueryWord]) -> None:
    """Raise QueryError for a text too long to be a query, as Solr's maxBooleanClauses does."""
    if len(words) > _MOST_WORDS:
        raise QueryError(f"too many words in a query: {len(words)}, at most {_MOST_WORDS}")


def _searchable(name: str) -> SolrField:
    field = solr_field(name)
    if field.kind is Kind.STORED:
        raise QueryError(f"can not search on field: {name} since it is not indexed")
    return field


def _normal_value(field: SolrField, text: str) -> str:
    value = _comparable(field, text)
    return format_date(value) if field.kind is Kind.DATE and isinstance(value, int) else str(value)


def _comparable(field: SolrField, text: str) -> int | str:
    """Return a value in the form in which values of the field compare."""
    if field.kind is Kind.DATE:
        return parse_date(text)
    if field.kind is Kind.INT:
        try:
            return max(-(2**62), min(int(text), 2**62))
        except ValueError as error:
            raise QueryError(f"Invalid Number: {text}") from error
    return text


def _inside(
    value: int | str, lower: int | str | None, upper: int | str | None, node: ast.Range
) -> bool:
    above = lower is None or value > lower or (node.include_lower and value == lower)  # type: ignore[operator]
    below = upper is None or value < upper or (node.include_upper and value == upper)  # type: ignore[operator]
    return above and below


def _escape(text: str) -> str:
    return _REGEX_SPECIAL.sub(r"\\\1", text)
