"""The dictionary as a form: rows of fields, which work with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ckanext.pcio.standard.columns import MOST_COLUMNS, PARTS, Column, as_records

_OVERRIDE = "type_override"
_FIELDS = (*PARTS, _OVERRIDE)
_BUTTON = re.compile(r"(remove|up|down)-([0-9]{1,4})")
LARGEST = 16_000_000
"""Bytes of the largest form: 1,600 columns with long Thai descriptions, as browsers send them."""


def rows(form: Any) -> list[dict[str, str]]:
    """Return the rows of the form in the order the page has them.

    A field is called `columns-<number>-<part>`; the order of the fields counts, not the number,
    because a page moves rows by moving their fields.
    """
    found: dict[str, dict[str, str]] = {}
    for key in form:
        head, _, rest = key.partition("-")
        number, _, part = rest.partition("-")
        if head == "columns" and part in _FIELDS:
            found.setdefault(number, {})[part] = form[key]
    return list(found.values())[: MOST_COLUMNS + 1]


def written(listed: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return the rows in which anything is written, as `pcio_dictionary_update` takes them."""
    return [dict(row) for row in listed if any(row.get(part, "").strip() for part in PARTS)]


def from_columns(columns: Iterable[Column]) -> list[dict[str, Any]]:
    """Return the columns as rows of the form."""
    return from_records(as_records(columns))


def from_records(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the columns an action told of as rows of the form."""
    answers = {True: "true", False: "false", None: ""}
    return [{**record, "required": answers[record["required"]]} for record in records]


def changed(listed: Sequence[dict[str, str]], wish: str) -> list[dict[str, str]]:
    """Return the rows after a button: `add`, `remove-<place>`, `up-<place>` or `down-<place>`.

    Places count from 0; a button that fits no row changes nothing.
    """
    after = [dict(row) for row in listed]
    if wish == "add":
        return [*after, {}]
    button = _BUTTON.fullmatch(wish)
    if button is None or int(button[2]) >= len(after):
        return after
    verb, place = button[1], int(button[2])
    if verb == "remove":
        del after[place]
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if verb != "remove" and 0 <= other < len(after):
        after[place], after[other] = after[other], after[place]
    return after


def cell_errors(errors: Mapping[str, Any], number: int) -> list[dict[str, list[str]]]:
    """Return the errors of each of `number` rows, by part."""
    told = errors.get("columns")
    listed = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    return [*listed, *({} for _ in range(number))][: max(number, len(listed))]


def sentences(errors: Mapping[str, Any]) -> list[str]:
    """Return the sentences of a refusal that belong to no cell of a row."""
    found: list[str] = []
    for said in errors.values():
        listed = said if isinstance(said, list) else [said]
        found.extend(each for each in listed if isinstance(each, str))
    return found
