"""The files of an export: a workbook, CSV of datasets or of their files, JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.fields import dataset_fields, field_label, resource_fields
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import mappings
from ckanext.pcio.standard.workbook import writing

Packages = Iterable[Mapping[str, Any]]

_MARK = "\ufeff"
_OFFICE = N_("Office")
_PRIVATE = N_("Private")
_IDENTIFIER = N_("Identifier")
_DATASET = N_("Dataset")
_NAME = N_("Name in the web address")


@dataclass(frozen=True)
class Form:
    """One kind of file."""

    key: str
    suffix: str
    mimetype: str
    label: str
    meaning: str
    write: Callable[[Packages, BinaryIO, str], None]


def _workbook(packages: Packages, target: BinaryIO, language: str) -> None:
    writing.write((_with_office_name(each) for each in packages), target, language=language)


def _with_office_name(package: Mapping[str, Any]) -> dict[str, Any]:
    """Name the office by what another portal may know it by."""
    organization = package.get("organization") or {}
    return {**package, "owner_org": organization.get("name") or package.get("owner_org")}


def _json_lines(packages: Packages, target: BinaryIO, _language: str) -> None:
    for package in packages:
        line = json.dumps(package, ensure_ascii=False, sort_keys=True, default=str)
        target.write(line.encode("utf-8", "replace") + b"\n")


def _datasets(packages: Packages, target: BinaryIO, language: str) -> None:
    fields = {
        name: each
        for name, each in dataset_fields().items()
        if name not in ("owner_org", "tag_string", "name", "title")
    }
    titled = dataset_fields()
    headings = [
        *(field_label(titled["title"], language), Message(_OFFICE).text(language)),
        *(field_label(each, language) for each in fields.values()),
        field_label(titled["tag_string"], language),
        *(Message(word).text(language) for word in (_PRIVATE, _NAME, _IDENTIFIER)),
    ]
    rows = (
        [
            *(package.get("title"), _office(package)),
            *(_shown(package.get(name)) for name in fields),
            ", ".join(str(tag.get("name")) for tag in mappings(package.get("tags"))),
            *(package.get("private"), package.get("name"), package.get("id")),
        ]
        for package in packages
    )
    _csv(headings, rows, target)


def _resources(packages: Packages, target: BinaryIO, language: str) -> None:
    fields = resource_fields()
    headings = [
        *(Message(_DATASET).text(language), Message(_OFFICE).text(language)),
        *(field_label(each, language) for each in fields.values()),
        *(Message(word).text(language) for word in (_NAME, _IDENTIFIER)),
    ]
    rows = (
        [
            *(package.get("title"), _office(package)),
            *(_shown(resource.get(name)) for name in fields),
            *(package.get("name"), resource.get("id")),
        ]
        for package in packages
        for resource in mappings(package.get("resources"))
    )
    _csv(headings, rows, target)


def _office(package: Mapping[str, Any]) -> str:
    organization = package.get("organization") or {}
    return organization.get("title") or organization.get("name") or ""


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _csv(headings: Iterable[str], rows: Iterable[Iterable[Any]], target: BinaryIO) -> None:
    text = io.TextIOWrapper(target, encoding="utf-8", errors="replace", newline="")
    text.write(_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    text.flush()
    text.detach()


FORMS: Mapping[str, Form] = {
    form.key: form
    for form in (
        Form(
            "workbook",
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            N_("Excel workbook of the standard"),
            N_("All sheets of the standard, complete enough to be changed and imported back."),
            _workbook,
        ),
        Form(
            "datasets",
            ".csv",
            "text/csv",
            N_("CSV of datasets"),
            N_("One row for each dataset, for a spreadsheet or a program."),
            _datasets,
        ),
        Form(
            "resources",
            ".csv",
            "text/csv",
            N_("CSV of files"),
            N_("One row for each file of the datasets."),
            _resources,
        ),
        Form(
            "jsonl",
            ".jsonl",
            "application/x-ndjson",
            N_("JSON lines"),
            N_("Whole records for another CKAN portal, one on each line."),
            _json_lines,
        ),
    )
}
