"""The 14 mandatory items of มรด. 3-1:2565: which are present and valid (design.md §4 "complete").

`License not specified`, a blank, `-` or only spaces is not present. Values of both versions of
the schema (2.1 and 2.2) are valid, and so are their aliases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.pcio.standard import values
from ckanext.pcio.standard.freshness import LONGEST_INTERVAL, UNITS_WITHOUT_INTERVAL
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import (
    find_terms,
    first_number,
    flat,
    is_stated,
    mappings,
    stated_text,
    text_of,
)
from ckanext.pcio.standard.vocabulary import OTHER, Term, Vocabulary, vocabulary

State = Literal["ok", "missing", "invalid"]

_REQUIRED = Message(N_("is required"))


@dataclass(frozen=True, slots=True)
class ItemState:
    """One mandatory item of one dataset."""

    number: int
    code: str
    state: State
    reason: Message | None = None
    """Why the item is not ok; None where it is."""
    value: str = ""
    """What the dataset says, shortened."""


_Finding = tuple[State, Message | None]
_OK: _Finding = ("ok", None)


def check(dataset: Mapping[str, Any]) -> tuple[ItemState, ...]:
    """Return the state of the 14 mandatory items, in the standard's order.

    `dataset` is a package dict with the fields of ckanext-thai_gdc at the top level or among its
    extras. Never raises on anything JSON can hold.
    """
    fields = flat(dataset)
    result = []
    for number, (code, (field, check_item)) in enumerate(_CHECKS.items(), 1):
        state, reason = check_item(field, fields)
        shown = values.shown(fields[field]) if is_stated(fields.get(field)) else ""
        result.append(ItemState(number, code, state, reason, shown))
    return tuple(result)


def not_ok(fields: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of the missing and of the invalid items of `record.flat` fields."""
    missing, invalid = [], []
    for code, (field, check_item) in _CHECKS.items():
        state, _reason = check_item(field, fields)
        if state == "missing":
            missing.append(code)
        elif state == "invalid":
            invalid.append(code)
    return tuple(missing), tuple(invalid)


def read_interval(value: Any) -> int | None:
    """Return the update interval as a number from 1 to 9999, or None."""
    try:
        return int(values.whole_number(text_of(value), 1, LONGEST_INTERVAL))
    except (values.Refused, ValueError):
        return None


def stated_interval(fields: Mapping[str, Any]) -> int | None:
    """Return the number of units between two updates, as far as a dataset states one."""
    value = fields.get("update_frequency_interval")
    if not is_stated(value):
        return None
    return read_interval(value) or first_number(value)


def _not_stated(value: Any) -> _Finding:
    text = text_of(value)
    if not text:
        return ("missing", _REQUIRED)
    nothing = N_('"{value}" says nothing; it counts as left out')
    return ("missing", Message(nothing, {"value": text}))


def _text(field: str, fields: Mapping[str, Any]) -> _Finding:
    value = fields.get(field)
    if stated_text(value):
        return _OK
    if is_stated(value):
        wrong = N_('a text was expected, not "{value}"')
        return ("invalid", Message(wrong, {"value": values.shown(value)}))
    return _not_stated(value)


def _email(field: str, fields: Mapping[str, Any]) -> _Finding:
    state, reason = _text(field, fields)
    if state != "ok":
        return state, reason
    try:
        values.email(stated_text(fields.get(field)))
    except values.Refused as refused:
        return ("invalid", refused.message)
    return _OK


def _organization(field: str, fields: Mapping[str, Any]) -> _Finding:
    organization = fields.get("organization")
    if isinstance(organization, (dict, Mapping)):
        candidates = [organization.get(name) for name in ("id", "name", "title")]
    else:
        candidates = [organization]
    if any(stated_text(value) for value in (fields.get(field), *candidates)):
        return _OK
    return _text(field, fields)


def _tags(field: str, fields: Mapping[str, Any]) -> _Finding:
    tags = fields.get(field)
    if isinstance(tags, list):
        names: list[Any] = [tag for tag in tags if isinstance(tag, str)]
        for tag in mappings(tags):
            names.extend((tag.get("name"), tag.get("display_name")))
        if any(stated_text(name) for name in names):
            return _OK
    if any(stated_text(part) for part in text_of(fields.get("tag_string")).split(",")):
        return _OK
    return _text(field, fields) if isinstance(tags, str) else ("missing", _REQUIRED)


def _term(field: str, fields: Mapping[str, Any]) -> _Finding:
    value = fields.get(field)
    if not is_stated(value):
        return _not_stated(value)
    try:
        term = _words(field).find(values.term(_words(field), value))
    except values.Refused as refused:
        return ("invalid", refused.message)
    if term is not None and term.not_present:
        none = N_('"{value}" says that nothing was chosen')
        return ("missing", Message(none, {"value": term.value}))
    return _other_text(field, fields, (term,))


def _terms(field: str, fields: Mapping[str, Any]) -> _Finding:
    value = fields.get(field)
    if not is_stated(value):
        return _not_stated(value)
    try:
        values.terms(_words(field), value)
    except values.Refused as refused:
        return ("invalid", refused.message)
    terms = find_terms(_words(field), value)
    return _other_text(field, fields, terms) if terms else _not_stated(value)


def _other_text(field: str, fields: Mapping[str, Any], terms: tuple[Term | None, ...]) -> _Finding:
    other = next((term for term in terms if term is not None and term.key == OTHER), None)
    if other is None or stated_text(fields.get(f"{field}_other")):
        return _OK
    unexplained = N_('"{value}" was chosen without the text that says what it is')
    return ("invalid", Message(unexplained, {"value": other.value}))


def _frequency(field: str, fields: Mapping[str, Any]) -> _Finding:
    state, reason = _term(field, fields)
    if state != "ok":
        return state, reason
    words = _words(field)
    unit = find_terms(words, fields.get(field))
    if unit and unit[0].key in UNITS_WITHOUT_INTERVAL:
        return _OK
    interval = fields.get("update_frequency_interval")
    if not is_stated(interval):
        missing = N_("the number of units between two updates is missing")
        return ("missing", Message(missing))
    if read_interval(interval) is None:
        wrong = N_('the update interval "{value}" is not a whole number from 1 to {highest}')
        params = {"value": values.shown(interval), "highest": LONGEST_INTERVAL}
        return ("invalid", Message(wrong, params))
    return _OK


def _words(field: str) -> Vocabulary:
    return vocabulary(field)


_Check = Callable[[str, Mapping[str, Any]], _Finding]
_CHECKS: Mapping[str, tuple[str, _Check]] = {
    "data_type": ("data_type", _term),
    "title": ("title", _text),
    "owner_org": ("owner_org", _organization),
    "maintainer": ("maintainer", _text),
    "maintainer_email": ("maintainer_email", _email),
    "tags": ("tags", _tags),
    "notes": ("notes", _text),
    "objective": ("objective", _terms),
    "update_frequency": ("update_frequency_unit", _frequency),
    "geo_coverage": ("geo_coverage", _term),
    "data_source": ("data_source", _text),
    "data_format": ("data_format", _terms),
    "data_category": ("data_category", _term),
    "license_id": ("license_id", _term),
}
# Item codes in the standard's order; an item's number is its place.
CODES = tuple(_CHECKS)
