"""Reading an answer people give: checked against the form, and kept in one shape.

The shape is told in `survey.places`. What the chosen options do not ask for is left out, so an
answer never says more than the form of that answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.standard import values as standard_values
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import arabic_digits, normalize

from .form import Field, Item, Option, Question
from .places import codes

LONGEST_TEXT = 5000
LARGEST_NUMBER = 10**12
_SINGLE = frozenset({"choice"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in an answer that the form does not take, and where (`survey.places`)."""

    place: str
    message: Message


class AnswerRefused(ValueError):
    """An answer does not fit the form; `problems` says all that is wrong, in the form's order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.place}: {p.message.text('en')}" for p in problems))
        self.problems = tuple(problems)


def read(question: Question, data: Any) -> dict[str, Any]:
    """Return the answer that `data` gives to `question`: `{"option": ..., "values": {...}}`.

    `data` has that shape, with texts for numbers and "true" for ticks as a web form sends them.
    Blank values are left out. A question of fields only has no "option". Raises `AnswerRefused`.
    """
    reader = _Reader()
    answer = reader.answer(question, data)
    if reader.problems:
        raise AnswerRefused(reader.problems)
    return answer


def from_proposal(question: Question, proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer a proposal amounts to: its option, and those of its values the form asks.

    The numbers behind a proposal, which the form has no field or column for, are left out. Raises
    `AnswerRefused` where the proposal does not fit the form.
    """
    every = [
        *question.fields,
        *(f for o in question.options for f in (*o.fields, *o.unchosen_fields)),
    ]
    known = set(_codes_below(every))
    tables = {field.code: field for field in question.all_fields() if field.type == "table"}
    found = {
        code: _columns_of(tables[code], value) if code in tables else value
        for code, value in proposal["values"].items()
        if code in known
    }
    return read(question, {"option": proposal["option"], "values": found})


def _columns_of(field: Field, rows: Any) -> list[dict[str, Any]]:
    columns = {column.code for column in field.columns}
    return [{code: cell for code, cell in row.items() if code in columns} for row in rows]


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, place: str, msgid: str, **params: Any) -> None:
        self.problems.append(Problem(place, Message(msgid, params)))

    def answer(self, question: Question, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            self.refuse("", N_("an answer was expected, with an option and values"))
            return {}
        raw = self.mapping(data.get("values"), "values")
        if question.answer == "fields":
            self.unknown(raw, question.fields, "")
            return {"values": self.fields(question.fields, raw, "")}
        many = question.answer == "many"
        option = self.choice(question.options, data.get("option"), "", several=many)
        chosen = codes(option)
        asked = [
            field
            for each in question.options
            for field in (each.fields if each.code in chosen else each.unchosen_fields)
            if many or each.code in chosen
        ]
        known = [f for each in question.options for f in (*each.fields, *each.unchosen_fields)]
        self.unknown(raw, known, "")
        return {"option": option, "values": self.fields(asked, raw, "")}

    def mapping(self, value: Any, place: str) -> Mapping[str, Any]:
        if value in (None, ""):
            return {}
        if isinstance(value, Mapping):
            return value
        self.refuse(place, N_("the values of fields were expected, by their codes"))
        return {}

    def unknown(self, raw: Mapping[str, Any], fields: Sequence[Field], at: str) -> None:
        known = set(_codes_below(fields))
        for code in raw:
            if code not in known:
                self.refuse(at, N_("the form has no field “{code}” here"), code=_shown(code))

    def fields(self, fields: Sequence[Field], raw: Mapping[str, Any], at: str) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for field in fields:
            kept.update(self.field(field, raw, at))
        return kept

    def field(self, field: Field, raw: Mapping[str, Any], at: str) -> dict[str, Any]:
        if field.type == "group":
            return self.fields(field.fields, raw, at)
        value = raw.get(field.code)
        if value in (None, "", [], {}):
            return {}
        place = f"{at}{field.code}"
        if field.type in {"choice", "choices"}:
            several = field.type not in _SINGLE
            option = self.choice(field.options, value, place, several=several)
            inner = [f for o in field.options if o.code in codes(option) for f in o.fields]
            return {field.code: option, **self.fields(inner, raw, at)} if option else {}
        if field.type == "tick":
            ticked = self.tick(value, place)
            inner = self.fields(field.fields, raw, at) if ticked else {}
            return {field.code: ticked, **inner}
        if field.type == "matrix":
            rows = self.matrix(field, self.mapping(value, place), place)
            return {field.code: rows} if rows else {}
        read_value = self.table(field, value, place) if field.type == "table" else None
        if field.type != "table":
            read_value = self.single(field, value, place)
        return {} if read_value in (None, "", []) else {field.code: read_value}

    def choice(
        self, options: Sequence[Option], value: Any, place: str, *, several: bool
    ) -> str | list[str] | None:
        """Return the chosen code, or codes in the form's order; None where none is chosen."""
        if value in (None, "", []):
            return [] if several else None
        chosen = [value] if isinstance(value, str) else value
        known = [option.code for option in options]
        if not isinstance(chosen, Sequence) or not all(c in known for c in chosen):
            text = N_("“{value}” is not one of the form's options: {choices}")
            self.refuse(place, text, value=_shown(value), choices=", ".join(known))
            return [] if several else None
        if several:
            return [code for code in known if code in chosen]
        if len(chosen) > 1:
            self.refuse(place, N_("the form takes one answer here, not several"))
            return None
        return chosen[0]

    def tick(self, value: Any, place: str) -> bool:
        text = value.strip().lower() if isinstance(value, str) else value
        if text in (True, "true", "on", "1"):
            return True
        if text not in (False, "false", "off", "0"):
            self.refuse(place, N_("“{value}” is neither ticked nor not"), value=_shown(value))
        return False

    def single(self, field: Field, value: Any, place: str) -> Any:
        readers: Mapping[str, Callable[[Any, str], Any]] = {
            "text": self.text,
            "url": self.url,
            "number": self.number,
        }
        if field.prefix and isinstance(value, str) and "://" not in value:
            value = f"{field.prefix}{value.strip()}"
        return readers[field.type](value, place)

    def text(self, value: Any, place: str) -> str:
        if not isinstance(value, str):
            self.refuse(place, N_('a text was expected, not "{value}"'), value=_shown(value))
            return ""
        text = normalize(standard_values.storable(value)).strip()
        if len(text) > LONGEST_TEXT:
            too_long = N_("the text has {length} characters; the most is {most}")
            self.refuse(place, too_long, length=len(text), most=LONGEST_TEXT)
        return text

    def url(self, value: Any, place: str) -> str:
        text = self.text(value, place)
        try:
            return standard_values.url(text) if text else ""
        except standard_values.Refused as refused:
            self.problems.append(Problem(place, refused.message))
            return ""

    def number(self, value: Any, place: str) -> int | float | None:
        written = arabic_digits(str(value)).replace(",", "").strip()
        try:
            number = float(written) if not isinstance(value, bool) else float("nan")
        except (ValueError, OverflowError):
            number = float("nan")
        if not 0 <= number <= LARGEST_NUMBER:
            self.refuse(place, N_("“{value}” is not a number from 0 on"), value=_shown(value))
            return None
        return int(number) if number.is_integer() else number

    def table(self, field: Field, value: Any, place: str) -> list[dict[str, str]]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.refuse(place, N_("rows were expected"))
            return []
        rows = [self.row(field, raw, f"{place}.{n}") for n, raw in enumerate(value, 1)]
        if any(column.evidence for column in field.columns):
            # Evidence is attached to the number of a row, so blank ones before it stay.
            rows = rows[: max((n for n, row in enumerate(rows, 1) if row), default=0)]
        else:
            rows = [row for row in rows if row]
        if field.rows and len(rows) > field.rows:
            too_many = N_("the form has {most} rows here; {number} were given")
            self.refuse(place, too_many, most=field.rows, number=len(rows))
        return rows

    def row(self, field: Field, raw: Any, place: str) -> dict[str, str]:
        cells = self.mapping(raw, place)
        columns = {column.code for column in field.columns if not column.evidence}
        for code in cells:
            if code not in columns:
                self.refuse(place, N_("the form has no field “{code}” here"), code=_shown(code))
        read_cells = {
            code: self.text(cells[code], f"{place}.{code}")
            for code in (column.code for column in field.columns)
            if code in columns and cells.get(code) not in (None, "")
        }
        return {code: text for code, text in read_cells.items() if text}

    def matrix(self, field: Field, raw: Mapping[str, Any], place: str) -> dict[str, Any]:
        items = {item.code: item for item in field.items}
        for code in raw:
            if code not in items:
                self.refuse(place, N_("the form has no row “{code}” here"), code=_shown(code))
        rows = {
            code: self.item(field, item, self.mapping(raw.get(code), f"{place}.{code}"), place)
            for code, item in items.items()
        }
        return {code: row for code, row in rows.items() if row}

    def item(self, field: Field, item: Item, raw: Mapping[str, Any], place: str) -> dict[str, Any]:
        at = f"{place}.{item.code}"
        choice: Any
        if field.groups:
            given = self.mapping(raw.get("choice"), at)
            read_cells = {
                group.code: self.choice(
                    item.choices, given.get(group.code), f"{at}.{group.code}", several=field.several
                )
                for group in field.groups
            }
            choice = {code: value for code, value in read_cells.items() if value}
            chosen = set(choice.values())
        else:
            choice = self.choice(item.choices, raw.get("choice"), at, several=field.several)
            chosen = set(codes(choice))
        asked = [*item.fields, *(f for o in item.choices if o.code in chosen for f in o.fields)]
        inner = self.mapping(raw.get("fields"), at)
        known = [*item.fields, *(f for o in item.choices for f in o.fields)]
        self.unknown(inner, known, at)
        fields = self.fields(asked, inner, f"{at}.")
        row = {"choice": choice, "fields": fields}
        return {name: value for name, value in row.items() if value}


def _codes_below(fields: Sequence[Field]) -> Iterator[str]:
    """Yield the codes that stand beside each other in `values`: groups and options unfolded."""
    for field in fields:
        yield field.code
        if field.type != "matrix":
            yield from _codes_below(field.fields)
            for option in field.options:
                yield from _codes_below(option.fields)


def _shown(value: Any) -> str:
    return str(standard_values.shown(value))[:80]
