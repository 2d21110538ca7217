"""The syntax tree of a query."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Occur(Enum):
    """Whether a document must, may or must not match a clause."""

    MUST = "+"
    SHOULD = ""
    MUST_NOT = "-"


@dataclass(frozen=True, slots=True)
class Term:
    """A bare word; `field` is None where the query names none."""

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Quoted text."""

    field: str | None
    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern: literal pieces, with `*` and `?` kept apart from escaped ones.

    `pieces` alternate freely, for example ("abc", WILDCARD_MANY).
    """

    field: str | None
    pieces: tuple[str | WildcardSign, ...]


class WildcardSign(Enum):
    """An unescaped sign in a wildcard pattern."""

    MANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word that may differ by some letters."""

    field: str | None
    text: str
    distance: int


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression over whole terms."""

    field: str | None
    pattern: str


@dataclass(frozen=True, slots=True)
class Range:
    """A range; an open end is None."""

    field: str | None
    lower: str | None
    upper: str | None
    include_lower: bool
    include_upper: bool


@dataclass(frozen=True, slots=True)
class Exists:
    """`field:*`: the field has any value."""

    field: str


@dataclass(frozen=True, slots=True)
class MatchAll:
    """`*:*`."""


@dataclass(frozen=True, slots=True)
class Boolean:
    """Clauses with their occurrence."""

    clauses: tuple[tuple[Occur, Node], ...]


@dataclass(frozen=True, slots=True)
class Boost:
    """A clause weighted by a factor (`^2`), or given a constant score (`^=2`)."""

    node: Node
    factor: float
    constant: bool = False


Node = Term | Phrase | Wildcard | Fuzzy | Regex | Range | Exists | MatchAll | Boolean | Boost
