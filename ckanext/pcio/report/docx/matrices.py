"""Matrices as the tables the form prints: what is asked down the side, the choices across.

A choice takes a column with a box in each row. Where each row is answered under several headings
and that would take too many columns, the choices stand in the cell. What a choice asks for has
columns of its own to the right, and what is attached then has the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.pcio.report.attachments import Numbered
from ckanext.pcio.report.plain import width as columns_of
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.form import Column, Field, Item, Option, Text
from ckanext.pcio.survey.places import codes

from .blanks import count, filled
from .grids import gap, head, numbers
from .markup import CELL_MARGIN, Cell, Element, Row, paragraph, run, tab, table
from .paper import INDENT, SIMPLE, Paper, hung, mapping, mark, runs, written

Values = Mapping[str, Any]
_MOST_BOX_COLUMNS = 4
_MOST_COLUMNS_UPRIGHT = 6
_MOST_WHOLE = 6
"""Rows of a matrix that a page does not part."""
_TICKED, _LISTED, _PROOF = 1800, 2500, 1250
"""Widths of what a choice asks for, and of what is attached."""
_BLANK = 10
_BOX_WIDTHS = ((8, 900), (25, 1200), (float("inf"), 1550))
"""How wide a column of boxes is, by the length of its heading in characters."""
_BULLET = "\u2022"


def wide(field: Field) -> bool:
    """Whether a field has more columns than an upright sheet has room for."""
    if field.type != "matrix":
        return False
    extra = sum(len(each.options) or 1 for each in _asked(field))
    return 1 + _boxes(field) + extra + _has_proof(field) > _MOST_COLUMNS_UPRIGHT


def matrix(paper: Paper, field: Field, given: Values, path: str) -> Iterator[Element]:
    """Yield a matrix and, below it, what is attached in it."""
    yield from _Matrix(paper, field, given, path).blocks()


def _boxes(field: Field) -> int:
    """Return how many columns of boxes there are."""
    number = max(1, len(field.groups)) * len(field.choices)
    return len(field.groups) if field.groups and number > _MOST_BOX_COLUMNS else number


def _asked(field: Field) -> tuple[Field, ...]:
    """Return the fields that the choices of every row ask for: they have columns of their own."""
    found = {each.code: each for choice in field.choices for each in choice.fields}
    return tuple(found.values())


def _has_proof(field: Field) -> bool:
    """Whether what is attached has a column: where a choice asks for more than its box."""
    return any(choice.evidence and choice.fields for choice in field.choices)


class _Matrix:
    def __init__(self, paper: Paper, field: Field, given: Values, path: str) -> None:
        self.paper = paper
        self.text = paper.words.text
        self.matrix = field
        self.given = given
        self.path = path
        self.asked = _asked(field)
        self.proof = _has_proof(field)
        self.inside = bool(field.groups) and _boxes(field) == len(field.groups)
        """Whether the choices stand in the cell of each group."""
        self.widths = self.measured()

    def blocks(self) -> Iterator[Element]:
        rows = [*self.heads(), *self.band()]
        pieces: list[Numbered] = []
        for item in self.matrix.items:
            row = mapping(self.given.get(item.code))
            found = self.attached(item)
            pieces.extend(found)
            rows.append(self.row(item, row, found))
        yield table(self.widths, rows, left=CELL_MARGIN, whole=len(rows) <= _MOST_WHOLE)
        yield gap()
        yield from self.paper.evidence(pieces, INDENT)

    def attached(self, item: Item) -> tuple[Numbered, ...]:
        at = f"{self.path}.{item.code}"
        below = (p for g in self.matrix.groups for p in self.paper.attached(f"{at}.{g.code}"))
        return (*self.paper.attached(at), *below)

    # Widths

    def measured(self) -> tuple[int, ...]:
        across = [*self.box_widths()]
        for field in self.asked:
            across += [_TICKED] * len(field.options) if field.options else [_LISTED]
        across += [_PROOF] * self.proof
        return (self.paper.width - CELL_MARGIN - sum(across), *across)

    def box_widths(self) -> Iterator[int]:
        if self.inside:
            yield from (1900 for _ in self.matrix.groups)
            return
        for _ in self.matrix.groups or (None,):
            for choice in self.matrix.choices:
                texts = {choice.text, *self.own_texts(choice)}
                length = max(self.length(self.text(text)) for text in texts)
                yield next(width for most, width in _BOX_WIDTHS if length <= most)

    @staticmethod
    def length(text: str) -> int:
        """Return how long a text is on the sheet, where its blanks are to be written in."""
        return columns_of(text) + _BLANK * count(text)

    def own_texts(self, choice: Option) -> Iterator[Text]:
        """Yield the words that single rows have in place of a choice's."""
        for item in self.matrix.items:
            yield from (each.text for each in item.choices if each.code == choice.code)

    # Headings

    def heads(self) -> Iterator[Row]:
        field = self.matrix
        label = self.text(field.text) if field.text else ""
        choices = [self.text(choice.text) for choice in field.choices]
        deep = bool(field.choices_text or (field.groups and not self.inside)) or any(
            each.options for each in self.asked
        )
        first = "first" if deep else ""
        top = [head(label, down=first)]
        low = [head("", down="below")]
        if self.inside:
            top += [head(self.text(group.text), down=first) for group in field.groups]
            low += [head("", down="below") for _ in field.groups]
        elif field.groups:
            top += [head(self.text(group.text), span=len(choices)) for group in field.groups]
            low += [head(text) for _ in field.groups for text in choices]
        elif field.choices_text:
            top.append(head(self.text(field.choices_text), span=len(choices)))
            low += [head(text) for text in choices]
        else:
            top += [head(text, down=first) for text in choices]
            low += [head("", down="below") for _ in choices]
        for each in self.asked:
            text = self.text(each.text) if each.text else ""
            if each.options:
                top.append(head(text, span=len(each.options)))
                low += [head(self.text(option.text)) for option in each.options]
            else:
                top.append(head(text, down=first))
                low.append(head("", down="below"))
        if self.proof:
            top.append(head(self.paper.words.say(N_("Attach evidence")), down=first))
            low.append(head("", down="below"))
        yield Row(tuple(top), heading=True)
        if deep:
            yield Row(tuple(low), heading=True)

    def band(self) -> Iterator[Row]:
        if self.matrix.items_text:
            text = run(self.text(self.matrix.items_text), "Number")
            cell = Cell((paragraph(text, style="Cell", keep=True),), span=len(self.widths))
            yield Row((cell,))

    # Rows

    def row(self, item: Item, row: Values, found: Sequence[Numbered]) -> Row:
        fields = mapping(row.get("fields"))
        cells = [self.item(item, fields)]
        taken: set[str] = set()
        for group in self.matrix.groups or (None,):
            choice = mapping(row.get("choice")).get(group.code) if group else row.get("choice")
            taken.update(codes(choice))
            cells += self.boxes(item, group, codes(choice), fields)
        chosen = [option for option in item.choices if option.code in taken]
        answered = {each.code for option in chosen for each in option.fields}
        for each in self.asked:
            cells += self.asked_cells(each, fields if each.code in answered else {})
        if self.proof:
            cells.append(Cell((self.proofs(found),)))
        return Row(tuple(cells))

    def item(self, item: Item, fields: Values) -> Cell:
        text = self.text(item.text)
        asked = list(item.fields)
        in_text = []
        while asked and asked[0].type in SIMPLE and len(in_text) < count(text):
            in_text.append(self.paper.value(asked.pop(0), fields))
        line = tuple(runs(filled(text, in_text)))
        content = [
            hung(run(_BULLET), *line, level=0, style="Cell")
            if item.sub
            else paragraph(*line, style="Cell")
        ]
        for note in (*item.examples, *item.notes):
            content.append(paragraph(run(self.text(note)), style="CellSmall"))
        content += [self.simple(field, fields, self.widths[0]) for field in asked]
        return Cell(tuple(content))

    def boxes(
        self, item: Item, group: Column | None, chosen: Sequence[str], fields: Values
    ) -> Iterator[Cell]:
        at = f"{self.path}.{item.code}" + (f".{group.code}" if group else "")
        refs = () if self.proof else self.paper.attached(at)
        if self.inside:
            lines = [self.choice(option, chosen, fields) for option in item.choices]
            yield Cell((*lines, self.proofs(refs)) if refs else tuple(lines))
            return
        for option, common in zip(item.choices, self.matrix.choices, strict=False):
            box = mark(chosen=option.code in chosen, many=self.matrix.several)
            if option.text == common.text:
                content = [paragraph(box, style="CellMark")]
            else:
                content = [self.choice(option, chosen, fields)]
            if refs and option.code in chosen and option.evidence:
                content.append(self.proofs(refs))
            yield Cell(tuple(content))

    def choice(self, option: Option, chosen: Sequence[str], fields: Values) -> Element:
        """Return a choice in words of its own, with the blanks only it has."""
        taken = option.code in chosen
        text = self.text(option.text)
        common = {each.code for each in self.asked}
        own = [f for f in option.fields if f.type in SIMPLE and f.code not in common]
        values = [self.paper.value(field, fields if taken else {}) for field in own]
        box = mark(chosen=taken, many=self.matrix.several)
        return paragraph(box, run(" "), *runs(filled(text, values)), style="Cell")

    def proofs(self, pieces: Sequence[Numbered]) -> Element:
        return paragraph(run(numbers(pieces)), style="CellProof")

    def asked_cells(self, field: Field, fields: Values) -> Iterator[Cell]:
        """Yield the cells of what a choice asks for."""
        value = fields.get(field.code)
        if field.options:
            for option in field.options:
                taken = option.code in codes(value)
                yield self.ticked(field, option, taken, fields if taken else {})
        elif field.type == "table":
            yield Cell(tuple(self.listed(field, value)))
        else:
            yield Cell((self.simple(field, fields, _LISTED),))

    def ticked(self, field: Field, option: Option, taken: bool, fields: Values) -> Cell:
        box = mark(chosen=taken, many=field.type == "choices")
        if not option.fields:
            return Cell((paragraph(box, style="CellMark"),))
        lines: list[Element] = []
        for each in option.fields:
            label = run(f" {self.text(each.text) if each.text else ''}")
            lines.append(paragraph(*([] if lines else [box]), label, style="Cell"))
            value = self.paper.value(each, fields)
            lines.append(self.line(value, _TICKED))
        return Cell(tuple(lines))

    def line(self, value: str, width: int) -> Element:
        """Return what is written, or a dotted line across a cell."""
        if value:
            return paragraph(written(value), style="Cell")
        return paragraph(tab(), style="Cell", dots_to=(width - 2 * CELL_MARGIN,))

    def listed(self, field: Field, value: Any) -> Iterator[Element]:
        rows = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        end = _LISTED - 2 * CELL_MARGIN
        for number in range(1, max(field.rows or 1, len(rows)) + 1):
            cells = mapping(rows[number - 1]) if number <= len(rows) else {}
            texts = (str(cells[c.code]) for c in field.columns if cells.get(c.code))
            text = " · ".join(texts)
            label = run(f"{self.paper.words.number(number)}. ")
            if text:
                yield paragraph(label, written(text), style="Cell")
            else:
                yield paragraph(label, tab(), style="Cell", dots_to=(end,))

    def simple(self, field: Field, fields: Values, width: int) -> Element:
        """Return a field in a cell, on a line of its own."""
        label = self.text(field.text) if field.text else ""
        value = self.paper.value(field, fields)
        if count(label):
            return paragraph(*runs(filled(label, [value])), style="Cell")
        if value:
            return paragraph(run(f"{label} "), written(value), style="Cell")
        end = width - 2 * CELL_MARGIN
        return paragraph(run(f"{label} "), tab(), style="Cell", dots_to=(end,))
