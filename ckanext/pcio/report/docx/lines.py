"""Options and fields as lines: boxes, blanks, what is written in them, what is attached."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ckanext.pcio.survey.form import Field, Option
from ckanext.pcio.survey.places import codes

from .blanks import blank, count, ends_with, filled, says
from .grids import side_by_side, sides, table_rows
from .markup import Element, paragraph, run, tab
from .matrices import matrix
from .paper import INDENT, SIMPLE, Paper, hung, mapping, mark, runs, written

Values = Mapping[str, Any]
FIRST_LEVEL = 1


class Lines:
    """The answer part of one question."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.text = paper.words.text

    def options(
        self,
        options: Sequence[Option],
        chosen: Collection[str],
        values: Values,
        *,
        many: bool,
        at: str = "",
        below: str = "",
        level: int = FIRST_LEVEL,
        said: tuple[str, ...] = (),
    ) -> Iterator[Element]:
        """Yield options with their boxes and what they ask for.

        `below` begins the place of each option, `at` that of their fields (`survey.places`).
        `said` are the texts above, whose words are not printed again.
        """
        for option in options:
            taken = option.code in chosen
            place = f"{below}{option.code}"
            if option.chosen_text and option.unchosen_text:
                yield from self.either(option, chosen, values, at, level)
            else:
                given = values if taken else {}
                yield from self.option(option, taken, given, many, at, place, level, said)
            if option.unchosen_fields and not option.unchosen_text:
                given = {} if taken else values
                yield from self.fields(option.unchosen_fields, given, at, level + 1)

    def option(
        self,
        option: Option,
        taken: bool,
        values: Values,
        many: bool,
        at: str,
        place: str,
        level: int,
        said: tuple[str, ...],
    ) -> Iterator[Element]:
        """Yield an option; `values` are empty where it is not chosen, so that it stands blank."""
        text = self.text(option.text)
        fields = list(option.fields)
        in_text = []
        if option.evidence == "file_or_url" and count(text):
            in_text.append(self.paper.urls(place) if taken else "")
        while fields and fields[0].type in SIMPLE and len(in_text) < count(text):
            in_text.append(self.paper.value(fields.pop(0), values))
        content = [mark(chosen=taken, many=many), *runs(filled(text, in_text))]
        yield self.line(content, text, fields, values, level)
        while fields and self.asked_in(text, fields[0]):
            yield self.simple(fields.pop(0), values, "", level + 1, ())
        if taken:
            left = INDENT * (level + 1)
            yield from self.paper.evidence(self.paper.attached(place), left)
            yield from self.paper.lacking(option.evidence, place, left)
        yield from self.fields(fields, values, at, level + 1, (text, *said))

    def asked_in(self, text: str, field: Field) -> bool:
        """Whether an option asks for a field in its own words, without a blank for it."""
        return field.type in SIMPLE and bool(field.text) and says(text, self.text(field.text))

    def either(
        self, option: Option, chosen: Collection[str], values: Values, at: str, level: int
    ) -> Iterator[Element]:
        """Yield an option that the form prints as a choice of its own: it is there, or not."""
        taken = option.code in chosen
        without = bool(chosen) and not taken
        without |= any(field.code in values for field in option.unchosen_fields)
        without &= not taken
        texts = (option.unchosen_text or option.text, option.chosen_text or option.text)
        boxes = (
            mark(chosen=without, many=False),
            run(f" {self.text(texts[0])}    "),
            mark(chosen=taken, many=False),
            run(f" {self.text(texts[1])}"),
        )
        yield paragraph(run(self.text(option.text)), style="Choice", left=INDENT * level, keep=True)
        yield paragraph(*boxes, style="Choice", left=INDENT * (level + 1))
        yield from self.fields(option.fields, values if taken else {}, at, level + 1, ())
        yield from self.fields(option.unchosen_fields, values if without else {}, at, level + 1, ())

    def line(
        self, content: list[Element], text: str, fields: list[Field], values: Values, level: int
    ) -> Element:
        """Return a line, with the value of a field whose words it ends with; takes that field."""
        if not (fields and fields[0].type in SIMPLE):
            return hung(*content, level=level)
        label = self.text(fields[0].text) if fields[0].text else ""
        if count(text) or not ends_with(text, label):
            return hung(*content, level=level)
        value = self.paper.value(fields.pop(0), values, label)
        if value:
            return hung(*content, run(" "), written(value), level=level)
        return hung(*content, run(" "), tab(), level=level, dots_to=(self.paper.width,))

    def fields(
        self,
        fields: Sequence[Field],
        values: Values,
        at: str = "",
        level: int = FIRST_LEVEL,
        said: tuple[str, ...] = (),
    ) -> Iterator[Element]:
        """Yield fields one below the other."""
        for field in fields:
            yield from self.field(field, values, at, level, said)

    def field(
        self, field: Field, values: Values, at: str, level: int, said: tuple[str, ...]
    ) -> Iterator[Element]:
        """Yield a field in the way of its type."""
        path = f"{at}{field.code}"
        label = self.text(field.text) if field.text else ""
        if field.type == "matrix":
            yield from matrix(self.paper, field, mapping(values.get(field.code)), path)
            return
        if field.type in SIMPLE:
            yield self.simple(field, values, label, level, said)
            return
        if field.type == "tick":
            yield from self.tick(field, values, at, label, level)
            return
        if field.type == "choices" and side_by_side(field):
            yield from sides(self.paper, field, values, level)
            return
        if label and not self.printed(label, field, said):
            yield paragraph(run(label), style="Choice", left=INDENT * level, keep=True)
        inside = (label, *said)
        if field.type == "group":
            yield from self.fields(field.fields, values, at, level + 1, inside)
        elif field.type == "table":
            yield from table_rows(self.paper, field, values.get(field.code), path, level)
        else:
            yield from self.options(
                field.options,
                codes(values.get(field.code)),
                values,
                many=field.type == "choices",
                at=at,
                below=f"{path}.",
                level=level,
                said=inside,
            )

    def printed(self, label: str, field: Field, said: tuple[str, ...]) -> bool:
        """Whether the words of a label stand above it, or in what it offers, already."""
        offered = (self.text(option.text) for option in field.options)
        return any(says(text, label) for text in (*said, *offered))

    def tick(
        self, field: Field, values: Values, at: str, label: str, level: int
    ) -> Iterator[Element]:
        """Yield a box of its own, and what it asks for."""
        taken = values.get(field.code) is True
        fields = list(field.fields)
        given = values if taken else {}
        content = [mark(chosen=taken, many=True), run(label)]
        yield self.line(content, label, fields, given, level)
        yield from self.fields(fields, given, at, level + 1, (label,))

    def simple(
        self, field: Field, values: Values, label: str, level: int, said: tuple[str, ...]
    ) -> Element:
        """Return a field on a line of its own: its words, what is written or dots, its unit."""
        value = self.paper.value(field, values, label)
        left = INDENT * level
        if count(label):
            return paragraph(*runs(filled(label, [value])), style="Choice", left=left)
        shown = label if not self.printed(label, field, said) else ""
        content = [run(f"{shown} ")] if shown else []
        unit = self.text(field.unit) if field.unit else ""
        if not value and not unit:
            return paragraph(
                *content, tab(), style="Choice", left=left, dots_to=(self.paper.width,)
            )
        content.append(written(value) if value else run(blank().text))
        if unit:
            content.append(run(f" {unit}"))
        return paragraph(*content, style="Choice", left=left)
