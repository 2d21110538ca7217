"""The profile `th_gdc` of ckanext-dcat: DCAT-AP 3 with every field of the Thai standard.

`EuropeanDCATAP3Profile` goes on doing what it does for whatever is not a field of our schema
(extras, series, access services); the fields themselves go by `schemas/dcat.yaml`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles.euro_dcat_ap_3 import EuropeanDCATAP3Profile
from ckanext.dcat.utils import catalog_uri, publisher_uri_organization_fallback, resource_uri
from rdflib import URIRef

from ckanext.pcio.standard.fields import dataset_fields, resource_fields

from . import graph
from .describe import Place, describe, safe_iri, text_object
from .mapping import mapping
from .nodes import Iri, Node, Text
from .offices import offices, publisher
from .reading import read
from .state import newest_change

_log = logging.getLogger(__name__)

# What CKAN itself keeps in a dataset or resource, all of it said by the mapping.
_CORE = frozenset(
    (
        *("id", "name", "title", "notes"),
        *("url", "tags", "groups", "organization"),
        *("owner_org", "private", "state", "type"),
        *("resources", "maintainer", "maintainer_email", "license_id"),
        *("license_title", "license_url", "isopen", "metadata_created"),
        *("metadata_modified", "creator_user_id", "num_resources", "num_tags"),
        *(
            "relationships_as_object",
            "relationships_as_subject",
            "plugin_data",
            "permission_labels",
        ),
        *("tracking_summary",),
    )
)
_CORE_OF_RESOURCE = frozenset(
    (
        *("id", "package_id", "name", "description"),
        *("url", "format", "mimetype", "mimetype_inner"),
        *("size", "hash", "hash_algorithm", "created"),
        *("last_modified", "metadata_modified", "position", "state"),
        *("url_type", "resource_type", "cache_url", "cache_last_updated"),
        *(
            "datastore_active",
            "datastore_contains_all_records_of_source_file",
            "on_same_domain",
            "tracking_summary",
        ),
    )
)
# What the parent reads from properties that the mapping reads too.
_READ_BY_US = frozenset(
    (
        *("issued", "modified", "language", "frequency"),
        *("access_rights", "provenance", "conforms_to", "dcat_type"),
        *("source", "temporal_start", "temporal_end", "spatial"),
        *("spatial_text", "spatial_uri", "spatial_bbox", "contact_uri"),
        *("contact_name", "contact_email"),
    )
)
_NOT_KEPT = ("contact", "publisher", "creator")
_NOT_KEPT_OF_RESOURCE = (
    *("access_url", "download_url", "issued", "modified", "license", "rights", "documentation"),
    *("mimetype", "format", "hash", "hash_algorithm", "size"),
)


def _left_over(record: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in known and value}


class ThGdcProfile(EuropeanDCATAP3Profile):
    """DCAT-AP 3 for datasets described by the Thai government data catalogue standard."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Any) -> None:
        """Add a dataset to the graph; the dict is not changed."""
        _bind(self.g)
        rest = _left_over(dataset_dict, _CORE | dataset_fields().keys())
        known = _CORE_OF_RESOURCE | resource_fields().keys()
        files = [
            {"id": resource["id"], "package_id": dataset_dict.get("id"), **extra}
            for resource in dataset_dict.get("resources") or ()
            if (extra := _left_over(resource, known))
        ]
        if rest or files:
            # First, as it says more of what it finds in the graph already.
            super().graph_from_dataset({**rest, "resources": files}, dataset_ref)
        graph.add(self.g, describe(dataset_dict, self._place(dataset_dict, dataset_ref)))

    def _place(self, record: Mapping[str, Any], ref: Any) -> Place:
        site = catalog_uri().rstrip("/")
        resources = record.get("resources") or ()
        dictionary = tk.config["ckan.site_url"].rstrip("/") + "/api/3/action/datastore_info?id="
        return Place(
            dataset=str(ref),
            page=f"{site}/dataset/{record['name']}" if record.get("name") else "",
            publisher=self._publisher(record, site),
            resources={
                each["id"]: resource_uri({**each, "package_id": record.get("id")})
                for each in resources
                if each.get("id")
            },
            dictionaries={
                each["id"]: dictionary + each["id"]
                for each in resources
                if each.get("datastore_active") and each.get("id")
            },
        )

    def _publisher(self, record: Mapping[str, Any], site: str) -> dict[str, Any]:
        """Return the office as it is named now: the search index may hold an older name."""
        known = getattr(self.g, "pcio_offices", None)
        if known is None:
            known = self.g.pcio_offices = offices()
        office = known.get(record.get("owner_org") or "") or record.get("organization")
        said = publisher(site, office)
        if said and record.get("organization"):
            said["uri"] = publisher_uri_organization_fallback(record) or said["uri"]
        return said

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: Any) -> None:
        """Add the catalog with what DCAT-AP 3 asks of one."""
        _bind(self.g)
        rules, given = mapping(), catalog_dict or {}
        site = tk.config["ckan.site_url"]
        title = given.get("title") or tk.config.get("ckan.site_title") or site
        node = Node(str(catalog_ref), (rules.iri("dcat:Catalog"),))
        node.add(rules.iri("dct:title"), text_object(title))
        about = given.get("description") or tk.config.get("ckan.site_description") or title
        node.add(rules.iri("dct:description"), text_object(about))
        homepage = Iri(safe_iri(given.get("homepage") or site), (rules.iri("foaf:Document"),))
        node.add(rules.iri("foaf:homepage"), homepage)
        languages = rules.concepts["data_language"]
        key = "english" if str(tk.config.get("ckan.locale_default")).startswith("en") else "thai"
        node.add(rules.iri("dct:language"), Iri(languages.uris[key], (languages.type,)))
        province = Node("", (rules.iri("foaf:Agent"), rules.iri("foaf:Organization")))
        province.add(rules.iri("foaf:name"), text_object(tk.config["ckanext.pcio.province_name"]))
        node.add(rules.iri("dct:publisher"), province)
        themes = next(iter(rules.themes.values())).uri.rpartition("/")[0]
        node.add(rules.iri("dcat:themeTaxonomy"), Iri(themes, (rules.iri("skos:ConceptScheme"),)))
        changed = newest_change()
        if changed is not None:
            moment = Text(changed.isoformat() + "+00:00", None, rules.iri("xsd:dateTime"))
            node.add(rules.iri("dct:modified"), moment)
        graph.add(self.g, node)
        name = Text("EU data themes", "en")
        scheme = Node(themes, (), {rules.iri("dct:title"): [name]})
        graph.add(self.g, scheme)

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Any) -> dict[str, Any]:
        """Return the dataset a graph describes; what is not understood is left out and logged."""
        found = super().parse_dataset(dataset_dict, dataset_ref)
        said = read(graph.node_of(self.g, dataset_ref))
        for warning in said.warnings:
            _log.warning("%s: %s", dataset_ref, warning.text("en"))
        for key in (*dataset_fields(), *_NOT_KEPT):
            found.pop(key, None)
        files = {each.get("uri"): each for each in found.get("resources") or () if each.get("uri")}
        found["extras"] = [extra for extra in found.get("extras") or () if _is_news(extra)]
        resources = said.record.pop("resources")
        found.update(said.record)
        found["resources"] = [
            {**_others(files.get(each.get("uri"), {})), **each} for each in resources
        ]
        return found


def _is_news(extra: Mapping[str, Any]) -> bool:
    """Whether an extra says something no field says."""
    site = tk.config.get("ckan.site_url")
    if extra["key"] == "homepage" and extra["value"] == site:
        return False  # the parent's word for "none was given"
    return extra["key"] not in _READ_BY_US


def _others(resource: Mapping[str, Any]) -> dict[str, Any]:
    known = resource_fields().keys() | set(_NOT_KEPT_OF_RESOURCE)
    return {key: value for key, value in resource.items() if key not in known}


def _bind(target: Any) -> None:
    """Name the name spaces once for a graph, as the mapping does."""
    if getattr(target, "pcio_bound", False):
        return
    for prefix, namespace in mapping().prefixes.items():
        target.bind(prefix, URIRef(namespace), replace=True)
    target.pcio_bound = True
