"""Sheets and columns of the workbook of metadata (`schemas/workbook.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ckanext.pcio.standard.fields import dataset_fields, field_label, resource_fields
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

from .found import Layout

Part = Literal["dataset", "resource"]
OTHER_KIND = "other"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet."""

    name: str
    """The standard's name of the column, such as `resource_url`."""
    field: str
    """The field it holds, such as `url`."""
    label: Mapping[str, str]
    """Heading in "th" and "en"."""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One of the ten sheets."""

    name: str
    kind: str
    """Key of the data type, such as `record`."""
    part: Part

    def columns(self, layout: Layout) -> tuple[Column, ...]:
        """Return the columns in their order."""
        return _columns(self.kind, self.part, layout)

    @property
    def required(self) -> Sequence[str]:
        """Names of the columns without which the sheet says nothing."""
        return description()[self.part]["required"]

    def by_heading(self) -> Mapping[str, Column]:
        """Return the columns by everything a heading may say, folded."""
        return _by_heading(self.kind, self.part)


@lru_cache(maxsize=1)
def description() -> Mapping[str, Any]:
    """Return the content of schemas/workbook.yaml; raises `SettingsFileError`."""
    return load_yaml(SCHEMAS_DIR / "workbook.yaml", SCHEMAS_DIR / "workbook.schema.json")


@lru_cache(maxsize=1)
def sheets() -> tuple[SheetKind, ...]:
    """Return the ten sheets: those of datasets, then those of resources."""
    parts: tuple[Part, ...] = ("dataset", "resource")
    return tuple(
        SheetKind(entry[part]["sheet"], kind, part)
        for part in parts
        for kind, entry in description()["kinds"].items()
    )


def sheet_of(kind: str | None, part: Part) -> SheetKind:
    """Return the sheet of a data type; that of other types where there is none."""
    found = {sheet.kind: sheet for sheet in sheets() if sheet.part == part}
    return found.get(kind or OTHER_KIND) or found[OTHER_KIND]


def heading_key(text: str) -> str:
    """Return what two spellings of a heading have in common; a star marks required ones."""
    return fold(text.replace("*", ""))


@lru_cache(maxsize=64)
def _columns(kind: str, part: Part, layout: Layout) -> tuple[Column, ...]:
    names = [*_standard_names(kind, part, "2.1" if layout == "2.1" else "2.2")]
    if layout == "pcio":
        told = {description()[part]["fields"].get(name, name) for name in names}
        fields = dataset_fields() if part == "dataset" else resource_fields()
        names += [name for name in (*description()[part]["further"], *fields) if name not in told]
    return tuple(_column(name, part) for name in dict.fromkeys(names))


def _standard_names(kind: str, part: Part, version: str) -> Iterator[str]:
    entry = description()["kinds"][kind]
    for each in description()[part]["first"]:
        if not isinstance(each, str):
            if version in each["layouts"]:
                yield each["column"]
        elif each == "d_type":
            yield entry.get("second", each)
        else:
            yield each
    yield from entry[part]["columns"]


def _column(name: str, part: Part) -> Column:
    field = description()[part]["fields"].get(name, name)
    fields = dataset_fields() if part == "dataset" else resource_fields()
    label = description()["labels"].get(name)
    if label is None:
        label = {lang: field_label(fields[field], lang) for lang in ("th", "en")}
    return Column(name, field, label)


@lru_cache(maxsize=16)
def _by_heading(kind: str, part: Part) -> Mapping[str, Column]:
    found: dict[str, Column] = {}
    columns = _columns(kind, part, "pcio")
    aliases = description()[part]["aliases"]
    # A column's own name means it before another's label or alias does.
    for column in columns:
        found[heading_key(column.name)] = column
    for column in columns:
        for label in column.label.values():
            found.setdefault(heading_key(label), column)
    for column in columns:
        for alias in aliases.get(column.name, ()):
            found.setdefault(heading_key(alias), column)
    return found
