"""The form of one question as records: what is asked, what is answered, what is wrong with it.

A template walks through them without deciding anything. The answer may be what was posted and
refused: what cannot be read is shown as it was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ckanext.pcio.survey.form import Field, Option, Question
from ckanext.pcio.survey.places import codes, places

from . import form_names as names
from .control_grids import Grids
from .control_ground import Where, is_number, mapping, written
from .control_records import Choice, Choices, Control, EvidenceView, Group, Line, Tick
from .wording import blanks, fill

__all__ = ["Control", "EvidenceView", "controls"]


def controls(
    question: Question,
    answer: Mapping[str, Any],
    *,
    language: str,
    evidence: Mapping[str, Sequence[EvidenceView]] = {},
    problems: Mapping[str, str] = {},
    editable: bool,
    anchored: bool = True,
    begun: Mapping[str, tuple[str, str]] = {},
) -> tuple[Control, ...]:
    """Return the form of `question`, filled with `answer`, in the form's order.

    `evidence` and `problems` are by place (`survey.places`); a problem with the evidence itself is
    under `evidence:<place>`. Where it is not `editable`, what is written stands in the form's own
    blanks, and tables end with their last filled row. Links lead to the places where it is
    `anchored`: one form on a page. `begun` holds by place the address and the passage of evidence
    that were written and not kept.
    """
    asked = frozenset(place.path for place in places(question, answer))
    builder = _Builder(
        language, asked, evidence, problems, editable=editable, anchored=anchored, begun=begun
    )
    return builder.question(question, answer)


class _Builder(Grids):
    def question(self, question: Question, answer: Mapping[str, Any]) -> tuple[Control, ...]:
        values = mapping(answer.get("values"))
        where = Where(at="", name="", active=True)
        if question.answer == "fields":
            return self.fields(question.fields, values, where)
        many = question.answer == "many"
        chosen = codes(answer.get("option"))
        anchor = self.anchor("", True)
        choices = []
        for option in question.options:
            taken = option.code in chosen
            below = where.below(names.below(names.OPTION, option.code), taken)
            unless = where.below(names.unless(names.OPTION, option.code), many and not taken)
            choice = self.choice(
                option,
                taken,
                option.code,
                self.fields(option.fields, values, below),
                self.fields(option.unchosen_fields, values, unless),
            )
            choices.append(replace(choice, unchosen=many and bool(answer) and not taken))
        return (
            Choices(
                place="",
                anchor=anchor,
                name=names.OPTION,
                legend=(),
                several=many,
                choices=tuple(choices),
                problem=self.problem("", True),
            ),
        )

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

    def fields(
        self, fields: Sequence[Field], values: Mapping[str, Any], where: Where
    ) -> tuple[Control, ...]:
        shown = values if where.active else {}
        return tuple(self.field(field, shown, where) for field in fields)

    def field(self, field: Field, values: Mapping[str, Any], where: Where) -> Control:
        value = values.get(field.code)
        if field.type == "group":
            inside = where.below(names.inside(f"{where.name}{field.code}"), True)
            inner = self.fields(field.fields, values, inside)
            return Group(legend=self.words(field.text), controls=inner)
        if field.type in {"choice", "choices"}:
            return self.choices(field, values, where)
        if field.type == "matrix":
            return self.matrix(field, value, where)
        if field.type == "table":
            return self.table(field, value, where)
        if field.type == "tick":
            return self.tick(field, values, where)
        return self.line(field, value, where)

    def tick(self, field: Field, values: Mapping[str, Any], where: Where) -> Tick:
        place, name = f"{where.at}{field.code}", f"{where.name}{field.code}"
        ticked = values.get(field.code) in (True, "true", "on", "1")
        anchor = self.anchor(place, where.active)
        return Tick(
            place=place,
            anchor=anchor,
            name=name,
            label=self.words(field.text),
            checked=ticked,
            asked=self.fields(field.fields, values, where.below(names.inside(name), ticked)),
            problem=self.problem(place, where.active),
        )

    def line(self, field: Field, value: Any, where: Where) -> Line:
        place = f"{where.at}{field.code}"
        text = f"{value:,}" if is_number(value) and not self.editable else written(value)
        prefix = field.prefix or ""
        rest = text[len(prefix) :] if prefix and text.startswith(prefix) else ""
        # An address that is elsewhere is shown whole; one with "://" would not be put together.
        behind = not text or (bool(rest) and "://" not in rest)
        label = self.words(field.text)
        inline = not self.editable and blanks(label) == 1
        return Line(
            place=place,
            anchor=self.anchor(place, where.active),
            name=f"{where.name}{field.code}",
            label=fill(label, [text]) if inline else label,
            type="number" if field.type == "number" else "url" if field.type == "url" else "text",
            value=rest if prefix and behind else text,
            unit=field.unit.text(self.language) if field.unit else "",
            prefix=prefix if behind else "",
            optional=field.optional,
            problem=self.problem(place, where.active),
            inline=inline,
        )

    def choices(self, field: Field, values: Mapping[str, Any], where: Where) -> Choices:
        place, name = f"{where.at}{field.code}", f"{where.name}{field.code}"
        chosen = codes(values.get(field.code))
        anchor = self.anchor(place, where.active)
        choices = []
        for option in field.options:
            taken = option.code in chosen
            below = where.below(names.below(name, option.code), taken)
            asked = self.fields(option.fields, values, below)
            choices.append(self.choice(option, taken, f"{place}.{option.code}", asked))
        return Choices(
            place=place,
            anchor=anchor,
            name=name,
            legend=self.words(field.text),
            several=field.type == "choices",
            choices=tuple(choices),
            optional=field.optional,
            problem=self.problem(place, where.active),
        )
