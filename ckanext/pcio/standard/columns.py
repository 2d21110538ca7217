"""Columns of a table and what a data dictionary says of them (DGS31-14; design.md §4). Pure.

The words (types, headings of files, other tools' spellings) are in `schemas/dictionary.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import mappings, read_boolean, stated_text, text_of
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.values import storable
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

MOST_COLUMNS = 1600
"""PostgreSQL takes no more in one table; nor does a dictionary."""
LENGTHS: Mapping[str, int] = {"name": 200, "label": 200, "description": 2000, "example": 500}
"""Longest text of each part, in characters."""
OTHER = "other"
_NESTED = "object"
# "varchar(100)", "NUMBER (10, 2)", "character varying(20)[]"
_LENGTH = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True)
class Column:
    """What a data dictionary says of one column."""

    name: str
    type: str = ""
    """Key of a type in `schemas/dictionary.yaml`; "" where it is not told."""
    label: str = ""
    """The name as people read it, where the column's own is a code."""
    description: str = ""
    required: bool | None = None
    """Whether every row has a value; None where it is not told."""
    example: str = ""


PARTS = tuple(part.name for part in fields(Column))


def is_described(column: Column) -> bool:
    """Whether a column has name, type and description; a label tells what it is, too."""
    told = stated_text(column.description) or stated_text(column.label)
    return bool(column.name and column.type and told)


def described(columns: Iterable[Column]) -> bool:
    """Whether these are a data dictionary: one column at least, and every one described."""
    listed = list(columns)
    return bool(listed) and all(map(is_described, listed))


@dataclass(frozen=True)
class ColumnType:
    """A type a column may have."""

    key: str
    th: str
    en: str

    def label(self, language: str = "th") -> str:
        """Return the label in `language` ("th" or "en")."""
        return self.en if language == "en" else self.th


@dataclass(frozen=True)
class Words:
    """What `schemas/dictionary.yaml` says. Spellings are folded (`standard.thai.fold`)."""

    types: Mapping[str, ColumnType]
    spellings: Mapping[str, str]
    """Key of the type by each of its spellings."""
    overrides: Mapping[str, str]
    """Type by what CKAN's `type_override` may say."""
    headings: Mapping[str, Mapping[str, str]]
    """Heading of each part by language, in the order files have them."""
    heading_spellings: Mapping[str, str]
    """Part by each spelling of its heading."""
    required: Mapping[str, bool]
    """What "required" means by its spelling."""
    required_written: Mapping[str, Mapping[bool, str]]


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the words of data dictionaries; raises `SettingsFileError`."""
    content = load_yaml(SCHEMAS_DIR / "dictionary.yaml", SCHEMAS_DIR / "dictionary.schema.json")
    types = content["types"]
    headings = content["headings"]
    required = content["required"]
    return Words(
        types={each["key"]: ColumnType(each["key"], each["th"], each["en"]) for each in types},
        spellings={
            fold(word): each["key"]
            for each in types
            for word in (each["key"], each["th"], each["en"], *each["postgres"], *each["aliases"])
        },
        overrides={each["value"]: each["type"] for each in content["overrides"]},
        headings={part: {"th": each["th"], "en": each["en"]} for part, each in headings.items()},
        heading_spellings={
            fold(word): part
            for part, each in headings.items()
            for word in (each["th"], each["en"], *each["aliases"])
        },
        required={
            **{fold(word): True for word in required["yes"]},
            **{fold(word): False for word in required["no"]},
        },
        required_written={
            language: {True: answers["yes"], False: answers["no"]}
            for language, answers in required["written"].items()
        },
    )


def read_type(text: str) -> str | None:
    """Return the key of the type `text` names; "" for none; None where it is not known."""
    stated = stated_text(text)
    if not stated:
        return ""
    known = words().spellings
    found = known.get(fold(stated)) or known.get(fold(_LENGTH.sub("", stated)))
    if found is None and (stated.startswith("_") or stated.endswith("[]")):
        return _NESTED  # PostgreSQL's arrays
    return found


def type_label(key: str, language: str = "th") -> str:
    """Return the label of a type; a key that is no longer known stays as it is."""
    known = words().types.get(key)
    return known.label(language) if known else key


def line(value: Any) -> str:
    """Return `value` as one line of text that every store and file can hold."""
    return plain(storable(text_of(value)))


def paragraph(value: Any) -> str:
    """Return `value` as text of several lines that every store and file can hold."""
    text = storable(text_of(value)).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(plain(each).strip() for each in text.split("\n")).strip()


def from_record(record: Mapping[str, Any]) -> Column:
    """Return the column a stored record or another portal tells of; never refuses.

    A type nobody knows becomes "other".
    """
    kind = read_type(line(record.get("type")))
    return Column(
        name=line(record.get("name")),
        type=OTHER if kind is None else kind,
        label=line(record.get("label")),
        description=paragraph(record.get("description")),
        required=read_boolean(record.get("required")),
        example=line(record.get("example")),
    )


def from_records(records: Any) -> tuple[Column, ...]:
    """Return the columns of a list of records; entries without a name are left out."""
    found = map(from_record, mappings(records))
    return tuple(column for column in found if column.name)


def from_field(field: Mapping[str, Any]) -> Column:
    """Return the column that a field of the DataStore (`id`, `type`, `info`) describes.

    `type_override` says what the publisher means the column to be, so it comes first, as in
    ckanext-thai_gdc.
    """
    info = field.get("info")
    info = info if isinstance(info, Mapping) else {}
    return from_record(
        {
            "name": field.get("id"),
            "type": stated_text(info.get("type_override")) or field.get("type"),
            "label": info.get("label"),
            "description": info.get("notes"),
            "required": info.get("required"),
            "example": info.get("example"),
        }
    )


def from_fields(records: Any) -> tuple[Column, ...]:
    """Return the columns of the DataStore's fields, without CKAN's own ("_id")."""
    found = map(from_field, mappings(records))
    return tuple(column for column in found if column.name and not column.name.startswith("_"))


def as_records(columns: Iterable[Column]) -> list[dict[str, Any]]:
    """Return the columns as they are stored and sent: dicts of `PARTS`."""
    return [asdict(column) for column in columns]


@dataclass(frozen=True)
class Problem:
    """Why a column cannot be kept as it is."""

    row: int
    """Place of the column, from 0."""
    part: str
    message: Message


def problems(columns: Sequence[Column]) -> list[Problem]:
    """Return what stands in the way of keeping `columns`, in their order.

    A description may be absent: a dictionary can be written in several sittings.
    """
    if len(columns) > MOST_COLUMNS:
        many = N_("There are {number} columns; at most {limit} can be kept.")
        count = {"number": f"{len(columns):,}", "limit": f"{MOST_COLUMNS:,}"}
        return [Problem(MOST_COLUMNS, "name", Message(many, count))]
    return list(_problems(columns))


def _problems(columns: Sequence[Column]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row, column in enumerate(columns):
        if not column.name:
            yield Problem(row, "name", Message(N_("Name the column as the file does.")))
        elif column.name in first:
            twice = N_("The column “{name}” is already in row {row}.")
            params = {"name": column.name, "row": first[column.name] + 1}
            yield Problem(row, "name", Message(twice, params))
        else:
            first[column.name] = row
        if column.type and column.type not in words().types:
            yield Problem(row, "type", unknown_type(column.type))
        for part, longest in LENGTHS.items():
            length = len(getattr(column, part))
            if length > longest:
                long = N_("This has {length} characters; at most {limit} can be kept.")
                params = {"length": f"{length:,}", "limit": f"{longest:,}"}
                yield Problem(row, part, Message(long, params))


def unknown_type(text: str) -> Message:
    """Return the sentence that refuses a type."""
    wrong = N_("“{type}” is not a type of column. Use one of: {types}.")
    return Message(wrong, {"type": text[:80], "types": _Types()})


class _Types:
    """The labels of the types, in whatever language the sentence is in."""

    def text(self, language: str) -> str:
        return ", ".join(kind.label(language) for kind in words().types.values())
