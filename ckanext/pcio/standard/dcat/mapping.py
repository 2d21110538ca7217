"""`schemas/dcat.yaml` as data: where each field goes, and the URIs of the vocabularies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR, Term, Vocabulary, vocabularies
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml

FILE = SCHEMAS_DIR / "dcat.yaml"


@dataclass(frozen=True, slots=True)
class Hub:
    """A node between the dataset and some of its fields, such as the contact point."""

    property: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one field goes."""

    field: str
    property: str
    """The standard's property, or the profile's own."""
    own: str
    """The profile's property of this field, written where the standard's says less."""
    kind: str
    hub: Hub | None = None


@dataclass(frozen=True, slots=True)
class Concepts:
    """One vocabulary as URIs."""

    vocabulary: Vocabulary
    type: str
    uris: Mapping[str, str]
    """The URI of each key."""
    own: Mapping[str, str]
    """The URI of each key in the profile's name space."""
    terms: Mapping[str, Term]
    """The term of each URI that is read."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A word of the EU's data-theme table."""

    uri: str
    label: str


@dataclass(frozen=True)
class DcatMapping:
    """The whole of `dcat.yaml`."""

    profile: str
    namespace: str
    prefixes: Mapping[str, str]
    dataset: tuple[Rule, ...]
    resource: tuple[Rule, ...]
    concepts: Mapping[str, Concepts]
    frequencies: Mapping[tuple[str, str], str]
    """The word of a unit and an interval."""
    frequency_words: Mapping[str, tuple[str, str]]
    """The unit and interval a word is read as."""
    other_frequency: str
    formats: Mapping[str, str]
    format_names: Mapping[str, str]
    themes: Mapping[str, Theme]
    """The theme of a group, by the group's name."""
    version: str
    """Changes with every change of the file."""
    sources: tuple[tuple[str, str, str], ...] = field(default=())
    """Of each table of URIs: name, source and date."""
    _iris: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def iri(self, curie: str) -> str:
        """Return the full IRI of prefix:name."""
        try:
            return self._iris[curie]
        except KeyError:
            prefix, _, name = curie.partition(":")
            return self._iris.setdefault(curie, self.prefixes[prefix] + name)


def own_name(field_name: str) -> str:
    """Return the name of a field in the profile's name space: data_category -> dataCategory."""
    first, *rest = field_name.removeprefix("resource_").split("_")
    return first + "".join(word.capitalize() for word in rest)


@lru_cache(maxsize=1)
def mapping() -> DcatMapping:
    """Return the mapping; raises `SettingsFileError` where the file is broken."""
    return read_mapping(FILE)


def read_mapping(path: Path) -> DcatMapping:
    """Return the mapping of the file at `path`."""
    content = load_yaml(path, SCHEMAS_DIR / "dcat.schema.json")
    namespace = content["namespace"]
    prefixes = {**content["prefixes"], content["prefix"]: namespace}
    reader = _Reader(path, namespace, prefixes)
    frequencies, words = reader.frequency(content["frequency"])
    formats = reader.table(content["formats"])
    return DcatMapping(
        profile=content["profile"],
        namespace=namespace,
        prefixes=prefixes,
        dataset=reader.rules(content["dataset"], content["nodes"]),
        resource=reader.rules(content["resource"], content["nodes"]),
        concepts=reader.concepts(content["vocabularies"]),
        frequencies=frequencies,
        frequency_words=words,
        other_frequency=content["frequency"]["base"] + content["frequency"]["otherwise"],
        formats=formats,
        format_names={uri: name for name, uri in reversed(formats.items())},
        themes=reader.themes(content["themes"]),
        version=hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest(),
        sources=tuple(_sources(content)),
    )


def _sources(content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    tables = {
        **content["vocabularies"],
        **{name: content[name] for name in ("frequency", "formats", "themes")},
    }
    return [(name, table["source"], table["date"]) for name, table in tables.items()]


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    namespace: str
    prefixes: Mapping[str, str]

    def iri(self, curie: str) -> str:
        prefix, _, name = curie.partition(":")
        try:
            return self.prefixes[prefix] + name
        except KeyError as error:
            raise SettingsFileError(self.path, curie, f"no prefix {prefix}") from error

    def rules(self, fields: Mapping[str, Any], nodes: Mapping[str, Any]) -> tuple[Rule, ...]:
        hubs = {
            name: Hub(self.iri(node["property"]), tuple(map(self.iri, node["types"])))
            for name, node in nodes.items()
        }
        rules = []
        for name, entry in fields.items():
            if entry.get("node") and entry["node"] not in hubs:
                raise SettingsFileError(self.path, name, f"no node {entry['node']}")
            rules.append(
                Rule(
                    field=name,
                    property=self.iri(entry["property"]),
                    own=self.namespace + own_name(name),
                    kind=entry["as"],
                    hub=hubs[entry["node"]] if entry.get("node") else None,
                )
            )
        return tuple(rules)

    def concepts(self, tables: Mapping[str, Any]) -> dict[str, Concepts]:
        found = {}
        for name, words in vocabularies().items():
            table = tables.get(words.name, {})
            found[name] = self._concepts(words, table)
        unknown = set(tables) - {words.name for words in vocabularies().values()}
        if unknown:
            raise SettingsFileError(self.path, "vocabularies", f"no vocabulary {min(unknown)}")
        return found

    def _concepts(self, words: Vocabulary, table: Mapping[str, Any]) -> Concepts:
        values, base = table.get("values", {}), table.get("base", "")
        keys = {term.key for term in words.terms}
        for key in (*values, *table.get("one_way", ()), *table.get("hidden", ())):
            if key not in keys:
                raise SettingsFileError(self.path, words.name, f"no value {key}")
        own = {
            term.key: f"{self.namespace}{words.name}-{re.sub('[^a-z0-9_]', '', term.key)}"
            for term in words.terms
        }
        hidden = set(table.get("hidden", ()))
        uris = {
            key: base + values[key] if key in values else uri
            for key, uri in own.items()
            if key not in hidden
        }
        terms = {own[term.key]: term for term in words.terms}
        for term in words.terms:
            if term.key in values and term.key not in table.get("one_way", ()):
                terms.setdefault(uris[term.key], term)
        return Concepts(words, self.iri(table.get("type", "skos:Concept")), uris, own, terms)

    def table(self, table: Mapping[str, Any]) -> dict[str, str]:
        return {name: table["base"] + word for name, word in table["values"].items()}

    def themes(self, table: Mapping[str, Any]) -> dict[str, Theme]:
        labels = table["labels"]
        return {
            name: Theme(table["base"] + word, labels[word])
            for name, word in table["values"].items()
        }

    def frequency(
        self, table: Mapping[str, Any]
    ) -> tuple[dict[tuple[str, str], str], dict[str, tuple[str, str]]]:
        units = vocabularies()["update_frequency_unit"]
        written: dict[tuple[str, str], str] = {}
        read: dict[str, tuple[str, str]] = {}
        for key, interval, word in table["rows"]:
            unit = units.by_key(key)
            if unit is None:
                raise SettingsFileError(self.path, "frequency", f"no unit {key}")
            written[unit.value, interval] = table["base"] + word
            read.setdefault(table["base"] + word, (unit.value, interval))
        return written, read
