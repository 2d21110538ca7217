"""What the search index and the facets know about the metadata fields.

Field names are those CKAN's own Solr schema has: `vocab_*` is multi-valued and a facet, `extras_*`
is searched as text, anything else is one string. So Solr needs no change for us.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from ckanext.pcio.standard.fields import (
    dataset_fields,
    dataset_fields_of,
    field_label,
    field_vocabulary_name,
)
from ckanext.pcio.standard.values import split_terms
from ckanext.pcio.standard.vocabulary import vocabulary

# Facets of the dataset list whose titles and values are ours, in the order they are shown.
FACETS = (
    "data_type",
    "data_category",
    "update_frequency_unit",
    "geo_coverage",
    "vocab_linkage_method",
    "high_value_dataset",
)
_WITH_VOCABULARY = ("pcio_term", "pcio_terms", "pcio_boolean")
LABELS_FIELD = "extras_pcio_labels"


def index_fields(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the document CKAN is about to index, with our fields in searchable form.

    Several values become a multi-valued `vocab_<field>` and a text; aliases are folded, so that
    one facet value stands for all spellings; English names are searched too.
    """
    document = dict(pkg_dict)
    english: list[str] = []
    for name in dataset_fields_of("pcio_terms"):
        if document.get(name) is None:
            continue
        stored, labels = _read(name, document[name])
        english += labels
        if stored:
            document[f"vocab_{name}"] = stored
        document[name] = document[f"extras_{name}"] = ", ".join(stored)
    for name in dataset_fields_of("pcio_term"):
        if document.get(name):
            stored, labels = _read(name, document[name])
            english += labels
            if len(stored) == 1:
                document[name] = stored[0]
    for name in dataset_fields_of("pcio_boolean"):
        # "False" and "True" as text would be found by no sensible question.
        document.pop(f"extras_{name}", None)
        if document.get(name) == "":
            document.pop(name)
    if english:
        document[LABELS_FIELD] = ", ".join(dict.fromkeys(english))
    return document


def _read(name: str, value: Any) -> tuple[list[str], list[str]]:
    """Return the stored values (aliases folded, unknown ones as they are) and English labels."""
    words = vocabulary(name)
    stored, labels = [], []
    for part in split_terms(words, value):
        term = words.find(part) if isinstance(part, str) else None
        stored.append(term.value if term else str(part))
        if term:
            labels.append(term.en)
    return list(dict.fromkeys(stored)), labels


def facet_titles(language: str) -> dict[str, str]:
    """Return the titles of our facets, by index field, in their order."""
    fields = dataset_fields()
    return {name: field_label(fields[_field(name)], language) for name in FACETS}


def with_facets(facets: MutableMapping[str, str], language: str) -> MutableMapping[str, str]:
    """Return CKAN's facets with ours among them: office and our own first, then the rest.

    Groups and licences say little in a province's catalog, so they come last.
    """
    ours = facet_titles(language)
    first = {name: facets[name] for name in ("organization",) if name in facets}
    rest = {name: title for name, title in facets.items() if name not in first}
    facets.clear()
    facets.update({**first, **ours, **rest})
    return facets


def name_facet_values(search_facets: Mapping[str, Any], language: str) -> None:
    """Give the values of our facets their labels in `language`, in place.

    `search_facets` is that of `package_search`: {field: {"items": [{"name", "display_name"}]}}.
    """
    fields = dataset_fields()
    for name, facet in search_facets.items():
        field = fields.get(_field(name))
        if field is None or field.get("preset") not in _WITH_VOCABULARY:
            continue
        words = vocabulary(field_vocabulary_name(field))
        for item in facet.get("items", ()):
            term = words.find(item.get("name"))
            if term:
                item["display_name"] = term.label(language)


def _field(index_field: str) -> str:
    return index_field.removeprefix("vocab_")
