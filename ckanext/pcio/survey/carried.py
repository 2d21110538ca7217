"""Where evidence at a row of a table stands after the row was taken over into another answer. Pure.

A piece of evidence at a row (`rows.2`) proves what is written in that row, so it belongs to the
row's content, not to its number. In another answer it stands at the same row: the one whose texts
are equal once spelling variants, white space, digits and case are made the same. Of rows that are
equal several times, the first is carried to the first, and what is beyond the last to the last. A
row that was not taken over, or was changed beyond that, carries nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.pcio.standard.thai import arabic_digits, clean

from .form import Field, Question
from .places import places

Content = tuple[tuple[str, str], ...]


def carried(
    question: Question, place: str, given: Mapping[str, Any], stands: Mapping[str, Any]
) -> str | None:
    """Return where what proves `place` of the answer `given` counts in the answer `stands`.

    A place that is no row of a table is the same place in every answer. None: the row is not in
    `stands`, or there is nothing in it in `given`.
    """
    table, _, number = place.rpartition(".")
    if table not in row_tables(question):
        return place
    theirs, ours = _rows(question, given, table), _rows(question, stands, table)
    content = theirs.get(int(number)) if number.isdecimal() else None
    same = [each for each, found in ours.items() if found == content]
    if not content or not same:
        return None
    before = sum(found == content for each, found in theirs.items() if each < int(number))
    return f"{table}.{same[min(before, len(same) - 1)]}"


def row_tables(question: Question) -> frozenset[str]:
    """Return the places of a question's tables whose rows are proven one by one."""
    fields = [
        *question.fields,
        *(f for o in question.options for f in (*o.fields, *o.unchosen_fields)),
    ]
    return frozenset(_tables(fields, ""))


def _tables(fields: Sequence[Field], at: str) -> Iterator[str]:
    for field in fields:
        path = f"{at}{field.code}"
        if any(column.evidence for column in field.columns):
            yield path
        yield from _tables([*field.fields, *(f for o in field.options for f in o.fields)], at)
        for item in field.items:
            inner = (*item.fields, *(f for o in item.choices for f in o.fields))
            yield from _tables(inner, f"{path}.{item.code}.")


def _rows(question: Question, answer: Mapping[str, Any], table: str) -> dict[int, Content]:
    """Return the content of a table's rows by their number; blank ones are left out."""
    found = (p.value for p in places(question, answer) if p.kind == "table" and p.path == table)
    rows = next(found, None)
    numbered = enumerate(rows if isinstance(rows, list) else (), 1)
    return {number: content for number, row in numbered if (content := _content(row))}


def _content(row: Any) -> Content:
    cells = row.items() if isinstance(row, Mapping) else ()
    texts = ((code, _same(text)) for code, text in cells if isinstance(text, str))
    return tuple(sorted((code, text) for code, text in texts if text))


def _same(text: str) -> str:
    return arabic_digits(clean(text)).casefold()
