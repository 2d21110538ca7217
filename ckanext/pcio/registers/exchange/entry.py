"""An exchange as a person or a program writes it: read, checked, and what is odd about it.

Pure. What must be asked of CKAN (the dataset, an organization, an account) is resolved in
`actions`; everything else that can be wrong is found here, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ckanext.pcio.registers.exchange.fields import FIELDS, Field
from ckanext.pcio.registers.exchange.words import words
from ckanext.pcio.standard import values
from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.messages import N_, Message

LINKED = "linked"
# Those the program resolves with CKAN's help.
REFERENCES = frozenset({"dataset", "partner_organization", "account"})
READ = tuple(each for each in FIELDS.values() if each.name not in REFERENCES)
TOLD = ("told_calls", "told_records", "told_last_use")
_PAST = ("approved_on", "signed_on", "told_last_use", "told_on")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
# A province hands over millions of records; a million millions is a slip.
LARGEST = 999_999_999_999
_NUMBER = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class Day:
    """A date as people read it."""

    date: date

    def text(self, language: str = "th") -> str:
        """Return the date in words of `language`."""
        return format_date(self.date, language)


@dataclass(slots=True)
class Reading:
    """The stored values of an entry, and by field why it cannot be stored."""

    values: dict[str, Any]
    problems: dict[str, Message] = field(default_factory=dict)

    def refuse(self, name: str, problem: Message) -> None:
        """Note the first problem of a field."""
        self.problems.setdefault(name, problem)


def read(raw: Mapping[str, Any], today: date, stored: Mapping[str, Any] | None = None) -> Reading:
    """Return what `raw` says; a field it leaves out keeps its `stored` value, or is blank."""
    reading = Reading({})
    for each in READ:
        known = (stored or {}).get(each.name)
        reading.values[each.name] = known if stored else _blank(each)
        if each.name in raw:
            try:
                reading.values[each.name] = _value(each, raw[each.name])
            except values.Refused as refused:
                reading.refuse(each.name, refused.message)
    if all(reading.values[name] is None for name in TOLD) and not reading.problems:
        reading.values["told_on"] = None
    for name, problem in _broken_rules(reading.values, today):
        reading.refuse(name, problem)
    return reading


def named(name: str, problem: Message) -> Message:
    """Return a problem as a sentence that begins with its field."""
    return Message(
        N_("{field}: {problem}"), {"field": Message(FIELDS[name].label), "problem": problem}
    )


def warnings(found: Mapping[str, Any], today: date) -> Iterator[Message]:
    """Yield what is odd about an exchange without being wrong.

    A signing before the approval is one: most are slips, but an agreement may be ratified after it
    was signed, and the register must be able to hold what the document says.
    """
    approved, signed = found["approved_on"], found["signed_on"]
    if approved and signed and signed < approved:
        yield Message(
            N_("The agreement was signed on {signed}, before it was approved on {approved}."),
            {"signed": Day(signed), "approved": Day(approved)},
        )
    if found["status"] != LINKED:
        return
    if not found["legal_basis"]:
        yield Message(N_("No legal basis or memorandum of this exchange is recorded."))
    if found["ends_on"] and found["ends_on"] < today:
        yield Message(
            N_("The exchange ended on {day}; it no longer makes its dataset sharable."),
            {"day": Day(found["ends_on"])},
        )


def _blank(each: Field) -> Any:
    return "" if each.kind in ("text", "long", "choice") else None


def _value(each: Field, raw: Any) -> Any:
    if each.kind == "choice":
        return _key(each.name, raw)
    if each.kind == "date":
        day = values.iso_date(raw)
        return date.fromisoformat(day) if day else None
    if each.kind == "number":
        return _number(raw)
    return values.storable(values.text(raw, each.limit))


def _key(name: str, raw: Any) -> str:
    """Return the key of a value given as its key, its Thai text or one of its aliases."""
    known = words(name)
    if isinstance(raw, str) and (term := known.by_key(raw.strip())):
        return term.key
    term = known.find(values.term(known, raw))
    return term.key if term else ""


def _number(raw: Any) -> int | None:
    if values.is_blank(raw):
        return None
    text = "" if isinstance(raw, (bool, list, dict, float)) else values.digits(raw)
    if isinstance(raw, float) and raw.is_integer():
        text = str(int(raw))
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if _NUMBER.fullmatch(text):
        return int(text)
    raise values.Refused(
        Message(
            N_('"{value}" is not a whole number from {low} to {high}'),
            {"value": values.shown(raw), "low": 0, "high": f"{LARGEST:,}"},
        ),
        raw,
    )


def _broken_rules(found: Mapping[str, Any], today: date) -> Iterator[tuple[str, Message]]:
    for each in READ:
        if each.required and not found[each.name]:
            yield each.name, Message(N_("choose one"))
    for name in _PAST:
        if found[name] and found[name] > today:
            yield name, Message(N_("{day} has not come yet"), {"day": Day(found[name])})
    yield from _broken_times(found, today)
    if found["told_on"] is None and any(found[name] is not None for name in TOLD):
        yield "told_on", Message(N_("state the day on which these figures were taken"))


def _broken_times(found: Mapping[str, Any], today: date) -> Iterator[tuple[str, Message]]:
    start, end = found["starts_on"], found["ends_on"]
    if found["status"] == LINKED and start is None:
        yield "starts_on", Message(N_("an exchange that is linked has begun; state the day"))
    if found["status"] == LINKED and start and start > today:
        yield (
            "starts_on",
            Message(
                N_("an exchange that is linked has begun, but {day} has not come yet"),
                {"day": Day(start)},
            ),
        )
    if start and end and end < start:
        yield (
            "ends_on",
            Message(
                N_("the end, {end}, is before the start, {start}"),
                {"end": Day(end), "start": Day(start)},
            ),
        )
    used, taken = found["told_last_use"], found["told_on"]
    if used and start and used < start:
        yield (
            "told_last_use",
            Message(
                N_("{day} is before the start, {start}"), {"day": Day(used), "start": Day(start)}
            ),
        )
    if used and taken and used > taken:
        yield (
            "told_last_use",
            Message(
                N_("{day} is after the day the figures were taken, {taken}"),
                {"day": Day(used), "taken": Day(taken)},
            ),
        )
