"""Where on a question something is written, chosen or attached, given what is answered.

A place is a path of codes: "done" (an option), "guidelines.data_catalog" (an option of a field),
"works.identify" (a row of a matrix), "works.roles.internal_use" (a cell), "rows.2" (a row of a
table, from 1). Only what the answer makes the form ask is there: the fields of an option that is
not chosen are not asked.

The shape of an answer is `{"option": code | [codes] | None, "values": {...}}`, where `values`
holds by field code: a text, a number, a bool (tick), an option code (choice), option codes
(choices), a list of `{column: value}` (table), or `{row: {"choice": ..., "fields": {...}}}`
(matrix), whose `choice` is a code, a list where several may be chosen, or `{group: code}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .form import Column, Evidence, Field, Item, Option, Question, Text

Kind = Literal["option", "text", "number", "url", "tick", "choice", "choices", "table", "evidence"]


@dataclass(frozen=True, slots=True)
class Place:
    """One thing the form asks for, and what the answer has there."""

    path: str
    kind: Kind
    text: Text
    value: Any = None
    """What is answered; of a place for evidence always None."""
    required: bool = True
    evidence: Evidence | None = None
    """Of a place for evidence: what may be attached."""
    field: Field | None = None
    options: tuple[Option, ...] = ()


def places(question: Question, answer: Mapping[str, Any]) -> Iterator[Place]:
    """Yield every place `answer` makes the form ask, in the form's order.

    `answer` has the shape told above; parts that have another shape count as not answered.
    """
    values = _mapping(answer.get("values"))
    if question.answer == "fields":
        yield from _fields(question.fields, values, "")
        return
    chosen = codes(answer.get("option"))
    yield Place("", "option", question.text, answer.get("option"), options=question.options)
    for option in question.options:
        taken = option.code in chosen
        if taken and option.evidence:
            yield Place(option.code, "evidence", option.text, evidence=option.evidence)
        if taken or question.answer == "many":
            yield from _fields(option.fields if taken else option.unchosen_fields, values, "")


def every_evidence_place(question: Question) -> frozenset[str]:
    """Return every place of a question where some answer asks for evidence."""
    return frozenset(evidence_texts(question))


def evidence_texts(question: Question) -> Mapping[str, Text]:
    """Return every place where some answer asks for evidence, and the form's words there."""
    found = {option.code: option.text for option in question.options if option.evidence}
    fields = [
        *question.fields,
        *(f for o in question.options for f in (*o.fields, *o.unchosen_fields)),
    ]
    for field in fields:
        found.update(_evidence_below(field, ""))
    return found


def _evidence_below(field: Field, at: str) -> Iterator[tuple[str, Text]]:
    path = f"{at}{field.code}"
    for option in field.options:
        if option.evidence:
            yield f"{path}.{option.code}", option.text
        for inner in option.fields:
            yield from _evidence_below(inner, at)
    for inner in field.fields:
        yield from _evidence_below(inner, at)
    rows = range(1, (field.rows or 0) + 1)
    proofs = [column.text for column in field.columns if column.evidence]
    yield from ((f"{path}.{number}", text) for text in proofs for number in rows)
    for item in field.items:
        row = f"{path}.{item.code}"
        if any(option.evidence for option in item.choices):
            yield from ((f"{row}.{group.code}", item.text) for group in field.groups)
            if not field.groups:
                yield row, item.text
        for inner in (*item.fields, *(f for o in item.choices for f in o.fields)):
            yield from _evidence_below(inner, f"{row}.")


def codes(chosen: Any) -> tuple[str, ...]:
    """Return the option codes of a choice: none, one, or several."""
    if isinstance(chosen, str):
        return (chosen,)
    if isinstance(chosen, Sequence):
        return tuple(code for code in chosen if isinstance(code, str))
    return ()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _fields(fields: Sequence[Field], values: Mapping[str, Any], at: str) -> Iterator[Place]:
    for field in fields:
        yield from _field(field, values, at)


def _field(field: Field, values: Mapping[str, Any], at: str) -> Iterator[Place]:
    path = f"{at}{field.code}"
    value = values.get(field.code)
    text = field.text or Text("", "")
    if field.type == "group":
        yield from _fields(field.fields, values, at)
    elif field.type == "matrix":
        yield from _matrix(field, _mapping(value), path)
    elif field.type in {"choice", "choices"}:
        yield Place(
            path, field.type, text, value, not field.optional, field=field, options=field.options
        )
        yield from _chosen(field.options, codes(value), values, path, at)
    elif field.type == "table":
        yield Place(path, "table", text, value, not field.optional, field=field)
        yield from _rows(field, value, path)
    else:
        yield Place(path, field.type, text, value, not field.optional, field=field)
        if field.type == "tick" and value is True:
            yield from _fields(field.fields, values, at)


def _chosen(
    options: Sequence[Option],
    chosen: Sequence[str],
    values: Mapping[str, Any],
    path: str,
    at: str,
) -> Iterator[Place]:
    for option in options:
        if option.code in chosen:
            if option.evidence:
                place = f"{path}.{option.code}"
                yield Place(place, "evidence", option.text, evidence=option.evidence)
            yield from _fields(option.fields, values, at)


def _rows(field: Field, value: Any, path: str) -> Iterator[Place]:
    rows = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    for number, row in enumerate(rows, 1):
        for column in field.columns:
            if column.evidence and any(_mapping(row).values()):
                place = f"{path}.{number}"
                yield Place(place, "evidence", column.text, evidence=column.evidence)


def _matrix(field: Field, rows: Mapping[str, Any], path: str) -> Iterator[Place]:
    for item in field.items:
        row = _mapping(rows.get(item.code))
        groups: Sequence[Column | None] = field.groups or (None,)
        for group in groups:
            yield from _cell(field, item, group, row, path)
        # Boxes of a row that is not answered are not asked.
        if codes(row.get("choice")) or not item.optional:
            yield from _fields(item.fields, _mapping(row.get("fields")), f"{path}.{item.code}.")


def _cell(
    field: Field, item: Item, group: Column | None, row: Mapping[str, Any], path: str
) -> Iterator[Place]:
    at = f"{path}.{item.code}" + (f".{group.code}" if group else "")
    choice = _mapping(row.get("choice")).get(group.code) if group else row.get("choice")
    kind: Kind = "choices" if field.several else "choice"
    yield Place(at, kind, item.text, choice, not item.optional, field=field, options=item.choices)
    for option in item.choices:
        if option.code in codes(choice):
            if option.evidence:
                yield Place(at, "evidence", item.text, evidence=option.evidence)
            fields = _mapping(row.get("fields"))
            yield from _fields(option.fields, fields, f"{path}.{item.code}.")
