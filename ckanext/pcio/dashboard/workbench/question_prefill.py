"""Filling the answer's form from what somebody else said: a proposal, an office, several. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.survey.form import Field, Question
from ckanext.pcio.survey.places import places


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An answer to which rows of offices were added."""

    answer: Mapping[str, Any]
    added: int
    left: int
    """Rows for which the form has no room, or the answer no table."""


def tables(question: Question, answer: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the tables that `answer` makes the form ask, those of a matrix's rows left out."""
    found = (place.field for place in places(question, answer) if place.kind == "table")
    named = {field.code for field in question.all_fields() if field.type == "table"}
    values = _values(answer)
    return tuple(
        field
        for field in found
        if field is not None and field.code in named and _rows(values.get(field.code)) is not None
    )


def with_rows(
    question: Question, answer: Mapping[str, Any], given: Iterable[Mapping[str, Any]]
) -> Merged:
    """Return `answer` with the rows of the offices' tables behind its own, each row once.

    An answer that says nothing yet is begun with what the first office answers. Rows stay in the
    order of the offices until the form is full.
    """
    others = list(given)
    if not _says_something(answer) and others:
        begun = {**others[0], "values": {**_values(others[0])}}
        for field in tables(question, begun):
            begun["values"][field.code] = []
    else:
        begun = {**answer, "values": {**_values(answer)}}
    added = left = 0
    for other in others:
        for field in tables(question, other):
            rows = list(_rows(begun["values"].get(field.code)) or [])
            fits = field in _tables_asked(question, begun)
            for row in _rows(_values(other).get(field.code)) or []:
                if row in rows:
                    continue
                if fits and len(rows) < (field.rows or len(rows) + 1):
                    rows.append(row)
                    added += 1
                else:
                    left += 1
            if fits:
                begun["values"][field.code] = rows
    return Merged(answer=begun, added=added, left=left)


def _tables_asked(question: Question, answer: Mapping[str, Any]) -> list[Field]:
    return [
        place.field for place in places(question, answer) if place.kind == "table" and place.field
    ]


def _says_something(answer: Mapping[str, Any]) -> bool:
    return bool(answer.get("option")) or bool(_values(answer))


def _values(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    values = answer.get("values")
    return values if isinstance(values, Mapping) else {}


def _rows(value: Any) -> Sequence[Any] | None:
    return value if isinstance(value, list) else None
