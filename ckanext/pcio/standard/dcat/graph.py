"""The plain values of the mapping in an rdflib graph, and out of one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rdflib import RDF, SKOS, BNode, Graph, Literal, URIRef

from .mapping import mapping
from .nodes import Iri, Node, Object, Text

_DEEPEST = 3
# A description with more values of one property than this is no description of a dataset.
MOST_VALUES = 5000


@lru_cache(maxsize=4096)
def _uri(address: str) -> URIRef:
    return URIRef(address)


def add(graph: Graph, node: Node) -> URIRef | BNode:
    """Add a node with everything below it, and return the node's name in the graph."""
    ref = URIRef(node.iri) if node.iri else BNode()
    for kind in node.types:
        graph.add((ref, RDF.type, _uri(kind)))
    for prop, found in node.properties.items():
        predicate = _uri(prop)
        for each in found:
            graph.add((ref, predicate, _object(graph, each)))
    return ref


def _object(graph: Graph, each: Object) -> Any:
    if isinstance(each, Text):
        if each.datatype:
            return Literal(each.value, datatype=_uri(each.datatype), normalize=False)
        return Literal(each.value, lang=each.language)
    if isinstance(each, Node):
        return add(graph, each)
    ref = _uri(each.value)
    if each.types and (ref, RDF.type, _uri(each.types[0])) not in graph:
        for kind in each.types:
            graph.add((ref, RDF.type, _uri(kind)))
        for language, words in each.labels:
            graph.add((ref, SKOS.prefLabel, Literal(words, lang=language)))
    return ref


@lru_cache(maxsize=1)
def _followed() -> frozenset[URIRef]:
    """Return the properties whose values are things that carry fields of the dataset."""
    rules = mapping()
    ways = {rule.hub.property for rule in (*rules.dataset, *rules.resource) if rule.hub}
    named = ("dcat:distribution", "dct:publisher", "dct:format", "spdx:checksum")
    return frozenset(URIRef(way) for way in (*ways, *map(rules.iri, named)))


def node_of(graph: Graph, ref: Any, depth: int = 0) -> Node:
    """Return what a graph says of `ref`, as deep as the mapping goes."""
    node = Node(str(ref) if isinstance(ref, URIRef) else "")
    for predicate, value in graph.predicate_objects(ref):
        found = node.properties.setdefault(str(predicate), [])
        if len(found) >= MOST_VALUES:
            continue
        if isinstance(value, Literal):
            datatype = str(value.datatype) if value.datatype else None
            found.append(Text(str(value), value.language, datatype))
        elif depth < _DEEPEST and predicate in _followed() and (value, None, None) in graph:
            found.append(node_of(graph, value, depth + 1))
        elif isinstance(value, URIRef):
            found.append(Iri(str(value)))
    return node
