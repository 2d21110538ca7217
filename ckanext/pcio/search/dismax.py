"""Solr's dismax and edismax: what people type into the search box, over several weighted fields.

Clauses are the words typed. A run of Thai is several words, so each word of it is a clause, which
is what Solr does with a Thai tokenizer; the whole run found as a phrase ranks higher.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Query

from ckanext.pcio.search import analysis
from ckanext.pcio.search import syntax as ast
from ckanext.pcio.search.compile import Compiler, limit_words
from ckanext.pcio.search.errors import QueryError
from ckanext.pcio.search.query_parser import escape_for_dismax, parse
from ckanext.pcio.search.schema import solr_field
from ckanext.pcio.search.syntax import Occur

_FIELD = re.compile(r"(?P<name>[^\s^,]+)(?:\^(?P<boost>[0-9.]+))?")
_CONDITION = re.compile(r"(?P<over>\d+)<(?P<value>-?\d+%?)")
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class DismaxParams:
    """`qf`, `mm` and `tie` of a request."""

    fields: tuple[tuple[str, float], ...]
    minimum: str
    tie: float


def parse_fields(qf: str) -> tuple[tuple[str, float], ...]:
    """Read `name^4 title^4 text` into fields and weights. Raises QueryError."""
    try:
        return tuple((match["name"], float(match["boost"] or 1)) for match in _FIELD.finditer(qf))
    except ValueError as error:
        raise QueryError(f"Could not parse qf '{qf}'") from error


def minimum_should_match(spec: str, optional: int) -> int:
    """Return how many of `optional` clauses must match, by Solr's `mm` ("2<-1 5<80%").

    Raises QueryError if `spec` is not of that form.
    """
    spec = re.sub(r"\s*<\s*", "<", spec.strip())
    try:
        if "<" in spec:
            value = str(optional)
            for part in spec.split():
                condition = _CONDITION.fullmatch(part)
                if condition is None:
                    raise ValueError(part)
                if optional <= int(condition["over"]):
                    break
                value = condition["value"]
            spec = value
        if spec.endswith("%"):
            share = int(optional * int(spec[:-1]) / _WHOLE)
            result = optional + share if share < 0 or spec.startswith("-") else share
        else:
            number = int(spec)
            result = optional + number if number < 0 else number
    except ValueError as error:
        raise QueryError(f"Invalid 'mm' spec: '{spec}'") from error
    return max(0, min(result, optional))


def compile_dismax(
    text: str, params: DismaxParams, compiler: Compiler, *, extended: bool
) -> Query | None:
    """Compile what was typed; None if it holds nothing to search for.

    `extended` is edismax: the full query syntax where it parses, plain words where it does not.
    """
    node = _parse(text, extended)
    if node is None:
        return None
    clauses = node.clauses if isinstance(node, ast.Boolean) else ((Occur.SHOULD, node),)
    return _Dismax(params, compiler).top_level(clauses)


def _parse(text: str, extended: bool) -> ast.Node | None:
    if extended:
        try:
            return parse(text, "OR")
        except QueryError:
            pass
    return parse(escape_for_dismax(text), "OR")


class _Dismax:
    def __init__(self, params: DismaxParams, compiler: Compiler) -> None:
        self.params = params
        self.compiler = compiler

    def top_level(self, clauses: Sequence[tuple[Occur, ast.Node]]) -> Query | None:
        """Compile the clauses of the whole query; only here does `mm` count."""
        kept: list[tuple[tantivy.Occur, Query]] = []
        bonus: list[Query] = []
        optional = 0
        for occur, node in clauses:
            if occur is Occur.SHOULD and isinstance(node, ast.Term) and node.field is None:
                units = _units(node.text)
                queries = [q for unit in units if (q := self.over_fields(unit, False))]
                kept += [(tantivy.Occur.Should, query) for query in queries]
                optional += len(queries)
                if len(units) > 1 and (whole := self.over_fields(node.text, True)):
                    bonus.append(whole)
            elif (query := self.nested(node)) is not None:
                kept.append((_TANTIVY[occur], query))
                optional += occur is Occur.SHOULD
        minimum = minimum_should_match(self.params.minimum, optional)
        joined = self.compiler.boolean(kept, minimum)
        if joined is None or not bonus:
            return joined
        return Query.boolean_query(
            [(tantivy.Occur.Must, joined), *((tantivy.Occur.Should, query) for query in bonus)]
        )

    def nested(self, node: ast.Node) -> Query | None:
        """Compile a clause that is required, excluded, quoted, bracketed or fielded."""
        match node:
            case ast.Term(None, text):
                return self.compiler.all_of(
                    [q for unit in _units(text) if (q := self.over_fields(unit, False))]
                )
            case ast.Phrase(None, text, slop):
                return self.over_fields(text, True, slop)
            case ast.Boolean(clauses):
                return self.compiler.boolean(
                    (_TANTIVY[occur], self.nested(child)) for occur, child in clauses
                )
            case ast.Boost(inner, factor, False):
                query = self.nested(inner)
                return None if query is None else Query.boost_query(query, factor)
        return self.compiler.compile(node)

    def over_fields(self, text: str, quoted: bool, slop: int = 0) -> Query | None:
        """Search every field of `qf` for one word or phrase; the best field decides the score."""
        options: list[Query] = []
        for name, boost in self.params.fields:
            query = self._in_field(name, text, quoted, slop)
            if query is not None:
                options.append(query if boost == 1 else Query.boost_query(query, boost))
        # Only fields of exact values left: punctuation, which no text field holds.
        if not options or not analysis.query_words(text):
            return None
        return self.compiler.any_of(options, self.params.tie)

    def _in_field(self, name: str, text: str, quoted: bool, slop: int) -> Query | None:
        try:
            if quoted and solr_field(name).is_text:
                return self.compiler.phrase(name, text, slop)
            return self.compiler.term(name, text)
        except QueryError:
            # As in Solr, a field that cannot hold the word (a date, a number) is left out.
            return None


_TANTIVY = {
    Occur.MUST: tantivy.Occur.Must,
    Occur.SHOULD: tantivy.Occur.Should,
    Occur.MUST_NOT: tantivy.Occur.MustNot,
}


def _units(text: str) -> list[str]:
    """Split typed text into clauses: Thai words, and what stands between runs of Thai."""
    words = analysis.query_words(text)
    limit_words(words)
    if not any(word.thai for word in words):
        return [text]
    return [
        piece
        for run, thai in analysis.runs(text)
        for piece in ([word.term for word in analysis.query_words(run)] if thai else [run])
        if thai or analysis.query_words(piece)
    ]
