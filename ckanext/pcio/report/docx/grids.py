"""Tables of a form: rows people fill in, and options with room beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.pcio.report.attachments import Numbered
from ckanext.pcio.survey.form import Column, Field
from ckanext.pcio.survey.places import codes

from .markup import CELL_MARGIN, Cell, Element, Row, paragraph, run, table
from .paper import INDENT, SIMPLE, Paper, hung, mapping, mark

_NUMBER = 510
_EVIDENCE = 1700
_MOST_WHOLE = 12
"""Rows of a table that a page does not part."""


def gap() -> Element:
    """Return what keeps one table from the next."""
    return paragraph(style="Gap")


def numbers(pieces: Sequence[Numbered]) -> str:
    """Return the numbers of pieces of evidence."""
    return " ".join(piece.number for piece in pieces)


def head(text: str, **shape: Any) -> Cell:
    """Return a heading's cell."""
    return Cell((paragraph(run(text), style="CellHead"),), **shape)


def plain(text: str, style: str = "Cell") -> Cell:
    """Return a cell with a text."""
    return Cell((paragraph(run(text), style=style),))


def table_rows(paper: Paper, field: Field, value: Any, path: str, level: int) -> Iterator[Element]:
    """Yield a table with as many rows as the form has, and more where more are written."""
    given = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    left = INDENT * level + CELL_MARGIN
    widths = _widths(field.columns, paper.width - left)
    heads = [head(""), *(head(paper.words.text(column.text)) for column in field.columns)]
    rows = [Row(tuple(heads), heading=True)]
    pieces: list[Numbered] = []
    for number in range(1, max(field.rows or 1, len(given)) + 1):
        cells = mapping(given[number - 1]) if number <= len(given) else {}
        attached = paper.attached(f"{path}.{number}")
        pieces.extend(attached)
        rows.append(_row(paper, field.columns, cells, number, attached))
    yield table(widths, rows, left=left, whole=len(rows) <= _MOST_WHOLE)
    yield gap()
    yield from paper.evidence(pieces, INDENT * level)


def _row(
    paper: Paper,
    columns: Sequence[Column],
    cells: Mapping[str, Any],
    number: int,
    attached: Sequence[Numbered],
) -> Row:
    shown = [plain(f"{paper.words.number(number)}.")]
    for column in columns:
        written = cells.get(column.code)
        text = "" if written is None else str(written)
        shown.append(plain(numbers(attached) if column.evidence else text))
    return Row(tuple(shown))


def _widths(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    proofs = sum(1 for column in columns if column.evidence)
    others = max(1, len(columns) - proofs)
    each = (width - _NUMBER - proofs * _EVIDENCE) // others
    return (_NUMBER, *(_EVIDENCE if column.evidence else each for column in columns))


def side_by_side(field: Field) -> bool:
    """Whether each option of a field has room for the same words beside it, as a table."""
    asked = [option.fields for option in field.options]
    if not all(len(fields) == 1 and fields[0].type in SIMPLE for fields in asked):
        return False
    return len(asked) > 1 and len({fields[0].text for fields in asked}) == 1


def sides(paper: Paper, field: Field, values: Mapping[str, Any], level: int) -> Iterator[Element]:
    """Yield the options of such a field, a row each."""
    chosen = codes(values.get(field.code))
    left = INDENT * level + CELL_MARGIN
    width = paper.width - left
    widths = (width * 3 // 5, width - width * 3 // 5)
    texts = (field.text, field.options[0].fields[0].text)
    heads = tuple(head(paper.words.text(text) if text else "") for text in texts)
    rows = [Row(heads, heading=True)]
    for option in field.options:
        taken = option.code in chosen
        box = mark(chosen=taken, many=field.type == "choices")
        line = hung(box, run(paper.words.text(option.text)), level=0, style="Cell")
        value = paper.value(option.fields[0], values) if taken else ""
        rows.append(Row((Cell((line,)), plain(value))))
    yield table(widths, rows, left=left, whole=len(rows) <= _MOST_WHOLE)
    yield gap()
