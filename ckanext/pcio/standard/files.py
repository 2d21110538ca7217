"""What the resources of a dataset say together: formats, stars, structure, days. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.pcio.standard import openness
from ckanext.pcio.standard.dates import read_date
from ckanext.pcio.standard.record import mappings, stated_text


@dataclass(frozen=True, slots=True)
class Files:
    """The resources of one dataset, counted. A data dictionary beside data has no say in it."""

    stars: int
    structured: bool
    machine_readable: bool
    formats: tuple[str, ...]
    described: int
    """How many of all resources have a name and a description."""


def live_resources(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the resources of a package dict that are not deleted."""
    return [r for r in mappings(fields.get("resources")) if r.get("state") != "deleted"]


def read_files(resources: Sequence[Mapping[str, Any]], star_table: str) -> Files:
    """Return what `resources` say together; raises `openness.UnknownStarTableError`."""
    # A dictionary in CSV beside a PDF does not make the data structured.
    data = [r for r in resources if not openness.is_dictionary_file(r)] or resources
    formats = tuple(dict.fromkeys(name for r in data for name in openness.resource_formats(r)))
    return Files(
        stars=openness.load_table(star_table).stars(formats),
        structured=any(map(openness.is_structured, formats)),
        machine_readable=any(map(openness.is_machine_readable, formats)),
        formats=formats,
        described=sum(map(is_described, resources)),
    )


def is_described(resource: Mapping[str, Any]) -> bool:
    """Whether a resource has a name and a description."""
    return bool(stated_text(resource.get("name")) and stated_text(resource.get("description")))


def last_update(fields: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> date | None:
    """Return the day of the last update of the data.

    `last_updated_date`; where that says none, the latest `resource_last_updated_date`. CKAN's
    `metadata_modified` is not asked: it says when the description was edited.
    """
    stated = read_date(fields.get("last_updated_date")).day
    if stated is not None:
        return stated
    days = (read_date(resource.get("resource_last_updated_date")).day for resource in resources)
    return max((day for day in days if day is not None), default=None)
