"""Oddities of real records (dga-standard.md §8): what was read, but is not as it should be.

An oddity refuses nothing. It says which value of which field somebody should look at; what the
codes mean is said in `catalog.oddity_messages`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from ckanext.pcio.catalog.facts import Oddity
from ckanext.pcio.standard import dates, openness, tags, values
from ckanext.pcio.standard.completeness import read_interval
from ckanext.pcio.standard.fields import dataset_fields_of, resource_fields_of, types_of_fields
from ckanext.pcio.standard.record import (
    find_term,
    first_number,
    is_stated,
    mappings,
    read_boolean,
    read_private,
    stated_text,
    text_of,
)
from ckanext.pcio.standard.vocabulary import Vocabulary, vocabularies, vocabulary

LONGEST_VALUE = 200
SHORT_TITLE, LONG_TITLE, SHORT_NOTES = 10, 150, 30

_NAME = re.compile(r"[a-z0-9_-]{2,100}", re.ASCII)
_STATES = ("active", "draft", "deleted")
_GD_COPY = "gdpublish-"
_UNIT_SEPARATORS = re.compile("[,;]")
_TEXTS = ("title", "notes", "maintainer", "maintainer_email", "data_source")
_Found = tuple[str, str, Any]


def find(fields: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> tuple[Oddity, ...]:
    """Return every oddity of one dataset.

    Args:
        fields: the package dict, extras among its fields (`record.flat`).
        resources: its resources.

    """
    return tuple(
        Oddity(code=code, field=field, value=values.shown(value)[:LONGEST_VALUE])
        for code, field, value in _all(fields, resources)
    )


def _all(fields: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> Iterator[_Found]:
    for rule in _DATASET_RULES:
        yield from rule(fields)
    terms = _list_fields()
    updated = dates.read_date(fields.get("last_updated_date")).day
    for position, resource in enumerate(resources):
        for rule in _RESOURCE_RULES:
            for code, field, value in rule(resource):
                yield code, f"resources.{position}.{field}", value
        for code, field, value in _lists(resource, terms.resource):
            yield code, f"resources.{position}.{field}", value
        own = dates.read_date(resource.get("resource_last_updated_date")).day
        if updated and own and own < updated:
            field = f"resources.{position}.resource_last_updated_date"
            yield "resource_older", field, resource.get("resource_last_updated_date")


def _identity(fields: Mapping[str, Any]) -> Iterator[_Found]:
    name = text_of(fields.get("name"))
    if not text_of(fields.get("id")):
        yield "id_missing", "id", ""
    if not name:
        yield "name_missing", "name", ""
    elif not _NAME.fullmatch(name):
        yield "name_not_valid", "name", name
    if name.startswith(_GD_COPY):
        yield "gdcatalog_copy", "name", name
    state = fields.get("state")
    if is_stated(state) and state not in _STATES:
        yield "state_unknown", "state", state
    private = fields.get("private")
    if private is not None and not isinstance(private, bool):
        readable = values.is_blank(private) or read_private(private) is not None
        yield ("private_as_text" if readable else "private_unreadable"), "private", private


def _wording(fields: Mapping[str, Any]) -> Iterator[_Found]:
    for field in _TEXTS:
        value = fields.get(field)
        if isinstance(value, (list, dict, bool)) and value and not text_of(value):
            yield "text_expected", field, value
        elif (text := text_of(value)) and not stated_text(value):
            yield "only_dash", field, text
    title, notes = stated_text(fields.get("title")), stated_text(fields.get("notes"))
    if title and title == text_of(fields.get("name")):
        yield "title_is_name", "title", title
    if 0 < len(title) < SHORT_TITLE:
        yield "title_short", "title", title
    if len(title) > LONG_TITLE:
        yield "title_long", "title", title
    if 0 < len(notes) < SHORT_NOTES:
        yield "notes_short", "notes", notes
    condition = stated_text(fields.get("accessible_condition"))
    if openness.restricts(condition):
        yield "condition_stated", "accessible_condition", condition


def _tags(fields: Mapping[str, Any]) -> Iterator[_Found]:
    written = fields.get("tags")
    if isinstance(written, list):
        names = [tag for tag in written if isinstance(tag, str)]
        names += [text_of(tag.get("name")) for tag in mappings(written)]
    else:
        names = tags.split_tags(text_of(written))
    names += tags.split_tags(text_of(fields.get("tag_string")))
    for name in names:
        if name and tags.tag_problem(name):
            yield "tag_odd", "tags", name


def _booleans(fields: Mapping[str, Any]) -> Iterator[_Found]:
    for field in dataset_fields_of("pcio_boolean"):
        if field in fields and fields[field] is not None:
            yield from _boolean(field, fields[field])


def _boolean(field: str, value: Any) -> Iterator[_Found]:
    if isinstance(value, str) and not value.strip():
        yield "boolean_blank", field, value
    elif read_boolean(value) is None:
        yield "boolean_unreadable", field, value


def _lists(fields: Mapping[str, Any], names: Sequence[tuple[str, Vocabulary]]) -> Iterator[_Found]:
    for field, words in names:
        value = fields.get(field)
        if value and is_stated(value):
            yield from _list(field, words, value)


def _list(field: str, words: Vocabulary, value: Any) -> Iterator[_Found]:
    if words.multiple and isinstance(value, str):
        yield "list_as_text", field, value
    for part in values.split_terms(words, value) if words.multiple else [value]:
        term = find_term(words, part)
        if term is None:
            code = "license_unknown" if field == "license_id" else "value_unknown"
            yield code, field, part
        elif term.not_present:
            yield "license_not_specified", field, part
        elif part != term.value and text_of(part) != term.value:
            yield "other_spelling", field, part


def _frequency(fields: Mapping[str, Any]) -> Iterator[_Found]:
    value = fields.get("update_frequency_interval")
    if is_stated(value) and read_interval(value) is None:
        number = first_number(value)
        code = "interval_unreadable" if number is None else "interval_in_words"
        yield code, "update_frequency_interval", value


def _dataset_lists(fields: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _lists(fields, _list_fields().dataset)
    kind = find_term(vocabulary("data_type"), fields.get("data_type"))
    if kind is None:
        return
    for field, types in types_of_fields().items():
        value = fields.get(field)
        if value and kind.key not in types and is_stated(value) and value != "False":
            yield "field_of_other_type", field, value


def _dates(fields: Mapping[str, Any]) -> Iterator[_Found]:
    for field in dataset_fields_of("pcio_date"):
        yield from _date(field, fields.get(field))
    updated, created = _day(fields, "last_updated_date"), _day(fields, "created_date")
    if updated and created and updated < created:
        yield "updated_before_created", "last_updated_date", fields.get("last_updated_date")
    yield from _years(fields, "", updated)


def _resource_dates(resource: Mapping[str, Any]) -> Iterator[_Found]:
    for field in (*resource_fields_of("pcio_date"), "created", "last_modified"):
        yield from _date(field, resource.get(field))
    updated = _day(resource, "resource_last_updated_date")
    stated = _day(resource, "resource_created_date")
    uploaded = _day(resource, "created")
    if updated and stated and updated < stated:
        code = "updated_before_created"
        yield code, "resource_last_updated_date", resource.get("resource_last_updated_date")
    elif updated and uploaded and updated < uploaded:
        code = "updated_before_uploaded"
        yield code, "resource_last_updated_date", resource.get("resource_last_updated_date")
    released = _day(resource, "resource_data_release_calendar")
    if released and uploaded and released < uploaded:
        field = "resource_data_release_calendar"
        yield "released_before_uploaded", field, resource.get(field)
    yield from _years(resource, "resource_", updated)


def _day(fields: Mapping[str, Any], field: str) -> date | None:
    value = fields.get(field)
    return dates.read_date(value).day if value else None


def _date(field: str, value: Any) -> Iterator[_Found]:
    if not value:
        return
    reading = dates.read_date(value)
    if reading.form == "unreadable":
        yield "date_unreadable", field, value
        return
    if reading.buddhist:
        yield "date_buddhist", field, value
    if reading.form == "words":
        yield "date_in_words", field, value
    elif reading.form == "slashed":
        yield "date_other_form", field, value


def _years(fields: Mapping[str, Any], prefix: str, updated: date | None) -> Iterator[_Found]:
    read: list[int | None] = []
    for field in (f"{prefix}first_year_of_data", f"{prefix}last_year_of_data"):
        value = fields.get(field)
        reading = dates.read_year(value)
        if reading.reason is not None:
            year = text_of(value)
            gregorian = year.isdigit() and not dates.is_buddhist_year(int(year[:9]))
            is_year = gregorian and len(year) == 4  # noqa: PLR2004 - digits of a year
            yield ("year_gregorian" if is_year else "year_unreadable"), field, value
        if reading.year in dates.placeholder_years():
            yield "year_placeholder", field, value
        read.append(reading.year)
    first, last = read
    if first and last and first > last:
        yield "years_reversed", f"{prefix}first_year_of_data", fields[f"{prefix}first_year_of_data"]
    if updated and last and updated.year + dates.BUDDHIST_OFFSET < last:
        field = f"{prefix}last_updated_date"
        yield "updated_before_last_year", field, fields[field]


def _units(fields: Mapping[str, Any], prefix: str = "") -> Iterator[_Found]:
    unit = stated_text(fields.get(f"{prefix}unit_of_measure"))
    if _UNIT_SEPARATORS.search(unit):
        yield "several_units", f"{prefix}unit_of_measure", unit
    if unit and not is_stated(fields.get(f"{prefix}unit_of_multiplier")):
        yield "multiplier_blank", f"{prefix}unit_of_multiplier", ""


def _resource_units(resource: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _units(resource, "resource_")
    condition = stated_text(resource.get("resource_accessible_condition"))
    if openness.restricts(condition):
        yield "condition_stated", "resource_accessible_condition", condition
    official = resource.get("resource_official_statistics")
    if official is not None:
        yield from _boolean("resource_official_statistics", official)


def _format(resource: Mapping[str, Any]) -> Iterator[_Found]:
    stated = text_of(resource.get("format"))
    names = openness.normalize_format(stated)
    if not names:
        yield "format_blank", "format", stated
    elif names == ("API",):
        yield "format_api", "format", stated
    elif not all(map(openness.is_known_format, names)):
        yield "format_unknown", "format", stated


def _dictionary(resource: Mapping[str, Any]) -> Iterator[_Found]:
    columns = datastore_columns(resource)
    if columns and not all(map(is_described, columns)):
        blank = next(column for column in columns if not is_described(column))
        yield "dictionary_blank", "datastore_fields", text_of(blank.get("id"))


def datastore_columns(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the columns of a resource's DataStore table without CKAN's own ("_id")."""
    return [
        column
        for column in mappings(resource.get("datastore_fields"))
        if not text_of(column.get("id")).startswith("_")
    ]


def is_described(column: Mapping[str, Any]) -> bool:
    """Whether a column has name, type and description (DGS31-14; design.md §4)."""
    info = column.get("info")
    info = info if isinstance(info, (dict, Mapping)) else {}
    kind = stated_text(column.get("type")) or stated_text(info.get("type_override"))
    described = stated_text(info.get("notes")) or stated_text(info.get("label"))
    return bool(text_of(column.get("id")) and kind and described)


class _ListFields:
    """The fields that hold values of a vocabulary, of a dataset and of a resource."""

    def __init__(self) -> None:
        known = [(n, w) for n, w in vocabularies().items() if w.name not in _NOT_LISTS]
        self.dataset = [(n, w) for n, w in known if not n.startswith("resource_")]
        self.resource = [(n, w) for n, w in known if n.startswith("resource_")]


_NOT_LISTS = ("boolean", "allow_harvest")


@lru_cache(maxsize=1)
def _list_fields() -> _ListFields:
    return _ListFields()


_Rule = Callable[[Mapping[str, Any]], Iterator[_Found]]
_DATASET_RULES: Sequence[_Rule] = (
    *(_identity, _wording, _tags, _booleans, _dataset_lists, _frequency, _dates, _units),
)
_RESOURCE_RULES: Sequence[_Rule] = (_format, _resource_dates, _resource_units, _dictionary)
