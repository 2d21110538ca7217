"""The profile `th_gdc_schemaorg`: a dataset page for search engines (schema.org/Dataset)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.dcat.profiles.base import SCHEMA, CleanedURIRef
from ckanext.dcat.profiles.schemaorg import SchemaOrgProfile
from ckanext.dcat.utils import catalog_uri
from rdflib import RDF, BNode, Literal, URIRef

from ckanext.pcio.standard import dates, values
from ckanext.pcio.standard.vocabulary import vocabulary

from .describe import safe_iri
from .mapping import mapping
from .offices import publisher
from .reading import BOUNDS, is_box

_LANGUAGES = {
    "thai": "th",
    "english": "en",
    "chinese": "zh",
    "malay": "ms",
    "burmese": "my",
    "lao": "lo",
    "khmer": "km",
    "japanese": "ja",
    "korean": "ko",
    "french": "fr",
    "german": "de",
    "arabic": "ar",
}


class ThGdcSchemaOrgProfile(SchemaOrgProfile):
    """schema.org/Dataset of a dataset described by the Thai standard."""

    def _basic_fields_graph(self, dataset_ref: Any, dataset_dict: Mapping[str, Any]) -> None:
        """Say each thing once: search engines take two dates for an error."""
        said = {
            SCHEMA.identifier: dataset_dict.get("id"),
            SCHEMA.name: dataset_dict.get("title"),
            SCHEMA.description: dataset_dict.get("notes"),
            SCHEMA.version: dataset_dict.get("version"),
            SCHEMA.license: _licence(dataset_dict),
            SCHEMA.url: f"{catalog_uri().rstrip('/')}/dataset/{dataset_dict.get('name')}",
            SCHEMA.datePublished: dataset_dict.get("data_release_date")
            or dataset_dict.get("metadata_created"),
            SCHEMA.dateModified: dataset_dict.get("last_updated_date")
            or dataset_dict.get("metadata_modified"),
        }
        for prop, value in said.items():
            if value:
                self.g.add((dataset_ref, prop, Literal(value)))

    def _add_date_triple(
        self, subject: Any, predicate: Any, value: Any, _type: Any = Literal
    ) -> None:
        """Write a day as a day: the parent makes midnight of it."""
        if value:
            self.g.add((subject, predicate, _type(value)))

    def _list_fields_graph(self, dataset_ref: Any, dataset_dict: Mapping[str, Any]) -> None:
        words = vocabulary("data_language")
        for part in values.split_terms(words, dataset_dict.get("data_language")):
            term = words.find(part) if isinstance(part, str) else None
            code = _LANGUAGES.get(term.key) if term else None
            if code:
                self.g.add((dataset_ref, SCHEMA.inLanguage, Literal(code)))

    def _agent_graph(
        self,
        dataset_ref: Any,
        dataset_dict: Mapping[str, Any],
        agent_type: Any,
        schema_property_prefix: str,
    ) -> None:
        """Say the office as creator and publisher, with the unit to contact."""
        office = publisher(catalog_uri().rstrip("/"), dataset_dict.get("organization"))
        if not office:
            return
        agent = CleanedURIRef(office["uri"])
        self.g.add((dataset_ref, agent_type, agent))
        if (agent, RDF.type, SCHEMA.Organization) in self.g:
            return
        self.g.add((agent, RDF.type, SCHEMA.Organization))
        self.g.add((agent, SCHEMA.name, Literal(office["title"])))
        self.g.add((agent, SCHEMA.url, Literal(office["uri"])))
        said = [
            (SCHEMA.name, dataset_dict.get("maintainer")),
            (SCHEMA.email, dataset_dict.get("maintainer_email")),
        ]
        if any(value for _, value in said):
            contact = BNode()
            self.g.add((agent, SCHEMA.contactPoint, contact))
            self.g.add((contact, RDF.type, SCHEMA.ContactPoint))
            self.g.add((contact, SCHEMA.contactType, Literal("data")))
            for prop, value in said:
                if value:
                    self.g.add((contact, prop, Literal(value)))

    def _temporal_graph(self, dataset_ref: Any, dataset_dict: Mapping[str, Any]) -> None:
        first = _gregorian(dataset_dict.get("first_year_of_data"))
        last = _gregorian(dataset_dict.get("last_year_of_data"))
        if first or last:
            period = f"{first or '..'}/{last or '..'}"
            self.g.add((dataset_ref, SCHEMA.temporalCoverage, Literal(period)))

    def _spatial_graph(self, dataset_ref: Any, dataset_dict: Mapping[str, Any]) -> None:
        west, east, north, south = (str(dataset_dict.get(name) or "") for name in BOUNDS)
        if not is_box(west, east, north, south):
            return
        place, shape = BNode(), BNode()
        self.g.add((dataset_ref, SCHEMA.spatialCoverage, place))
        self.g.add((place, RDF.type, SCHEMA.Place))
        self.g.add((place, SCHEMA.geo, shape))
        self.g.add((shape, RDF.type, SCHEMA.GeoShape))
        self.g.add((shape, SCHEMA.box, Literal(f"{south} {west} {north} {east}")))

    def additional_fields(self, dataset_ref: Any, dataset_dict: Mapping[str, Any]) -> None:
        """Say that the data costs nothing, where anybody may have it, and where its page is."""
        level = vocabulary("data_classification").find(dataset_dict.get("data_classification"))
        category = vocabulary("data_category").find(dataset_dict.get("data_category"))
        if category is not None and category.key == "public":
            free = level is None or level.key == "open"
            self.g.add((dataset_ref, SCHEMA.isAccessibleForFree, Literal(free)))
        condition = dataset_dict.get("accessible_condition")
        if condition:
            self.g.add((dataset_ref, SCHEMA.conditionsOfAccess, Literal(condition)))
        unit = dataset_dict.get("unit_of_measure")
        if unit:
            self.g.add((dataset_ref, SCHEMA.variableMeasured, Literal(unit)))
        for key in ("url", "reference_url_catalog"):
            address = dataset_dict.get(key)
            if address:
                self.g.add((dataset_ref, SCHEMA.sameAs, URIRef(safe_iri(address))))

    def _resources_graph(self, dataset_ref: Any, dataset_dict: Mapping[str, Any]) -> None:
        licence = _licence(dataset_dict)
        files = [
            {
                **resource,
                "download_url": resource.get("url"),
                "license": licence,
                "modified": resource.get("resource_last_updated_date"),
                "issued": resource.get("resource_data_release_date"),
            }
            for resource in dataset_dict.get("resources") or ()
        ]
        super()._resources_graph(dataset_ref, {"resources": files})


def _licence(record: Mapping[str, Any]) -> str:
    """Return the licence's address on the web, or its name."""
    concepts = mapping().concepts["license_id"]
    said = record.get("license_id")
    term = concepts.vocabulary.find(said) if isinstance(said, str) else None
    if term is None or term.not_present:
        return ""
    uri = concepts.uris.get(term.key, "")
    return uri if uri.startswith("http") else record.get("license_id_other") or term.value


def _gregorian(year: Any) -> str:
    written = str(year or "")
    if written.isascii() and written.isdigit() and dates.is_buddhist_year(int(written)):
        return f"{int(written) - dates.BUDDHIST_OFFSET:04d}"
    return ""
