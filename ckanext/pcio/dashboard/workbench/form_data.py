"""What was posted from the form, in the shape of an answer (`survey.places`).

Only the inputs the form has are looked at, and only those the chosen options ask for; whether what
is written there fits the form is `survey.answer.read`'s to say. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ckanext.pcio.survey.form import Field, Item, Option, Question
from ckanext.pcio.survey.places import codes, every_evidence_place, places

from . import form_names as names


class Posted(Protocol):
    """A posted form: several values may have the same name."""

    def getlist(self, key: str, /) -> Sequence[Any]:
        """Return every value posted under a name."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """Evidence that was posted with an answer: a file or an address."""

    place: str
    upload: Any
    """The file as the framework gives it; None where an address was given."""
    url: str
    passage: str


def read(question: Question, form: Posted, prefix: str) -> dict[str, Any]:
    """Return what was posted under `prefix` as the data of an answer to `question`.

    What is asked and not filled in is left out, except that a tick not ticked is False. A row of a
    table that asks for evidence keeps its number: blank rows before it stay.
    """
    return _Reader(form, prefix).answer(question)


def evidence(
    question: Question, answer: Mapping[str, Any], form: Posted, files: Posted
) -> tuple[Given, ...]:
    """Return the evidence posted at the places where `answer` asks for it, in the form's order.

    A file and an address at one place are two pieces, with the same passage.
    """
    found = []
    asked = (each.path for each in places(question, answer) if each.kind == "evidence")
    for place in dict.fromkeys(asked):
        passage = _first(form, names.evidence(place, "passage"))
        uploads = files.getlist(names.evidence(place, "file"))
        found += [Given(place, each, "", passage) for each in uploads if _named(each)]
        if url := _first(form, names.evidence(place, "url")):
            found.append(Given(place, None, url, passage))
    return tuple(found)


def unasked(
    question: Question, answer: Mapping[str, Any], form: Posted, files: Posted
) -> tuple[str, ...]:
    """Return the places at which evidence was posted and `answer` asks for none, in their order."""
    asked = {each.path for each in places(question, answer) if each.kind == "evidence"}
    return tuple(
        place
        for place in sorted(every_evidence_place(question) - asked)
        if _first(form, names.evidence(place, "url"))
        or any(_named(each) for each in files.getlist(names.evidence(place, "file")))
    )


def _named(upload: Any) -> bool:
    return bool(getattr(upload, "filename", ""))


def _texts(form: Posted, name: str) -> list[str]:
    """Return the texts posted under a name, lines ending as everywhere, blanks left out."""
    found = [each.strip() for each in form.getlist(name) if isinstance(each, str)]
    return [each.replace("\r\n", "\n") for each in found if each]


def _first(form: Posted, name: str) -> str:
    return next(iter(_texts(form, name)), "")


class _Reader:
    def __init__(self, form: Posted, prefix: str) -> None:
        self.form = form
        self.prefix = prefix

    def texts(self, name: str) -> list[str]:
        return _texts(self.form, f"{self.prefix}{name}")

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def chosen(self, name: str, *, several: bool) -> str | list[str] | None:
        """Return what was chosen; several where one is taken are left to be refused."""
        found = self.texts(name)
        if several or len(found) > 1:
            return found or None
        return found[0] if found else None

    def answer(self, question: Question) -> dict[str, Any]:
        if question.answer == "fields":
            return {"values": self.fields(question.fields, "")}
        many = question.answer == "many"
        option = self.chosen(names.OPTION, several=many)
        values: dict[str, Any] = {}
        for each in question.options:
            if each.code in codes(option):
                values.update(self.fields(each.fields, names.below(names.OPTION, each.code)))
            elif many:
                at = names.unless(names.OPTION, each.code)
                values.update(self.fields(each.unchosen_fields, at))
        return {"option": option or ([] if many else None), "values": values}

    def fields(self, fields: Sequence[Field], at: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in fields:
            found.update(self.field(field, f"{at}{field.code}"))
        return found

    def field(self, field: Field, name: str) -> dict[str, Any]:
        if field.type == "group":
            return self.fields(field.fields, names.inside(name))
        if field.type == "tick":
            ticked = bool(self.texts(name))
            inner = self.fields(field.fields, names.inside(name)) if ticked else {}
            return {field.code: ticked, **inner}
        if field.type in {"choice", "choices"}:
            option = self.chosen(name, several=field.type == "choices")
            return {field.code: option, **self.below(field.options, option, name)} if option else {}
        if field.type == "matrix":
            rows = {item.code: self.item(field, item, name) for item in field.items}
            value: Any = {code: row for code, row in rows.items() if row}
        elif field.type == "table":
            value = self.table(field, name)
        else:
            value = self.text(name)
        return {field.code: value} if value else {}

    def below(self, options: Sequence[Option], chosen: Any, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for option in options:
            if option.code in codes(chosen):
                found.update(self.fields(option.fields, names.below(name, option.code)))
        return found

    def table(self, field: Field, name: str) -> list[dict[str, str]]:
        columns = [column.code for column in field.columns if not column.evidence]
        rows = []
        for number in range(1, (field.rows or 0) + 1):
            cells = {code: self.text(names.cell(name, number, code)) for code in columns}
            rows.append({code: text for code, text in cells.items() if text})
        if not any(column.evidence for column in field.columns):
            return [row for row in rows if row]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def item(self, field: Field, item: Item, name: str) -> dict[str, Any]:
        choice: Any
        if field.groups:
            cells = {
                group.code: self.chosen(
                    names.matrix_cell(name, item.code, group.code), several=field.several
                )
                for group in field.groups
            }
            choice = {code: chosen for code, chosen in cells.items() if chosen}
            taken = {code for chosen in choice.values() for code in codes(chosen)}
        else:
            choice = self.chosen(names.matrix_cell(name, item.code, None), several=field.several)
            taken = set(codes(choice))
        inner = self.fields(item.fields, names.matrix_row(name, item.code))
        for option in item.choices:
            if option.code in taken:
                at = names.matrix_choice(name, item.code, option.code)
                inner.update(self.fields(option.fields, at))
        row = {"choice": choice, "fields": inner}
        return {part: value for part, value in row.items() if value}
