"""A dataset record as RDF: every field by its rule, and whatever the rule would lose beside it.

Pure: the record is what `package_show` returns, the result plain values (`nodes`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ckanext.pcio.standard import dates, values
from ckanext.pcio.standard.vocabulary import Term, vocabulary

from . import beside, reading
from .mapping import DcatMapping, Rule, mapping
from .nodes import Iri, Node, Object, Text

Record = Mapping[str, Any]

# Characters no IRI may hold, and those no XML document may.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f]')
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_THAI = re.compile("[\u0e00-\u0e7f]")
_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Place:
    """What a record does not say of itself: addresses on the portal, and its office."""

    dataset: str
    """IRI of the dataset."""
    page: str
    """Its page on the portal."""
    publisher: Record
    """uri, id, title and, where known, url and email of the office; empty where there is none."""
    resources: Mapping[str, str]
    """IRI of each resource, by its id."""
    dictionaries: Mapping[str, str]
    """Address of the data dictionary of each resource that has one, by its id."""


def text_object(value: Any) -> Text | None:
    """Return words with the language they are written in, as far as the script tells."""
    words = _NOT_IN_XML.sub("", value if isinstance(value, str) else str(value))
    if not words:
        return None
    if _THAI.search(words):
        return Text(words, "th")
    return Text(words, "en" if _LATIN.search(words) else None)


def safe_iri(address: str) -> str:
    """Return `address` without the characters no IRI may hold, percent-encoded."""
    return _NOT_IN_IRI.sub(lambda found: quote(found[0]), _NOT_IN_XML.sub("", address))


def is_address(value: Any) -> bool:
    """Whether `value` can stand as an IRI of the web."""
    return isinstance(value, str) and bool(re.match("https?://[^/?#\\s]", value))


def describe(record: Record, place: Place) -> Node:
    """Return the dataset with its distributions; the record is not changed."""
    return _Writer(mapping(), place).dataset(record)


class _Writer:
    def __init__(self, rules: DcatMapping, place: Place) -> None:
        self.rules = rules
        self.place = place

    def iri(self, curie: str) -> str:
        return self.rules.iri(curie)

    # ---- the two kinds of record

    def dataset(self, record: Record) -> Node:
        node = Node(self.place.dataset, (self.iri("dcat:Dataset"),))
        shown = {**record, "tag_string": record.get("tags")}
        if shown.get("state") == "active":
            shown["state"] = ""
        self._fields(node, shown, self.rules.dataset)
        self._never_without(node, record)
        beside.add_moments(node, record, ("metadata_created",), ("metadata_modified",))
        node.add(self.iri("dct:identifier"), text_plain(record.get("id")))
        page = Iri(safe_iri(self.place.page), (self.iri("foaf:Document"),))
        if self.place.page and not node.all(self.iri("dcat:landingPage")):
            node.add(self.iri("dcat:landingPage"), page)
        beside.add_themes(node, record)
        licences = node.all(self.iri("dct:license"))
        wrong = reading.differences(record, reading.read(node).record)
        if "update_frequency_interval" in wrong:
            wrong.add("update_frequency_unit")  # a unit in our own words has no interval but ours
        for rule in self.rules.dataset:
            if rule.field in wrong:
                self._exactly(node, rule, shown.get(rule.field))
        for position, resource in enumerate(record.get("resources") or ()):
            node.add(self.iri("dcat:distribution"), self.resource(resource, position, licences))
        return node

    def resource(self, resource: Record, position: int, licences: list[Object]) -> Node:
        iri = self.place.resources.get(resource.get("id") or "", "")
        node = Node(safe_iri(iri), (self.iri("dcat:Distribution"),))
        self._fields(node, resource, self.rules.resource)
        if not node.all(self.iri("dcat:accessURL")):
            page = Iri(safe_iri(iri or self.place.page), (self.iri("rdfs:Resource"),))
            node.add(self.iri("dcat:accessURL"), page)
        elif resource.get("url_type") == "upload":
            node.properties[self.iri("dcat:downloadURL")] = node.all(self.iri("dcat:accessURL"))
        modified = ("last_modified", "metadata_modified", "created")
        beside.add_moments(node, resource, ("created",), modified)
        for licence in licences:
            node.add(self.iri("dct:license"), licence)
        position_text = Text(str(position), None, self.iri("xsd:integer"))
        node.add(self.rules.namespace + "position", position_text)
        beside.add_file(node, resource)
        dictionary = self.place.dictionaries.get(resource.get("id") or "")
        if dictionary:
            node.add(self.iri("foaf:page"), Iri(dictionary, (self.iri("foaf:Document"),)))
        wrong = reading.resource_differences(resource, reading.read_resource(node).record)
        for rule in self.rules.resource:
            if rule.field in wrong:
                self._exactly(node, rule, resource.get(rule.field))
        return node

    def _fields(self, node: Node, record: Record, rules: tuple[Rule, ...]) -> None:
        hubs: dict[str, Node] = {}
        for rule in rules:
            found = self._objects(rule, record)
            if not found:
                continue
            target = node
            if rule.hub is not None:
                hub = hubs.setdefault(rule.hub.property, Node("", rule.hub.types))
                target = hub
            for each in found:
                target.add(rule.property, each)
        for prop, hub in hubs.items():
            node.add(prop, hub)

    # ---- one field

    def _objects(self, rule: Rule, record: Record) -> list[Object]:
        """Return what the standard's property says of a field; nothing where it cannot."""
        value = record.get(rule.field)
        if rule.kind == "publisher":
            return self._publisher()
        if values.is_blank(value):
            return []
        return getattr(self, f"_as_{rule.kind}")(rule, value, record)

    def _as_text(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        found = text_object(value)
        return [found] if found else []

    def _as_code(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        found = text_plain(value)
        return [found] if found else []

    def _as_keywords(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        names = sorted({tag.get("name") or "" for tag in value if isinstance(tag, Mapping)})
        return [found for name in names if (found := text_object(name))]

    def _as_iri(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        return [Iri(safe_iri(value))] if is_address(value) else []

    def _as_url(self, rule: Rule, value: Any, _record: Record) -> list[Object]:
        if not is_address(value):
            return []
        kind = "foaf:Document" if rule.property.endswith("landingPage") else "rdfs:Resource"
        return [Iri(safe_iri(value), (self.iri(kind),))]

    def _as_mail(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        return [Iri("mailto:" + quote(str(value), safe="@!$&'*+-/=_~."))]

    def _as_date(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        day = dates.parse_iso(value) if isinstance(value, str) else None
        return [Text(day.isoformat(), None, self.iri("xsd:date"))] if day else []

    def _as_boolean(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        if value not in ("True", "False"):
            return []
        return [Text(value.lower(), None, self.iri("xsd:boolean"))]

    def _as_year_start(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        return self._day_of_year(value, "01-01")

    def _as_year_end(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        return self._day_of_year(value, "12-31")

    def _day_of_year(self, value: Any, day: str) -> list[Object]:
        """Return a day of a Buddhist year in the Gregorian calendar."""
        written = str(value)
        if not (written.isascii() and written.isdigit() and dates.is_buddhist_year(int(written))):
            return []
        year = int(written) - dates.BUDDHIST_OFFSET
        return [Text(f"{year:04d}-{day}", None, self.iri("xsd:date"))]

    def _as_term(self, rule: Rule, value: Any, _record: Record) -> list[Object]:
        return self._concepts(rule, [value])

    def _as_terms(self, rule: Rule, value: Any, _record: Record) -> list[Object]:
        concepts = self.rules.concepts[rule.field]
        return self._concepts(rule, values.split_terms(concepts.vocabulary, value))

    def _concepts(self, rule: Rule, parts: list[Any]) -> list[Object]:
        concepts = self.rules.concepts[rule.field]
        found: list[Object] = []
        for part in parts:
            term = concepts.vocabulary.find(part) if isinstance(part, str) else None
            uri = concepts.uris.get(term.key) if term else None
            if uri and term:
                found.append(Iri(uri, (concepts.type,), _labels(term)))
        return found

    def _as_frequency(self, rule: Rule, value: Any, record: Record) -> list[Object]:
        if rule.field != "update_frequency_unit":
            return []
        interval = record.get("update_frequency_interval")
        unit = vocabulary("update_frequency_unit").find(value) if isinstance(value, str) else None
        if unit is None:
            return []
        pair = (unit.value, "" if values.is_blank(interval) else str(interval))
        word = self.rules.frequencies.get(pair) or self.rules.other_frequency
        return [Iri(word, (self.iri("dct:Frequency"),))]

    def _as_bound(self, rule: Rule, _value: Any, record: Record) -> list[Object]:
        """Return the box, digits as they were written; nothing unless it is one."""
        if rule.field != "west_bound_longitude":
            return []
        west, east, north, south = (str(record.get(name) or "") for name in reading.BOUNDS)
        if not reading.is_box(west, east, north, south):
            return []
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ",".join(f"{x} {y}" for x, y in corners)
        return [Text(f"POLYGON(({ring}))", None, self.iri("gsp:wktLiteral"))]

    def _as_format(self, _rule: Rule, value: Any, _record: Record) -> list[Object]:
        types = (self.iri("dct:MediaTypeOrExtent"),)
        uri = self.rules.formats.get(str(value))
        if uri:
            return [Iri(uri, types)]
        node = Node("", types)
        node.add(self.iri("rdfs:label"), text_plain(value))
        return [node]

    def _publisher(self) -> list[Object]:
        office = self.place.publisher
        if not office:
            return []
        types = (self.iri("foaf:Agent"), self.iri("foaf:Organization"))
        node = Node(safe_iri(office.get("uri") or ""), types)
        node.add(self.iri("foaf:name"), text_object(office.get("title") or office.get("id")))
        node.add(self.iri("dct:identifier"), text_plain(office.get("id")))
        return [node]

    def _exactly(self, node: Node, rule: Rule, value: Any) -> None:
        """Say a field in the profile's own words, where the standard's lose some of it."""
        if rule.kind == "keywords":
            return
        node.properties.pop(rule.own, None)
        parts = [value]
        concepts = self.rules.concepts.get(rule.field)
        if concepts and rule.kind == "terms":
            parts = values.split_terms(concepts.vocabulary, value)
        for part in parts:
            term = None
            if concepts and isinstance(part, str):
                term = concepts.vocabulary.find(part)
            if term is not None and concepts and term.value == part:
                kind = (self.iri("skos:Concept"),)
                node.add(rule.own, Iri(concepts.own[term.key], kind, _labels(term)))
            elif not values.is_blank(part):
                node.add(rule.own, text_object(part))

    # ---- what is not a field of the schema

    def _never_without(self, node: Node, record: Record) -> None:
        """Give what DCAT-AP wants of every dataset, also where the record lacks it."""
        title, about = self.iri("dct:title"), self.iri("dct:description")
        if not node.all(title):
            node.add(title, text_object(record.get("name") or ""))
        if not node.all(about):
            for words in node.all(title):
                node.add(about, words)


def _labels(term: Term) -> tuple[tuple[str, str], ...]:
    return (("th", term.th), ("en", term.en))


def text_plain(value: Any) -> Text | None:
    """Return a name or code, which is of no language."""
    words = _NOT_IN_XML.sub("", str(value or ""))
    return Text(words) if words else None
