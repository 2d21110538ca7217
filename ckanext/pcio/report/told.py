"""What stands in the answer to a question, told in words: its options, details, and tables.

Every format that is made of rows takes it from here, so that none leaves something out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.form import Field, Item, Option, Question, Text
from ckanext.pcio.survey.places import Place, codes, places

from .words import say, yes_or_no

_ANSWER = N_("Answer")
_DETAILS = N_("Details")
_ROW = N_("Row")
# What the paper form leaves to be written on.
_BLANK = re.compile("_{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing written or chosen, outside of tables and matrices."""

    place: str
    label: str
    value: str
    unit: str = ""

    @property
    def line(self) -> str:
        """The detail on a line of its own."""
        value = f"{self.value} {self.unit}" if self.unit else self.value
        return f"{self.label}: {value}" if self.label else value


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRow:
    """A row of a table or of a matrix."""

    place: str
    label: str
    """Number of the row, or what the row of a matrix is about."""
    cells: tuple[str, ...]
    """One for each heading of the block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A table, of which only filled rows are there, or a matrix with every row of the form."""

    place: str
    title: str
    label_heading: str
    headings: tuple[str, ...]
    rows: tuple[BlockRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer in words."""

    options: tuple[str, ...]
    """The form's own words of what is chosen."""
    details: tuple[Detail, ...]
    blocks: tuple[Block, ...]


def tell(question: Question, answer: Mapping[str, Any], language: str) -> Told:
    """Return an answer (`survey.places`) to a question in words of `language`."""
    sorter = _Sorter()
    for place in places(question, answer):
        sorter.take(place)
    return Told(
        options=chosen_texts(question.options, answer.get("option"), language),
        details=tuple(_details(sorter.plain, language)),
        blocks=tuple(_blocks(sorter, question, language)),
    )


def chosen_texts(options: Iterable[Option], chosen: Any, language: str) -> tuple[str, ...]:
    """Return the form's words of the options that are chosen."""
    taken = codes(chosen)
    return tuple(words(option.text, language) for option in options if option.code in taken)


def words(text: Text | None, language: str) -> str:
    """Return a text of the form; a line to write on becomes an ellipsis."""
    return _BLANK.sub("…", text.text(language)) if text else ""


class _Sorter:
    """Puts the places of an answer where they are told."""

    def __init__(self) -> None:
        self.plain: list[Place] = []
        self.tables: list[Place] = []
        self.matrices: dict[str, Field] = {}
        self.cells: dict[str, Place] = {}
        self.inside: dict[tuple[str, str], list[Place]] = defaultdict(list)
        """What else is asked in a row of a matrix, by codes of matrix and row."""

    def take(self, place: Place) -> None:
        field = place.field
        if field is None:  # the option itself, or a place for evidence
            return
        if field.type == "matrix":
            self.matrices.setdefault(field.code, field)
            self.cells[place.path] = place
        elif field.type == "table":
            self.tables.append(place)
        elif (owner := self._owner(place)) is not None:
            self.inside[owner].append(place)
        else:
            self.plain.append(place)

    def _owner(self, place: Place) -> tuple[str, str] | None:
        first, _, rest = place.path.partition(".")
        return (first, rest.partition(".")[0]) if rest and first in self.matrices else None


def _details(found: Iterable[Place], language: str) -> Iterator[Detail]:
    for place in found:
        value = _value(place, language)
        if value and place.field is not None:
            yield Detail(
                place=place.path,
                label=words(place.text, language),
                value=value,
                unit=words(place.field.unit, language),
            )


def _value(place: Place, language: str) -> str:
    if place.kind == "tick":
        return yes_or_no(place.value, language)
    if place.kind in {"choice", "choices"}:
        return "; ".join(chosen_texts(place.options, place.value, language))
    return "" if place.value is None else str(place.value)


def _blocks(sorter: _Sorter, question: Question, language: str) -> Iterator[Block]:
    for code, field in sorter.matrices.items():
        yield _matrix(sorter, code, field, language)
    for place in sorter.tables:
        block = _table(sorter, place, question, language)
        if block.rows:
            yield block


def _matrix(sorter: _Sorter, code: str, field: Field, language: str) -> Block:
    heading = words(field.choices_text, language) or say(_ANSWER, language)
    headings = [words(group.text, language) for group in field.groups] or [heading]
    if any(_asks_details(item) for item in field.items):
        headings.append(say(_DETAILS, language))
    return Block(
        place=code,
        title=words(field.text, language),
        label_heading=words(field.items_text, language) or say(_ROW, language),
        headings=tuple(headings),
        rows=tuple(
            _matrix_row(sorter, code, field, item, len(headings), language) for item in field.items
        ),
    )


def _asks_details(item: Item) -> bool:
    fields = (*item.fields, *(field for option in item.choices for field in option.fields))
    return any(field.type != "table" for field in fields)


def _matrix_row(
    sorter: _Sorter, code: str, field: Field, item: Item, width: int, language: str
) -> BlockRow:
    at = f"{code}.{item.code}"
    paths = [f"{at}.{group.code}" for group in field.groups] or [at]
    chosen = [_value(sorter.cells[path], language) for path in paths if path in sorter.cells]
    written = _details(sorter.inside[code, item.code], language)
    cells = [*chosen, "\n".join(detail.line for detail in written)][:width]
    return BlockRow(place=at, label=words(item.text, language), cells=tuple(cells))


def _table(sorter: _Sorter, place: Place, question: Question, language: str) -> Block:
    field = place.field
    columns = [column for column in field.columns if not column.evidence] if field else []
    rows = place.value if isinstance(place.value, Sequence) else ()
    return Block(
        place=place.path,
        title=_title(sorter, place, question, language),
        label_heading=say(_ROW, language),
        headings=tuple(words(column.text, language) for column in columns),
        rows=tuple(
            BlockRow(
                place=f"{place.path}.{number}",
                label=str(number),
                cells=tuple(str(row.get(column.code) or "") for column in columns),
            )
            for number, row in enumerate(rows, 1)
            if isinstance(row, Mapping)
        ),
    )


def _title(sorter: _Sorter, place: Place, question: Question, language: str) -> str:
    """Return what a table is called: in a matrix by its row, without a name by the question."""
    own = words(place.text, language)
    matrix, _, rest = place.path.partition(".")
    if rest and matrix in sorter.matrices:
        code = rest.partition(".")[0]
        (item,) = (each for each in sorter.matrices[matrix].items if each.code == code)
        return f"{words(item.text, language)} – {own}"
    return own or words(question.text, language)
