"""A piece of RDF as plain values: what the mapping writes and reads, without an RDF library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Union


@dataclass(frozen=True, slots=True)
class Iri:
    """The address of a thing; `types` are the classes the thing is said to have."""

    value: str
    types: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    """Its names: language and words."""


@dataclass(frozen=True, slots=True)
class Text:
    """A literal: words in a language, or a value of a data type (an IRI)."""

    value: str
    language: str | None = None
    datatype: str | None = None


@dataclass(slots=True)
class Node:
    """A thing with properties; without an address of its own where `iri` is empty."""

    iri: str = ""
    types: tuple[str, ...] = ()
    properties: dict[str, list[Object]] = field(default_factory=dict)

    def add(self, prop: str, value: Object | None) -> None:
        """Say `value` of the thing, once; None says nothing."""
        if value is None:
            return
        said = self.properties.setdefault(prop, [])
        if value not in said:
            said.append(value)

    def all(self, prop: str) -> list[Object]:
        """Return every value of a property."""
        return self.properties.get(prop, [])

    def nodes(self, prop: str) -> Iterator[Node]:
        """Return the values of a property that are things with properties."""
        return (value for value in self.all(prop) if isinstance(value, Node))

    def texts(self, prop: str) -> list[Text]:
        """Return the values of a property that are literals."""
        return [value for value in self.all(prop) if isinstance(value, Text)]

    def iris(self, prop: str) -> list[str]:
        """Return the addresses among the values of a property."""
        return [
            value.value if isinstance(value, Iri) else value.iri
            for value in self.all(prop)
            if isinstance(value, Iri) or (isinstance(value, Node) and value.iri)
        ]


Object = Union[Iri, Text, Node]  # noqa: UP007 - Node is defined with it, before Python 3.14
