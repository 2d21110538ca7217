"""The tables and matrices of the form."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ckanext.pcio.survey.form import Column, Evidence, Field, Item
from ckanext.pcio.survey.places import codes

from . import form_names as names
from .control_ground import Ground, Where, mapping, written
from .control_records import (
    Asked,
    Cell,
    Choice,
    Control,
    Matrix,
    MatrixRow,
    Table,
    TableCell,
    TableRow,
)


class Grids(Ground):
    """Makes controls of what has rows."""

    @abstractmethod
    def fields(
        self, fields: Sequence[Field], values: Mapping[str, Any], where: Where
    ) -> tuple[Control, ...]:
        """Return the controls of `fields`."""

    # ---- tables

    def table(self, field: Field, value: Any, where: Where) -> Table:
        """Return a table, with all its rows where it is filled in or blank."""
        attached = next((column for column in field.columns if column.evidence), None)
        rows = value if isinstance(value, list) else []
        most = field.rows or len(rows)
        shown = len(rows) if rows and not self.editable else most
        place = f"{where.at}{field.code}"
        anchor = self.anchor(place, where.active)
        columns = [column for column in field.columns if not column.evidence]
        return Table(
            place=place,
            anchor=anchor,
            name=f"{where.name}{field.code}",
            legend=self.words(field.text),
            columns=tuple(self.words(column.text) for column in columns),
            evidence=self.words(attached.text) if attached else (),
            rows=tuple(
                self.table_row(field, number, rows, where) for number in range(1, shown + 1)
            ),
            most=most,
            optional=field.optional,
            problem=self.problem(place, where.active),
        )

    def table_row(self, field: Field, number: int, rows: Sequence[Any], where: Where) -> TableRow:
        """Return row `number` of a table, from 1, filled from `rows`."""
        place = f"{where.at}{field.code}.{number}"
        row = mapping(rows[number - 1]) if number <= len(rows) else {}
        whole = self.problem(place, where.active)
        cells = []
        proof = None
        for column in field.columns:
            if column.evidence:
                proof = self.proof(column.evidence, place, where.active)
                continue
            problem = self.problem(f"{place}.{column.code}", where.active) or whole
            name = names.cell(f"{where.name}{field.code}", number, column.code)
            cells.append(TableCell(name=name, value=written(row.get(column.code)), problem=problem))
        filled = any(cell.value for cell in cells) or bool(proof and proof.pieces)
        return TableRow(number=number, cells=tuple(cells), proof=proof, filled=filled)

    # ---- matrices

    def matrix(self, field: Field, value: Any, where: Where) -> Matrix:
        """Return a matrix; `value` holds what is answered, by the codes of its rows."""
        values = mapping(value)
        return Matrix(
            legend=self.words(field.text),
            items_text=self.words(field.items_text),
            choices_text=self.words(field.choices_text),
            groups=tuple(self.words(group.text) for group in field.groups),
            columns=tuple(self.words(option.text) for option in field.choices),
            rows=tuple(
                self.row(field, item, mapping(values.get(item.code)), where) for item in field.items
            ),
        )

    def row(self, field: Field, item: Item, value: Mapping[str, Any], where: Where) -> MatrixRow:
        """Return one row of a matrix."""
        cells = tuple(
            self.cell(field, item, group, value.get("choice"), where)
            for group in (field.groups or (None,))
        )
        inner = mapping(value.get("fields"))
        matrix = f"{where.name}{field.code}"
        inside = Where(
            at=f"{where.at}{field.code}.{item.code}.",
            name=names.matrix_row(matrix, item.code),
            active=where.active,
        )
        words, left = self.filled(self.words(item.text), self.fields(item.fields, inner, inside))
        asked = []
        for option in item.choices:
            if option.fields:
                chosen = any(option.code in cell.chosen for cell in cells)
                below = names.matrix_choice(matrix, item.code, option.code)
                controls = self.fields(option.fields, inner, inside.below(below, chosen))
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
        if len(cells) != 1:
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
        self, field: Field, item: Item, group: Column | None, choice: Any, where: Where
    ) -> Cell:
        """Return where a row is answered, in a group where there are groups."""
        place = f"{where.at}{field.code}.{item.code}" + (f".{group.code}" if group else "")
        chosen = codes(mapping(choice).get(group.code) if group else choice)
        anchor = self.anchor(place, where.active)
        wanting: dict[str, Evidence] = {
            option.code: option.evidence for option in item.choices if option.evidence
        }
        # The evidence of a cell stands in the cell, so that both have one place.
        takes = next(iter(wanting.values()), None)
        proof = self.proof(takes, place, where.active, anchored=False) if takes else None
        matrix = f"{where.name}{field.code}"
        return Cell(
            place=place,
            anchor=anchor,
            name=names.matrix_cell(matrix, item.code, group.code if group else None),
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
            proof_values=tuple(wanting),
            problem=self.problem(place, where.active),
        )
