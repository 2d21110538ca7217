"""The metadata schema as data (`schemas/dataset.yaml`), for code that runs without CKAN."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import read_yaml


@lru_cache(maxsize=1)
def _schema() -> Mapping[str, Any]:
    return read_yaml(SCHEMAS_DIR / "dataset.yaml")


@lru_cache(maxsize=1)
def dataset_fields() -> Mapping[str, Mapping[str, Any]]:
    """Return the dataset fields by name, in the form's order."""
    return {field["field_name"]: field for field in _schema()["dataset_fields"]}


@lru_cache(maxsize=1)
def resource_fields() -> Mapping[str, Mapping[str, Any]]:
    """Return the resource fields by name, in the form's order."""
    return {field["field_name"]: field for field in _schema()["resource_fields"]}


@lru_cache(maxsize=8)
def dataset_fields_of(preset: str) -> tuple[str, ...]:
    """Return the names of the dataset fields with this preset ("pcio_terms", ...)."""
    return tuple(name for name, field in dataset_fields().items() if field.get("preset") == preset)


@lru_cache(maxsize=8)
def resource_fields_of(preset: str) -> tuple[str, ...]:
    """Return the names of the resource fields with this preset."""
    return tuple(name for name, field in resource_fields().items() if field.get("preset") == preset)


@lru_cache(maxsize=1)
def types_of_fields() -> Mapping[str, frozenset[str]]:
    """Return, for each dataset field of some data types only, the keys of those types."""
    return {
        name: frozenset(field["pcio_types"])
        for name, field in dataset_fields().items()
        if field.get("pcio_types")
    }


def field_label(field: Mapping[str, Any], language: str) -> str:
    """Return the label of a field in `language` ("th" or "en"); its name where it has none."""
    text = field.get("label") or field["field_name"]
    return text.get(language) or next(iter(text.values())) if isinstance(text, Mapping) else text


def field_vocabulary_name(field: Mapping[str, Any]) -> str:
    """Return the name of the vocabulary a field takes its values from."""
    return field.get("pcio_vocabulary") or field["field_name"]
