"""The shapes in which CKAN and its tools write datasets as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.catalog.readers.reading import SourceError, looks_like_dataset
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.standard.values import shown


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one JSON document."""

    records: list[Any]
    total: int | None = None
    """How many there are in all, where the document says so."""


def records_of(document: Any) -> Batch:
    """Return the records of `document`.

    It may be the answer of package_search (with or without its envelope), package_show or
    current_package_list_with_resources, a list of datasets, or one dataset. Raises `SourceError`
    when it is something else, or an answer that reports a failure.
    """
    if isinstance(document, Mapping) and "success" in document:
        if document["success"] is not True:
            raise SourceError(
                N_("The portal answered with an error: {error}"), error=_error(document)
            )
        document = document.get("result")
    if isinstance(document, list):
        if document and not any(map(looks_like_dataset, document)):
            raise SourceError(
                N_(
                    "The list holds no datasets, only entries such as {value}. Save the result of "
                    "package_search, not of package_list."
                ),
                value=shown(document[0]),
            )
        return Batch(document)
    if isinstance(document, Mapping):
        results = document.get("results")
        if isinstance(results, list):
            total = document.get("count")
            counted = isinstance(total, int) and not isinstance(total, bool)
            return Batch(results, total if counted else None)
        if looks_like_dataset(document):
            return Batch([document])
    raise SourceError(
        N_(
            "This JSON holds no datasets. Wanted is the result of package_search or package_show, "
            "a list of datasets, or JSON lines."
        )
    )


def _error(document: Mapping[str, Any]) -> str:
    error = document.get("error")
    if isinstance(error, Mapping):
        error = error.get("message") or {k: v for k, v in error.items() if k != "__type"}
    return shown(error)
