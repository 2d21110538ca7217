"""The records of a questionnaire: pillars, sections, questions, options, fields, skips.

They know no edition; `survey.instrument` fills them from the edition's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Evidence = Literal["file", "file_or_url"]
FieldType = Literal[
    "tick", "text", "number", "url", "choice", "choices", "table", "group", "matrix"
]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the form: `th` is the form's own wording, `en` a translation of ours."""

    th: str
    en: str

    def text(self, language: str = "th") -> str:
        """Return the text in `language` ("th" or "en")."""
        return self.en if language == "en" else self.th


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar:
    """One of the survey's pillars; the weights of an edition sum to 100."""

    number: int
    title: Text
    weight: float
    asked: bool
    """Whether provinces are asked about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A sub-indicator of a pillar; its number is not a question's number ("2.2")."""

    number: str
    pillar: int
    title: Text
    from_department: bool
    """Its score comes from the parent department, so the form asks nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table field, or a group of columns of a matrix."""

    code: str
    text: Text
    evidence: Evidence | None
    """What is attached in this column, row by row."""
    when_unknown: Text | None
    """What the form's own note allows in this column where the truth is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something an option asks for; `code` is its key in a proposal's `values`."""

    code: str
    type: FieldType
    text: Text | None
    unit: Text | None
    optional: bool
    """Whether it may be left blank."""
    prefix: str | None
    """What the form prints before the blank: "https://data.go.th/organization/"."""
    options: tuple[Option, ...]
    fields: tuple[Field, ...]
    columns: tuple[Column, ...]
    rows: int | None
    """Row limit of a table field."""
    items: tuple[Item, ...]
    """Rows of a matrix."""
    groups: tuple[Column, ...]
    """Columns of a matrix in each of which every row is answered; none where there is one."""
    choices: tuple[Option, ...]
    """What is chosen in each row of a matrix."""
    items_text: Text | None
    choices_text: Text | None
    several: bool
    """Whether several choices may be made in a row of a matrix."""

    def column(self, code: str) -> Column:
        """Return the column with this code; raises KeyError."""
        return next_or_key_error((c for c in self.columns if c.code == code), code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of a matrix."""

    code: str
    text: Text
    indicator: str | None
    optional: bool
    """Whether the row may be left unanswered."""
    sub: bool
    """Whether it stands below the last row that does not."""
    examples: tuple[Text, ...]
    notes: tuple[Text, ...]
    choices: tuple[Option, ...]
    """In place of the matrix's own; else the same."""
    fields: tuple[Field, ...]
    """Asked in this row whatever is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a question (or of a choice field)."""

    code: str
    text: Text
    label: Text
    """A short name of ours for lists and sentences; where the file gives none, `text`."""
    chosen_text: Text | None
    unchosen_text: Text | None
    evidence: Evidence | None
    """What has to be attached before the option can be submitted."""
    skip_to: str | None
    """Id of the section or question where the form goes on when this option is chosen."""
    fields: tuple[Field, ...]
    unchosen_fields: tuple[Field, ...]

    def all_fields(self) -> Iterator[Field]:
        """Yield the fields asked when the option is chosen, groups and sub-options unfolded."""
        yield from _unfold(self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the form with its notes."""

    id: str
    parent: str | None
    pillar: int | None
    indicator: str | None
    heading: Text
    examples: tuple[Text, ...]
    notes: tuple[Text, ...]
    remarks: tuple[Text, ...]
    """Ours, about the form itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the form."""

    id: str
    section: str
    pillar: int
    indicator: str | None
    """Number of the sub-indicator, which is not the question's number ("2.2")."""
    text: Text
    examples: tuple[Text, ...]
    notes: tuple[Text, ...]
    remarks: tuple[Text, ...]
    """Ours, about the form itself."""
    office: Text
    """Which office answers, as the committee assigned it."""
    asks: Literal["every_office", "provincial_office"]
    """The same for the machine."""
    answer: Literal["one", "many", "fields"]
    """How many options are chosen; "fields" has none and asks its fields."""
    options: tuple[Option, ...]
    fields: tuple[Field, ...]
    rule: str | None
    """Name of the derivation rule, where the catalog can answer."""

    def option(self, code: str) -> Option:
        """Return the option with this code; raises KeyError."""
        return next_or_key_error((o for o in self.options if o.code == code), code)

    def field(self, code: str) -> Field:
        """Return the field with this code in any option; raises KeyError."""
        return next_or_key_error((f for f in self.all_fields() if f.code == code), code)

    def all_fields(self) -> Iterator[Field]:
        """Yield the fields of the question and of its options, unfolded."""
        yield from _unfold(self.fields)
        for option in self.options:
            yield from option.all_fields()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One edition of the survey; `parts` keeps sections and questions in the form's order."""

    id: str
    year: int
    title: Text
    frame_only: bool
    """Whether only its frame is published, so that nobody answers it here."""
    pillars: tuple[Pillar, ...]
    indicators: tuple[Indicator, ...]
    parts: tuple[Section | Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the form's order."""
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in the form's order."""
        return tuple(part for part in self.parts if isinstance(part, Section))

    def question(self, question_id: str) -> Question:
        """Return the question with this id; raises KeyError."""
        return next_or_key_error((q for q in self.questions if q.id == question_id), question_id)

    def pillar(self, number: int) -> Pillar:
        """Return the pillar with this number; raises KeyError."""
        return next_or_key_error((p for p in self.pillars if p.number == number), str(number))

    def weight(self, number: int) -> float:
        """Return a pillar's weight in per cent of what provinces are asked; 0 where not asked.

        Where a pillar is not surveyed in provinces, the others are re-based to 100.
        """
        pillar = self.pillar(number)
        asked = sum(each.weight for each in self.pillars if each.asked)
        return 100 * pillar.weight / asked if pillar.asked else 0.0

    def skipped(self, chosen: Mapping[str, str | Iterable[str] | None]) -> dict[str, str]:
        """Return which questions the form skips, given the chosen options.

        `chosen` maps question ids to an option code, several, or None. The result maps the id of
        a skipped question to the id of the question whose answer skips it. A skipped question's
        own answer skips nothing.
        """
        order = {part.id: position for position, part in enumerate(self.parts)}
        skipped: dict[str, str] = {}
        for question in self.questions:
            if question.id in skipped:
                continue
            target = _skip_target(question, chosen.get(question.id))
            if target is None:
                continue
            for later in self.questions:
                if order[question.id] < order[later.id] < order[target]:
                    skipped[later.id] = question.id
        return skipped


def next_or_key_error(found: Iterator[Any], name: str) -> Any:
    """Return the first item of `found`, or raise KeyError(`name`)."""
    for item in found:
        return item
    raise KeyError(name)


def _skip_target(question: Question, chosen: str | Iterable[str] | None) -> str | None:
    if chosen is None:
        return None
    codes = {chosen} if isinstance(chosen, str) else set(chosen)
    targets = (o.skip_to for o in question.options if o.code in codes and o.skip_to)
    return next(targets, None)


def _unfold(fields: tuple[Field, ...]) -> Iterator[Field]:
    for item in fields:
        yield item
        yield from _unfold(item.fields)
        for row in item.items:
            yield from _unfold(row.fields)
        rows = (option for row in item.items for option in row.choices)
        for option in dict.fromkeys((*item.options, *item.choices, *rows)):
            yield from _unfold(option.fields)
