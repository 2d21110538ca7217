"""The sample province as CKAN dicts and files: pure, and the same for the same base date.

Dates are counted back from the base date, so that what is current on the day of loading is
current, and what is stale is stale.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from ckanext.pcio.portal.demo import files
from ckanext.pcio.portal.demo.source import Province, Values, province
from ckanext.pcio.portal.demo.tables import Column, Table, build_table, seeded
from ckanext.pcio.standard.dates import BUDDHIST_OFFSET
from ckanext.pcio.standard.vocabulary import Term, vocabulary

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "pcio.example.org")
_YEARS_COVERED = 8
_DAYS_COLLECTED = 900
# Units whose figures of a year are complete only after it has ended.
_YEARLY = frozenset({"year", "half_year"})
_MEDIA = {
    "CSV": ("csv", "text/csv"),
    "XLSX": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "GeoJSON": ("geojson", "application/geo+json"),
    "PDF": ("pdf", "application/pdf"),
}

Package = dict[str, Any]


def sample_id(kind: str, name: str) -> str:
    """Return the UUID of a thing of the sample province; always the same for the same name."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


@dataclass(frozen=True)
class SampleFile:
    """One resource: its CKAN dict, and how to make its content unless it is a link."""

    resource: dict[str, Any]
    filename: str | None = None
    mimetype: str | None = None
    make: Callable[[], bytes] | None = None

    @property
    def id(self) -> str:
        """The resource's id."""
        return self.resource["id"]

    @property
    def in_datastore(self) -> bool:
        """Whether the rows go to the DataStore too."""
        return "datastore_fields" in self.resource


@dataclass(frozen=True)
class SampleDataset:
    """One dataset of the sample province as of a base date."""

    entry: Values
    base_date: date
    province: Province

    @property
    def name(self) -> str:
        """The dataset's name, as in its URL."""
        return self.entry["name"]

    @property
    def id(self) -> str:
        """The dataset's id."""
        return sample_id("dataset", self.name)

    @cached_property
    def updated(self) -> date:
        """The day the data was last updated."""
        return self.base_date - timedelta(days=self.entry["updated"])

    @cached_property
    def last_year(self) -> int:
        """The last year (B.E.) the data covers."""
        unit, _ = self._frequency
        year = self.updated.year + BUDDHIST_OFFSET
        return year - 1 if unit.key in _YEARLY else year

    @cached_property
    def table(self) -> Table:
        """The rows behind the dataset's files."""
        return build_table(self.entry, self.province, self.updated, self.last_year)

    @cached_property
    def package(self) -> Package:
        """The dataset as `package_create` takes it and `package_show` gives it."""
        entry, office = self.entry, self.province.office(self.entry["office"])
        access = entry.get("access", "open")
        package: Package = {
            "id": self.id,
            "name": self.name,
            "type": "dataset",
            "title": entry["title"],
            "owner_org": sample_id("office", office["name"]),
            "maintainer": office["unit"],
            "maintainer_email": f"{office['mail']}@{self.province.mail_host}",
            "notes": entry["notes"],
            "data_source": entry["source"],
            "last_updated_date": self.updated.isoformat(),
            "state": "draft" if entry.get("waiting") == "draft" else "active",
            **self.province.types[entry["type"]],
            **self.province.access[access],
            **self._update_frequency(),
            **self._fields_of_type(),
            **self._linkage(),
        }
        package["private"] = (package["private"] or "waiting" in entry) and "listed" not in entry
        if "copy_of" in entry:
            package["reference_url_catalog"] = (
                f"https://{entry['copy_of']}.catalog.example.org/dataset/{self.name}"
            )
        tags = [*entry["tags"], self.province.phrases["sample_short"]]
        package["tags"] = [{"name": tag} for tag in tags]
        package["groups"] = [{"name": self.province.groups[entry["group"]]["name"]}]
        package.update(entry.get("set", {}))
        for field in entry.get("omit", ()):
            package.pop(field, None)
        package["resources"] = [file.resource for file in self.files]
        return package

    @cached_property
    def files(self) -> tuple[SampleFile, ...]:
        """The dataset's resources, in the order they are shown."""
        return tuple(self._file(token) for token in self.entry["files"])

    @property
    def rows_for_datastore(self) -> list[dict[str, Any]]:
        """The table as records of the DataStore, cells as in the CSV file."""
        remark = self.province.phrases["sample_short"]
        return [
            {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}
            | {"remark": remark}
            for row in self.table.rows
        ]

    @property
    def _frequency(self) -> tuple[Term, str]:
        number, _, unit = self.entry["every"].partition(" ")
        if not number.isdigit():
            number, unit = "", self.entry["every"]
        term = vocabulary("update_frequency_unit").find(unit)
        if term is None:
            raise ValueError(f"{self.name}: {unit!r} is not a unit of update frequency")
        return term, number

    def _update_frequency(self) -> Package:
        unit, interval = self._frequency
        fields = {"update_frequency_unit": unit.value}
        if interval:
            fields["update_frequency_interval"] = interval
        if "every_other" in self.entry:
            fields["update_frequency_unit_other"] = self.entry["every_other"]
        return fields

    def _fields_of_type(self) -> Package:
        """Return the dates, years and bounds that belong to the dataset's type."""
        kind = self.entry["type"]
        if kind == "statistics":
            return {
                "first_year_of_data": str(self.last_year - _YEARS_COVERED),
                "last_year_of_data": str(self.last_year),
                "data_release_calendar": self.updated.isoformat(),
                "unit_of_measure": self.entry["unit"],
            }
        if kind == "geospatial":
            districts = self.province.districts
            return {
                "west_bound_longitude": f"{min(d.west for d in districts):.4f}",
                "east_bound_longitude": f"{max(d.east for d in districts):.4f}",
                "north_bound_longitude": f"{max(d.north for d in districts):.4f}",
                "south_bound_longitude": f"{min(d.south for d in districts):.4f}",
                "data_release_date": self.updated.isoformat(),
            }
        age = int(_DAYS_COLLECTED * (1 + seeded(self.name, "created").random()))
        return {"created_date": (self.updated - timedelta(days=age)).isoformat()}

    def _linkage(self) -> Package:
        linkage = self.entry.get("linkage")
        if not linkage:
            return {}
        fields: Package = {
            "linkage_method": [_value("linkage_method", key) for key in linkage.get("methods", ())],
            "linkage_status": _value("linkage_status", linkage["status"]),
            "data_steward": self.province.office(self.entry["office"])["unit"],
        }
        if "database" in linkage:
            fields["source_database"] = linkage["database"]
        return fields

    def _file(self, token: str) -> SampleFile:
        spec = self.province.files[token]
        words = {"title": self.entry["title"], "name": self.name}
        resource: dict[str, Any] = {
            "id": sample_id("resource", f"{self.name}/{token}"),
            "package_id": self.id,
            "name": spec["name"].format(**words),
            "description": spec["description"],
            "format": spec["format"],
            "resource_last_updated_date": self.updated.isoformat(),
        }
        if "resource_type" in spec:
            resource["resource_type"] = spec["resource_type"]
        if "datastore" in spec:
            resource["datastore_active"] = True
            resource["datastore_fields"] = self._datastore_fields(spec["datastore"] == "labelled")
        if "url" in spec:
            return SampleFile(resource | {"url": spec["url"].format(**words)})
        extension, mimetype = _MEDIA[spec["format"]]
        suffix = "-dictionary" if token == "dictionary" else ""  # noqa: S105 - a kind of file
        filename = f"sample-{self.name}{suffix}.{extension}"
        resource |= {"url": filename, "url_type": "upload", "mimetype": mimetype}
        return SampleFile(resource, filename, mimetype, partial(self._content, token))

    def _datastore_fields(self, labelled: bool) -> list[dict[str, Any]]:
        phrases = self.province.phrases
        remark = Column("remark", phrases["sample_column"], phrases["sample"], "text")
        return [
            {"id": column.id, "type": column.type}
            | ({"info": {"label": column.label, "notes": column.notes}} if labelled else {})
            for column in (*self.table.columns, remark)
        ]

    def _content(self, token: str) -> bytes:
        phrases = self.province.phrases
        heading = files.Heading(
            title=self.entry["title"],
            office=self.province.office(self.entry["office"])["title"],
            notes=self.entry["notes"],
            source=self.entry["source"],
            updated=self.updated,
        )
        if token == "dictionary":  # noqa: S105 - a kind of file
            return files.dictionary_bytes(self.table, phrases)
        match self.province.files[token]["format"]:
            case "XLSX":
                return files.xlsx_bytes(self.table, heading, phrases)
            case "PDF":
                return files.pdf_bytes(self.table, heading, phrases)
            case "GeoJSON":
                kind = self.entry.get("geometry", "point")
                return files.geojson_bytes(self.table, kind, self.name, phrases)
            case _:
                return files.csv_bytes(self.table, phrases)


def _value(field: str, key: str) -> str:
    term = vocabulary(field).by_key(key)
    if term is None:
        raise ValueError(f"{key!r} is not a key of the vocabulary {field}")
    return term.value


def sample_datasets(base_date: date, source: Province | None = None) -> Iterator[SampleDataset]:
    """Yield every dataset of the sample province (or of `source`) as of `base_date`."""
    source = source or province()
    for entry in source.datasets:
        yield SampleDataset(entry, base_date, source)


def sample_offices(source: Province | None = None) -> list[Package]:
    """Return the offices as dicts for `organization_create`."""
    return [
        {
            "id": sample_id("office", office["name"]),
            "name": office["name"],
            "title": office["title"],
            "description": office["description"],
        }
        for office in (source or province()).offices
    ]


def sample_groups(source: Province | None = None) -> list[Package]:
    """Return the seven groups as dicts for `group_create`."""
    return [
        {"id": sample_id("group", group["name"]), **group}
        for group in (source or province()).groups.values()
    ]
