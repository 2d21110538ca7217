"""A dataset in RDF as a record: the way back of `describe`, and of what other portals write.

What cannot be understood is left out with a warning; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ckanext.pcio.standard import dates, values
from ckanext.pcio.standard.messages import N_, Message

from .mapping import DcatMapping, Rule, mapping
from .nodes import Iri, Node, Object, Text

Record = Mapping[str, Any]

BOUNDS: tuple[str, ...] = (
    "west_bound_longitude",
    "east_bound_longitude",
    "north_bound_longitude",
    "south_bound_longitude",
)
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d+)?", re.ASCII)
_RING = re.compile(r"\s*POLYGON\s*\(\(([^()]{1,400})\)\)\s*", re.IGNORECASE)
_MEDIA_TYPES = re.compile(r"https?://www\.iana\.org/assignments/media-types/(.+)")
_LANGUAGES = ("th", None, "en")
_SHOWN = 120


@dataclass(slots=True)
class Reading:
    """What a description says: the record, and what of it could not be understood."""

    record: dict[str, Any]
    warnings: list[Message] = field(default_factory=list)


def read(node: Node) -> Reading:
    """Return the dataset record a node describes, with its resources in their order."""
    return _Reader(mapping()).dataset(node)


def read_resource(node: Node) -> Reading:
    """Return the resource record a distribution describes."""
    return _Reader(mapping()).resource(node)


def is_box(west: str, east: str, north: str, south: str) -> bool:
    """Whether four texts are the bounds of an area on the globe."""
    if not all(_DEGREES.fullmatch(bound) for bound in (west, east, north, south)):
        return False
    numbers = [float(bound) for bound in (west, east, north, south)]
    in_globe = all(abs(n) <= limit for n, limit in zip(numbers, (180, 180, 90, 90), strict=True))
    return in_globe and numbers[0] <= numbers[1] and numbers[3] <= numbers[2]


def differences(one: Record, other: Record) -> set[str]:
    """Return the dataset fields in which two records differ; a blank is a blank however written."""
    return _differences(one, other, mapping().dataset)


def resource_differences(one: Record, other: Record) -> set[str]:
    """Return the resource fields in which two records differ."""
    return _differences(one, other, mapping().resource)


def _differences(one: Record, other: Record, rules: tuple[Rule, ...]) -> set[str]:
    return {rule.field for rule in rules if _compared(rule, one) != _compared(rule, other)}


def _compared(rule: Rule, record: Record) -> Any:
    """Return a field's value for comparing: lists are sets, and "active" is no news."""
    if rule.kind == "keywords":
        return {tag.get("name") for tag in record.get("tags") or ()}
    value = record.get(rule.field)
    if values.is_blank(value) or (rule.field == "state" and value == "active"):
        return None
    if rule.kind == "terms":
        return set(map(str, values.split_terms(mapping().concepts[rule.field].vocabulary, value)))
    return value if isinstance(value, str) else str(value)


class _Reader:
    def __init__(self, rules: DcatMapping) -> None:
        self.rules = rules
        self.warnings: list[Message] = []
        self.ours = False

    def iri(self, curie: str) -> str:
        return self.rules.iri(curie)

    def dataset(self, node: Node) -> Reading:
        self.ours = bool(node.all(self.rules.namespace + "name"))
        record = self._fields(node, self.rules.dataset)
        self._without_stopgaps(node, record)
        if "tag_string" in record:
            record["tags"] = [{"name": name} for name in record.pop("tag_string")]
        record["resources"] = []
        distributions = sorted(node.nodes(self.iri("dcat:distribution")), key=self._position)
        for distribution in distributions:
            resource = self.resource(distribution).record
            if distribution.iri:
                resource["uri"] = distribution.iri
            record["resources"].append(resource)
        return Reading(record, self.warnings)

    def _without_stopgaps(self, node: Node, record: dict[str, Any]) -> None:
        """Drop what `describe` said only because DCAT-AP wants something to be said."""
        for name, other in (("notes", "title"), ("title", "name")):
            said = node.all(self.rules.namespace + name)
            if self.ours and not said and record.get(name) == record.get(other):
                record.pop(name, None)

    def resource(self, node: Node) -> Reading:
        self.ours = self.ours or bool(node.all(self.rules.namespace + "position"))
        record = self._fields(node, self.rules.resource)
        download = node.iris(self.iri("dcat:downloadURL"))
        if download and not self.ours:
            record["url"] = download[0]
        media = (_MEDIA_TYPES.fullmatch(uri) for uri in node.iris(self.iri("dcat:mediaType")))
        for found in media:
            if found:
                record["mimetype"] = found[1]
        size = _words(node.all(self.iri("dcat:byteSize")))
        if size and re.fullmatch(r"\d{1,15}(\.0+)?", size, re.ASCII):
            record["size"] = int(size.partition(".")[0])
        for checksum in node.nodes(self.iri("spdx:checksum")):
            digest = _words(checksum.all(self.iri("spdx:checksumValue")))
            if digest:
                record["hash"] = digest.lower()
        return Reading(record, self.warnings)

    def _position(self, node: Node) -> tuple[int, str]:
        said = _words(node.all(self.rules.namespace + "position"))
        number = int(said) if said and re.fullmatch(r"\d{1,6}", said, re.ASCII) else 10**6
        return number, node.iri

    def _fields(self, node: Node, rules: tuple[Rule, ...]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for rule in rules:
            value = self._value(rule, node)
            if not values.is_blank(value):
                record[rule.field] = value
        return record

    def _value(self, rule: Rule, node: Node) -> Any:
        exact = node.all(rule.own)
        if exact:
            return self._exact(rule, exact)
        found = node.all(rule.property)
        if rule.hub is not None:
            found = [
                each for hub in node.nodes(rule.hub.property) for each in hub.all(rule.property)
            ]
        if not found:
            return None
        read: Callable[[Rule, list[Object], Node], Any] = getattr(self, f"_as_{rule.kind}")
        return read(rule, found, node)

    def _exact(self, rule: Rule, found: list[Object]) -> Any:
        concepts = self.rules.concepts.get(rule.field)
        parts = []
        for each in found:
            if isinstance(each, Text):
                # True and False are said as XML Schema's booleans.
                boolean = rule.kind == "boolean" and each.datatype == self.iri("xsd:boolean")
                parts.append(_boolean(each.value) if boolean else each.value)
                continue
            uri = each.value if isinstance(each, Iri) else each.iri
            term = concepts.terms.get(uri) if concepts else None
            if term is not None:
                parts.append(term.value)
            else:
                self._warn(rule, uri)
        if rule.kind == "terms":
            return self._ordered(rule, parts)
        return parts[0] if parts else None

    def _ordered(self, rule: Rule, parts: list[str]) -> list[str]:
        """Return values in the vocabulary's order, and what it does not know after them."""
        order = {t.value: n for n, t in enumerate(self.rules.concepts[rule.field].vocabulary.terms)}
        return sorted(set(parts), key=lambda part: (order.get(part, len(order)), part))

    # ---- one kind of value

    def _as_text(self, _rule: Rule, found: list[Object], _node: Node) -> str | None:
        return _words(found)

    def _as_keywords(self, _rule: Rule, found: list[Object], _node: Node) -> list[str]:
        return sorted({each.value for each in found if isinstance(each, Text)})

    def _as_iri(self, _rule: Rule, found: list[Object], _node: Node) -> str | None:
        return next((each.value for each in found if isinstance(each, Iri)), _words(found))

    def _as_url(self, rule: Rule, found: list[Object], node: Node) -> str | None:
        addresses = [_address(each) for each in found]
        if self.ours:
            # Said because something has to be said there: the portal's own page.
            own = node.iri.rpartition("/dataset/")[0] + "/dataset/"
            if rule.property == self.iri("dcat:landingPage"):
                addresses = [each for each in addresses if not each.startswith(own)]
            else:
                addresses = [each for each in addresses if each != node.iri]
        return next((each for each in addresses if each), None)

    def _as_mail(self, _rule: Rule, found: list[Object], _node: Node) -> str | None:
        return unquote(_address(found[0]).removeprefix("mailto:"))

    def _as_date(self, rule: Rule, found: list[Object], _node: Node) -> str | None:
        for each in found:
            if not isinstance(each, Text):
                continue
            if self.ours and each.datatype != self.iri("xsd:date"):
                continue
            day = dates.read_date(each.value).day
            if day is not None:
                return day.isoformat()
            self._warn(rule, each.value)
        return None

    def _as_boolean(self, rule: Rule, found: list[Object], _node: Node) -> str | None:
        return self._exact(rule, found)

    def _as_year_start(self, rule: Rule, found: list[Object], _node: Node) -> str | None:
        return self._year(rule, found)

    def _as_year_end(self, rule: Rule, found: list[Object], _node: Node) -> str | None:
        return self._year(rule, found)

    def _year(self, rule: Rule, found: list[Object]) -> str | None:
        said = _words(found) or ""
        year = re.match(r"(\d{4})(?:\D|$)", said, re.ASCII)
        if year and dates.FIRST_GREGORIAN_YEAR <= int(year[1]) <= dates.LAST_GREGORIAN_YEAR:
            return str(int(year[1]) + dates.BUDDHIST_OFFSET)
        self._warn(rule, said)
        return None

    def _as_term(self, rule: Rule, found: list[Object], node: Node) -> str | None:
        return next(iter(self._as_terms(rule, found, node)), None)

    def _as_terms(self, rule: Rule, found: list[Object], _node: Node) -> list[str]:
        concepts = self.rules.concepts[rule.field]
        parts = []
        for each in found:
            said = each.value if isinstance(each, Text) else _address(each)
            term = concepts.terms.get(said)
            term = term or (concepts.vocabulary.find(said) if isinstance(each, Text) else None)
            if term is not None:
                parts.append(term.value)
            elif said not in concepts.uris.values():
                self._warn(rule, said)
        return self._ordered(rule, parts)

    def _as_frequency(self, rule: Rule, found: list[Object], node: Node) -> str | None:
        if node.all(self.rules.namespace + "updateFrequencyUnit"):
            return None  # said in our own words, and without an interval
        said = _address(found[0])
        unit, interval = self.rules.frequency_words.get(said, ("", ""))
        if not unit:
            if said != self.rules.other_frequency and rule.field == "update_frequency_unit":
                self._warn(rule, said)
            return None
        return unit if rule.field == "update_frequency_unit" else interval

    def _as_bound(self, rule: Rule, found: list[Object], _node: Node) -> str | None:
        ring = _RING.fullmatch(_words(found) or "")
        corners = [corner.split() for corner in ring[1].split(",")] if ring else []
        if not corners or any(len(corner) != 2 for corner in corners):  # noqa: PLR2004 - x and y
            if rule.field == BOUNDS[0]:
                self._warn(rule, _words(found) or "")
            return None
        across, up = [corner[0] for corner in corners], [corner[1] for corner in corners]
        if not all(_DEGREES.fullmatch(number) for number in (*across, *up)):
            return None
        west, east = min(across, key=float), max(across, key=float)
        south, north = min(up, key=float), max(up, key=float)
        return (west, east, north, south)[BOUNDS.index(rule.field)]

    def _as_format(self, rule: Rule, found: list[Object], _node: Node) -> str | None:
        for each in found:
            if isinstance(each, Text):
                return each.value
            if isinstance(each, Node):
                said = _words(each.all(self.iri("rdfs:label")))
                if said:
                    return said
            name = self.rules.format_names.get(_address(each))
            if name:
                return name
            self._warn(rule, _address(each))
        return None

    def _as_publisher(self, _rule: Rule, found: list[Object], _node: Node) -> str | None:
        """Return the office's id, where the publisher is an office of a CKAN portal."""
        for each in found:
            if isinstance(each, Node) and "/organization/" in each.iri:
                return _words(each.all(self.iri("dct:identifier")))
        return None

    def _warn(self, rule: Rule, said: str) -> None:
        wrong = N_('{field}: "{value}" is not a value the standard knows; it was left out')
        self.warnings.append(Message(wrong, {"field": rule.field, "value": said[:_SHOWN]}))


def _words(found: list[Object]) -> str | None:
    """Return one of several literals: Thai before one of no language, that before English."""
    texts = [each for each in found if isinstance(each, Text)]
    for language in _LANGUAGES:
        for each in texts:
            if each.language == language:
                return each.value
    return texts[0].value if texts else None


def _address(each: Object) -> str:
    if isinstance(each, Node):
        return each.iri
    return each.value


def _boolean(said: str) -> str:
    return {"true": "True", "1": "True", "false": "False", "0": "False"}.get(said, said)
