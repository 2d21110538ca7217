"""Lucene query syntax, as Solr's standard parser reads it, into a small syntax tree."""

from __future__ import annotations

import re

from ckanext.pcio.search.errors import QueryError
from ckanext.pcio.search.syntax import (
    Boolean,
    Boost,
    Exists,
    Fuzzy,
    MatchAll,
    Node,
    Occur,
    Phrase,
    Range,
    Regex,
    Term,
    Wildcard,
    WildcardSign,
)

_MAX_DEPTH = 60
_MAX_CLAUSES = 4096


_SPACE = " \t\n\r\u3000\f\v\x00\x1f"
_SPECIAL = '+-!():^[]"{}~*?\\/'
# Characters that end a word; + - and / only begin something at the start of one.
_ENDS_WORD = set(_SPACE) | set('!():^[]"{}~\\')
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_OPERATORS = {"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR", "NOT": "NOT"}


def parse(query: str, default_operator: str = "OR") -> Node | None:
    """Parse a query; None when it holds nothing to search for.

    `default_operator` is Solr's `q.op`, "AND" or "OR". Raises QueryError, and nothing else.
    """
    return _Parser(query, default_operator.upper() == "AND").parse()


class _Parser:
    """Recursive descent over the string; the position only moves forward."""

    def __init__(self, text: str, all_required: bool) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.count = 0
        self.all_required = all_required

    def parse(self) -> Node | None:
        node = self.clauses(None)
        if self.at < len(self.text):
            raise self.error(f"unexpected '{self.text[self.at]}'")
        return node

    def error(self, what: str) -> QueryError:
        shown = self.text if len(self.text) <= 500 else self.text[:500] + "…"  # noqa: PLR2004
        return QueryError(
            f"org.apache.solr.search.SyntaxError: Cannot parse '{shown}': {what} "
            f"at position {self.at}"
        )

    def skip_space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def peek(self, offset: int = 0) -> str:
        at = self.at + offset
        return self.text[at] if at < len(self.text) else ""

    def clauses(self, field: str | None) -> Node | None:
        """Read clauses up to the end or a closing bracket, with Lucene's rules of precedence."""
        found: list[tuple[Occur, Node | None]] = []
        first = True
        while True:
            self.skip_space()
            if not self.peek() or self.peek() == ")":
                break
            conjunction = "" if first else self.conjunction()
            if first and (word := self.operator(("AND", "OR", "&&", "||"))):
                raise self.error(f"'{word}' without anything before it")
            modifier = self.modifier()
            if not self.peek() or self.peek() == ")" or self.operator(tuple(_OPERATORS)):
                raise self.error("a clause is missing")
            node = self.clause(field)
            self.combine(found, conjunction, modifier, node)
            first = False
        kept = tuple((occur, node) for occur, node in found if node is not None)
        if not kept:
            return None
        if len(kept) == 1 and kept[0][0] is not Occur.MUST_NOT:
            return kept[0][1]
        return Boolean(kept)

    def combine(
        self,
        found: list[tuple[Occur, Node | None]],
        conjunction: str,
        modifier: str,
        node: Node | None,
    ) -> None:
        """Add a clause as Lucene's classic parser does (QueryParserBase.addClause)."""
        if found and found[-1][0] is not Occur.MUST_NOT:
            if conjunction == "AND":
                found[-1] = (Occur.MUST, found[-1][1])
            elif conjunction == "OR" and self.all_required:
                found[-1] = (Occur.SHOULD, found[-1][1])
        if modifier == "-":
            occur = Occur.MUST_NOT
        elif self.all_required:
            occur = Occur.SHOULD if conjunction == "OR" else Occur.MUST
        else:
            occur = Occur.MUST if modifier == "+" or conjunction == "AND" else Occur.SHOULD
        found.append((occur, node))

    def operator(self, words: tuple[str, ...]) -> str:
        """Return the operator at the position, if one of `words` stands there as a whole word."""
        for word in words:
            end = self.at + len(word)
            if not self.text.startswith(word, self.at):
                continue
            after = self.text[end : end + 1]
            if not word.isalpha() or not after or after in _SPACE or after in '()"+-![{':
                return word
        return ""

    def conjunction(self) -> str:
        word = self.operator(("AND", "OR", "&&", "||"))
        if not word:
            return ""
        self.at += len(word)
        self.skip_space()
        return _OPERATORS[word]

    def modifier(self) -> str:
        word = self.operator(("NOT",))
        sign = self.peek()
        if word:
            self.at += len(word)
            self.skip_space()
            return "-"
        if sign and sign in "+-!":
            self.at += 1
            self.skip_space()
            return "+" if sign == "+" else "-"
        return ""

    def clause(self, field: str | None) -> Node | None:
        self.count += 1
        if self.count > _MAX_CLAUSES:
            raise self.error("too many clauses")
        if self.peek() not in ("+", "-"):
            field = self.field_name() or field
        char = self.peek()
        node: Node | None
        if char == "(":
            node = self.group(field)
        elif char == '"':
            node = self.phrase(field)
        elif char and char in "[{":
            node = self.range(field)
        elif char == "/" and (regex := self.regex(field)):
            node = regex
        elif char and char in "+-":
            raise self.error(f"unexpected '{char}'")
        else:
            node = self.word(field)
        return self.boosted(node)

    def field_name(self) -> str | None:
        """Read `name:` if the text goes on with it; a star is a name only in `*:`."""
        start = self.at
        if self.text.startswith("*:", start):
            self.at += 2
            self.skip_space()
            return "*"
        pieces, _ = self.read_word()
        if pieces and all(isinstance(piece, str) for piece in pieces):
            end = self.at
            self.skip_space()
            if self.peek() == ":":
                self.at += 1
                self.skip_space()
                if not self.peek() or self.peek() == ")":
                    raise self.error(f"a value is missing after '{self.text[start:end]}:'")
                return "".join(str(piece) for piece in pieces)
        self.at = start
        return None

    def group(self, field: str | None) -> Node | None:
        self.at += 1
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.error("brackets are nested too deeply")
        node = self.clauses(field)
        if self.peek() != ")":
            raise self.error("')' is missing")
        self.at += 1
        self.depth -= 1
        return node

    def phrase(self, field: str | None) -> Node:
        text = self.quoted()
        slop = 0
        if self.peek() == "~":
            self.at += 1
            number = _NUMBER.match(self.text, self.at)
            if number:
                self.at = number.end()
                slop = min(int(float(number[0][:9])), 1000)
        return Phrase(field, text, slop)

    def quoted(self) -> str:
        self.at += 1
        pieces: list[str] = []
        while (char := self.peek()) != '"':
            if char == "\\":
                self.at += 1
                char = self.escaped()
            elif not char:
                raise self.error("a closing quotation mark is missing")
            else:
                self.at += 1
            pieces.append(char)
        self.at += 1
        return "".join(pieces)

    def escaped(self) -> str:
        """Read what follows a backslash."""
        char = self.peek()
        if not char:
            raise self.error("nothing follows the backslash")
        self.at += 1
        digits = self.text[self.at : self.at + 4]
        if char == "u" and re.fullmatch("[0-9A-Fa-f]{4}", digits):
            self.at += 4
            code = int(digits, 16)
            return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004
        return char

    def range(self, field: str | None) -> Node:
        include_lower = self.peek() == "["
        self.at += 1
        lower = self.range_end()
        self.skip_space()
        if not self.text.startswith("TO", self.at):
            raise self.error("'TO' is missing in a range")
        self.at += 2
        upper = self.range_end()
        self.skip_space()
        closing = self.peek()
        if not closing or closing not in "]}":
            raise self.error("a range is not closed")
        self.at += 1
        if field == "*":
            return MatchAll()
        return Range(field, lower, upper, include_lower, closing == "]")

    def range_end(self) -> str | None:
        self.skip_space()
        if self.peek() == '"':
            return self.quoted()
        pieces: list[str] = []
        while (char := self.peek()) and char not in _SPACE and char not in "]}":
            self.at += 1
            pieces.append(self.escaped() if char == "\\" else char)
        if not pieces:
            raise self.error("an end of a range is missing")
        text = "".join(pieces)
        return None if text == "*" else text

    def regex(self, field: str | None) -> Node | None:
        """Read `/…/`; a lone slash begins an ordinary word (`//example.org`)."""
        match = re.compile(r"/((?:[^/\\]|\\.)+)/(?=$|[\s)^])", re.DOTALL).match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return Regex(field, match[1])

    def read_word(self) -> tuple[list[str | WildcardSign], bool]:
        """Read a word; return its pieces, and whether any character was escaped."""
        pieces: list[str | WildcardSign] = []
        escaped = False
        while (char := self.peek()) and (char not in _ENDS_WORD or char in "\\!"):
            if char == "!" and not pieces:
                break
            self.at += 1
            if char == "\\":
                pieces.append(self.escaped())
                escaped = True
            elif char in "*?":
                pieces.append(WildcardSign(char))
            else:
                pieces.append(char)
        return pieces, escaped

    def word(self, field: str | None) -> Node | None:
        pieces, _ = self.read_word()
        if not pieces:
            raise self.error(f"unexpected '{self.peek()}'" if self.peek() else "unexpected end")
        if self.peek() == "~":
            return self.fuzzy(field, pieces)
        if pieces == [WildcardSign.MANY]:
            return MatchAll() if field in (None, "*") else Exists(field)
        if any(isinstance(piece, WildcardSign) for piece in pieces):
            return Wildcard(field, _merged(pieces))
        return Term(field, "".join(str(piece) for piece in pieces))

    def fuzzy(self, field: str | None, pieces: list[str | WildcardSign]) -> Node:
        self.at += 1
        number = _NUMBER.match(self.text, self.at)
        distance = 2.0
        if number:
            self.at = number.end()
            distance = float(number[0][:9])
        text = "".join(p.value if isinstance(p, WildcardSign) else p for p in pieces)
        # Below 1 it is the similarity of old versions.
        edits = int(distance) if distance >= 1 else round((1 - distance) * len(text))
        return Fuzzy(field, text, max(0, min(edits, 2)))

    def boosted(self, node: Node | None) -> Node | None:
        if self.peek() != "^":
            return node
        self.at += 1
        constant = self.peek() == "="
        self.at += constant
        number = _NUMBER.match(self.text, self.at)
        if number is None:
            raise self.error("a boost must be a number")
        self.at = number.end()
        return None if node is None else Boost(node, min(float(number[0]), 1e9), constant)


def _merged(pieces: list[str | WildcardSign]) -> tuple[str | WildcardSign, ...]:
    merged: list[str | WildcardSign] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return tuple(merged)


def escape_for_dismax(text: str) -> str:
    """Escape all syntax but quotes, plus, minus and the words AND, OR, NOT, as dismax does.

    An odd number of quotation marks makes all of them literal.
    """
    escaped = "".join(
        "\\" + char if char in _SPECIAL and char not in '+-"' else char for char in text
    )
    if text.count('"') % 2:
        escaped = escaped.replace('"', '\\"')
    # Signs that stand alone mean nothing; repeated ones inside are dropped, as Solr does.
    escaped = re.sub(r"(?<!\S)[+-]+(?=\s|$)|\s+[+-](?:\s*[+-]+)+|&&|\|\|", " ", escaped)
    # An operator needs a word on both sides.
    escaped = re.sub(r"^\s*(?:(?:AND|OR)(?=\s|$)\s*)+", "", escaped)
    escaped = re.sub(r"(?:\s+(?:AND|OR|NOT))+\s*$", "", escaped)
    return re.sub(r"\b(AND|OR)(?:\s+(?:AND|OR))+\b", r"\1", escaped)
