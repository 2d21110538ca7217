"""The form of one question as records: what is asked, what is answered, what is wrong with it.

A template walks through them without deciding anything. The answer may be what was posted and
refused: what cannot be read is shown as it was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ckanext.pcio.survey.form import Evidence, Field, Item, Option, Question
from ckanext.pcio.survey.places import codes, places

from . import form_names as names
from .control_records import (
    Asked,
    Cell,
    Choice,
    Choices,
    Control,
    EvidenceView,
    Group,
    Line,
    Matrix,
    MatrixRow,
    Proof,
    Table,
    TableCell,
    TableRow,
    Tick,
    Words,
)
from .wording import blanks, fill, pieces

__all__ = ["Control", "EvidenceView", "controls"]

_LINES = frozenset({"text", "number", "url"})


def controls(
    question: Question,
    answer: Mapping[str, Any],
    *,
    language: str,
    evidence: Mapping[str, Sequence[EvidenceView]] = {},
    problems: Mapping[str, str] = {},
    editable: bool,
    anchored: bool = True,
) -> tuple[Control, ...]:
    """Return the form of `question`, filled with `answer`, in the form's order.

    `evidence` and `problems` are by place (`survey.places`). Where it is not `editable`, what is
    written stands in the form's own blanks, and tables end with their last filled row. Links lead to
    the places where it is `anchored`: one form on a page.
    """
    asked = frozenset(place.path for place in places(question, answer))
    builder = _Builder(language, asked, evidence, problems, editable)
    builder.anchored = anchored
    return builder.question(question, answer)


class _Builder:
    def __init__(
        self,
        language: str,
        asked: frozenset[str],
        evidence: Mapping[str, Sequence[EvidenceView]],
        problems: Mapping[str, str],
        editable: bool,
    ) -> None:
        self.language = language
        self.asked = asked
        self.evidence = evidence
        self.problems = problems
        self.editable = editable
        self.anchored = True
        self.anchors: set[str] = set()

    def question(self, question: Question, answer: Mapping[str, Any]) -> tuple[Control, ...]:
        values = _mapping(answer.get("values"))
        if question.answer == "fields":
            return self.fields(question.fields, values, "", "", True)
        many = question.answer == "many"
        chosen = codes(answer.get("option"))
        choices = []
        for option in question.options:
            taken = option.code in chosen
            at = names.below(names.OPTION, option.code)
            asked = self.fields(option.fields, values, "", at, taken)
            unless = names.unless(names.OPTION, option.code)
            otherwise = self.fields(option.unchosen_fields, values, "", unless, many and not taken)
            choice = self.choice(option, taken, option.code, asked, otherwise)
            unchosen = many and bool(answer) and not taken
            choices.append(replace(choice, unchosen=unchosen))
        return (
            Choices(
                place="",
                anchor=self.anchor("", True),
                name=names.OPTION,
                legend=(),
                several=many,
                choices=tuple(choices),
                problem=self.problems.get("", ""),
            ),
        )

    # ---- words, places, evidence

    def words(self, text: Any) -> Words:
        return pieces(text, self.language)

    def anchor(self, place: str, active: bool) -> str | None:
        """Return the place where links lead: once on the page, in what the answer asks."""
        taken = place in self.anchors or (not active and place in self.asked)
        if taken or not self.anchored:
            return None
        self.anchors.add(place)
        return place

    def problem(self, place: str, active: bool) -> str:
        return self.problems.get(place, "") if active else ""

    def proof(self, takes: Evidence, place: str, active: bool, *, anchored: bool = False) -> Proof:
        return Proof(
            place=place,
            anchor=None if anchored else self.anchor(place, active),
            takes=takes,
            pieces=tuple(self.evidence.get(place, ())),
            problem=self.problem(f"evidence:{place}", True),
        )

    # ---- options and fields

    def choice(
        self,
        option: Option,
        taken: bool,
        place: str,
        asked: tuple[Control, ...],
        otherwise: tuple[Control, ...] = (),
    ) -> Choice:
        words, left = self.filled(self.words(option.text), asked)
        return Choice(
            value=option.code,
            words=words,
            checked=taken,
            proof=self.proof(option.evidence, place, taken) if option.evidence else None,
            chosen_words=self.words(option.chosen_text),
            unchosen_words=self.words(option.unchosen_text),
            asked=left,
            asked_unless=otherwise,
        )

    def filled(self, words: Words, asked: tuple[Control, ...]) -> tuple[Words, tuple[Control, ...]]:
        """Return `words` with its blanks filled from the lines they are for, and what is left.

        Only where nothing is to be written: an input beside its blank has a label of its own.
        """
        lines = [each for each in asked if isinstance(each, Line)]
        if self.editable or not lines or blanks(words) != len(lines):
            return words, asked
        filled = fill(words, [f"{line.prefix}{line.value}" for line in lines])
        return filled, tuple(each for each in asked if not isinstance(each, Line))

    def fields(
        self, fields: Sequence[Field], values: Mapping[str, Any], at: str, name: str, active: bool
    ) -> tuple[Control, ...]:
        """Return the controls of `fields`: places start with `at`, names of inputs with `name`.

        `active` tells whether the answer asks for them; else they are blank.
        """
        shown = values if active else {}
        return tuple(
            self.field(field, shown, at, f"{name}{field.code}", active) for field in fields
        )

    def field(
        self, field: Field, values: Mapping[str, Any], at: str, name: str, active: bool
    ) -> Control:
        if field.type == "group":
            inner = self.fields(field.fields, values, at, names.inside(name), active)
            return Group(legend=self.words(field.text), controls=inner)
        place = f"{at}{field.code}"
        value = values.get(field.code)
        if field.type in {"choice", "choices"}:
            return self.choices(field, values, at, name, active)
        if field.type == "matrix":
            return self.matrix(field, _mapping(value), place, name, active)
        if field.type == "table":
            return self.table(field, value, place, name, active)
        if field.type == "tick":
            ticked = value in (True, "true", "on", "1")
            inner = self.fields(field.fields, values, at, names.inside(name), active and ticked)
            return Tick(
                place=place,
                anchor=self.anchor(place, active),
                name=name,
                label=self.words(field.text),
                checked=ticked,
                asked=inner,
                problem=self.problem(place, active),
            )
        return self.line(field, value, place, name, active)

    def line(self, field: Field, value: Any, place: str, name: str, active: bool) -> Line:
        written = _written(value)
        if not self.editable and _is_number(value):
            written = f"{value:,}"
        prefix = field.prefix or ""
        rest = written[len(prefix) :] if prefix and written.startswith(prefix) else ""
        # An address that is elsewhere is shown whole; one with "://" would not be put together.
        behind = not written or (bool(rest) and "://" not in rest)
        label = self.words(field.text)
        inline = not self.editable and blanks(label) == 1
        if inline:
            label = fill(label, [written])
        return Line(
            place=place,
            anchor=self.anchor(place, active),
            name=name,
            label=label,
            type=field.type,  # type: ignore[arg-type]
            value=rest if prefix and behind else written,
            unit=field.unit.text(self.language) if field.unit else "",
            prefix=prefix if behind else "",
            optional=field.optional,
            problem=self.problem(place, active),
            inline=inline,
        )

    def choices(
        self, field: Field, values: Mapping[str, Any], at: str, name: str, active: bool
    ) -> Choices:
        place = f"{at}{field.code}"
        chosen = codes(values.get(field.code))
        anchor = self.anchor(place, active)
        choices = []
        for option in field.options:
            taken = option.code in chosen
            inner = names.below(name, option.code)
            asked = self.fields(option.fields, values, at, inner, active and taken)
            choices.append(self.choice(option, taken, f"{place}.{option.code}", asked))
        return Choices(
            place=place,
            anchor=anchor,
            name=name,
            legend=self.words(field.text),
            several=field.type == "choices",
            choices=tuple(choices),
            optional=field.optional,
            problem=self.problem(place, active),
        )

    # ---- tables and matrices

    def table(self, field: Field, value: Any, place: str, name: str, active: bool) -> Table:
        written = [column for column in field.columns if not column.evidence]
        attached = next((column for column in field.columns if column.evidence), None)
        rows = value if isinstance(value, list) else []
        most = field.rows or len(rows)
        anchor = self.anchor(place, active)
        numbers = range(1, (len(rows) if rows and not self.editable else most) + 1)
        built = []
        for number in numbers:
            row = _mapping(rows[number - 1]) if number <= len(rows) else {}
            at = f"{place}.{number}"
            cells = tuple(
                TableCell(
                    name=names.cell(name, number, column.code),
                    value=_written(row.get(column.code)),
                    problem=self.problem(f"{at}.{column.code}", active) or self.problem(at, active),
                )
                for column in written
            )
            proof = None
            if attached and attached.evidence:
                proof = self.proof(attached.evidence, at, active)
            filled = any(cell.value for cell in cells) or bool(proof and proof.pieces)
            built.append(TableRow(number=number, cells=cells, proof=proof, filled=filled))
        return Table(
            place=place,
            anchor=anchor,
            name=name,
            legend=self.words(field.text),
            columns=tuple(self.words(column.text) for column in written),
            evidence=self.words(attached.text) if attached else (),
            rows=tuple(built),
            most=most,
            optional=field.optional,
            problem=self.problem(place, active),
        )

    def matrix(
        self, field: Field, values: Mapping[str, Any], place: str, name: str, active: bool
    ) -> Matrix:
        return Matrix(
            legend=self.words(field.text),
            items_text=self.words(field.items_text),
            choices_text=self.words(field.choices_text),
            groups=tuple(self.words(group.text) for group in field.groups),
            columns=tuple(self.words(option.text) for option in field.choices),
            rows=tuple(
                self.row(field, item, _mapping(values.get(item.code)), place, name, active)
                for item in field.items
            ),
        )

    def row(
        self,
        field: Field,
        item: Item,
        value: Mapping[str, Any],
        place: str,
        name: str,
        active: bool,
    ) -> MatrixRow:
        cells = tuple(
            self.cell(field, item, group, value, place, name, active)
            for group in (field.groups or (None,))
        )
        at = f"{place}.{item.code}."
        inner = _mapping(value.get("fields"))
        fields = self.fields(item.fields, inner, at, names.matrix_row(name, item.code), active)
        words, left = self.filled(self.words(item.text), fields)
        asked = []
        for option in item.choices:
            if option.fields:
                chosen = any(option.code in cell.chosen for cell in cells)
                below = names.matrix_choice(name, item.code, option.code)
                controls = self.fields(option.fields, inner, at, below, active and chosen)
                cells, controls = self.filled_cells(cells, option.code, controls)
                named = tuple(cell.name for cell in cells)
                asked.append(
                    Asked(value=option.code, cells=named, chosen=chosen, controls=controls)
                )
        return MatrixRow(
            words=words,
            sub=item.sub,
            optional=item.optional,
            own=item.choices != field.choices,
            examples=tuple(self.words(text) for text in item.examples),
            notes=tuple(self.words(text) for text in item.notes),
            cells=cells,
            controls=left,
            asked=tuple(asked),
        )

    def filled_cells(
        self, cells: tuple[Cell, ...], option: str, asked: tuple[Control, ...]
    ) -> tuple[tuple[Cell, ...], tuple[Control, ...]]:
        """Fill the blanks of a choice's words, in a row that is answered once."""
        if len(cells) > 1:
            return cells, asked
        choices, left = [], asked
        for choice in cells[0].choices:
            if choice.value == option:
                words, left = self.filled(choice.words, asked)
                choices.append(replace(choice, words=words))
            else:
                choices.append(choice)
        return (replace(cells[0], choices=tuple(choices)),), left

    def cell(
        self,
        field: Field,
        item: Item,
        group: Any,
        value: Mapping[str, Any],
        place: str,
        name: str,
        active: bool,
    ) -> Cell:
        path = f"{place}.{item.code}" + (f".{group.code}" if group else "")
        choice = _mapping(value.get("choice")).get(group.code) if group else value.get("choice")
        chosen = codes(choice)
        anchor = self.anchor(path, active)
        wanting = [option for option in item.choices if option.evidence]
        # The evidence of a cell stands in the cell, so that both have one place.
        proof = self.proof(wanting[0].evidence, path, active, anchored=True) if wanting else None  # type: ignore[arg-type]
        return Cell(
            place=path,
            anchor=anchor,
            name=names.matrix_cell(name, item.code, group.code if group else None),
            group=self.words(group.text) if group else (),
            several=field.several,
            choices=tuple(
                Choice(
                    value=option.code,
                    words=self.words(option.text),
                    checked=option.code in chosen,
                )
                for option in item.choices
            ),
            proof=proof,
            proof_values=tuple(option.code for option in wanting),
            problem=self.problem(path, active),
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _written(value: Any) -> str:
    """Return what stands in an input; anything that is not text or a number is not shown."""
    if isinstance(value, str):
        return value
    return str(value) if _is_number(value) else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
