"""Why a measure of quality is not full, or could not be taken, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.pcio.standard import links, openness
from ckanext.pcio.standard.agreement import FoundProblem
from ckanext.pcio.standard.columns import Column, is_described
from ckanext.pcio.standard.completeness import ItemState
from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.freshness import UNITS_WITH_DUE_DATE
from ckanext.pcio.standard.items import field_of_item
from ckanext.pcio.standard.links import LinkCounts, LinkState
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.quality_settings import quality_settings
from ckanext.pcio.standard.record import stated_text, text_of
from ckanext.pcio.standard.vocabulary import vocabulary

MOST_NAMES = 5
"""No more columns or formats are named in one sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, and the field to mend it in."""

    message: Message
    field: str = ""
    """Name of the field; of the dataset, or of the resource `resource_id` names."""
    resource_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What was read of one dataset: what `standard.measures` takes, and what explains it."""

    items: tuple[ItemState, ...]
    files: Sequence[Mapping[str, Any]]
    links: tuple[LinkState, ...]
    link_counts: LinkCounts
    broken_rules: tuple[FoundProblem, ...]
    undeclared: tuple[str, ...]
    tables: tuple[tuple[Column, ...], ...]
    """The columns of each of `files`."""
    star_table: str

    missing: tuple[str, ...]
    invalid: tuple[str, ...]
    category: str | None
    level: str | None
    resources: int
    described_files: int
    formats: tuple[str, ...]
    declared_formats: int | None
    rules_asked: int
    rules_kept: int
    stars: int
    machine_readable: bool
    dictionary: bool
    last_updated: date | None
    frequency_unit: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Day:
    """A date as people read it."""

    date: date

    def text(self, language: str = "th") -> str:
        """Return the date in words of `language`."""
        return format_date(self.date, language)


@dataclass(frozen=True, slots=True)
class _Unit:
    key: str

    def text(self, language: str = "th") -> str:
        term = vocabulary("update_frequency_unit").by_key(self.key)
        return term.label(language) if term else self.key


def reasons(key: str, drawn: Drawn, today: date, *, measured: bool) -> tuple[Finding, ...]:
    """Return what the measure `key` lacks, or, if not `measured`, why it was not taken."""
    if measured:
        return tuple(_SHORT[key](drawn, today))
    return (Finding(_UNMEASURED[key](drawn)),)


def freshness_reason(drawn: Drawn, today: date) -> Message:
    """Return how it stands with the due date, in one sentence."""
    unit, due = drawn.frequency_unit, drawn.due_on
    if due is not None and today > due:
        late = N_("It was due on {due}: {days} days ago.")
        return Message(late, {"due": Day(due), "days": (today - due).days})
    if due is not None:
        return Message(N_("The next update is due by {due}."), {"due": Day(due)})
    if unit is None:
        return Message(N_("The frequency of updates is not stated, so no day is due."))
    if unit in UNITS_WITH_DUE_DATE:
        return Message(N_("The day of the last update is not stated, so it cannot be told."))
    never = N_("Data with the frequency “{unit}” does not fall due.")
    return Message(never, {"unit": _Unit(unit)})


def name_of(resource: Mapping[str, Any]) -> str:
    """Return what a resource is called, or the file's address where it has no name."""
    return stated_text(resource.get("name")) or text_of(resource.get("url"))[:200] or "?"


def _items(state: str) -> Callable[[Drawn, date], Iterator[Finding]]:
    def found(drawn: Drawn, _today: date) -> Iterator[Finding]:
        for item in drawn.items:
            if item.state == state:
                unreadable = Message(N_("it cannot be read"))
                yield Finding(item.reason or unreadable, field_of_item(item.code))

    return found


def _files_described(drawn: Drawn, _today: date) -> Iterator[Finding]:
    for resource in drawn.files:
        identifier = text_of(resource.get("id"))
        if not stated_text(resource.get("name")):
            message = Message(N_("“{file}” has no name"), {"file": name_of(resource)})
            yield Finding(message, "name", identifier)
        if not stated_text(resource.get("description")):
            message = Message(N_("“{file}” has no description"), {"file": name_of(resource)})
            yield Finding(message, "description", identifier)


def _rules_kept(drawn: Drawn, _today: date) -> Iterator[Finding]:
    for found in drawn.broken_rules:
        if found.position is None:
            yield Finding(found.problem.message, found.problem.field)
        else:
            resource = drawn.files[found.position]
            message = Message(
                N_("“{file}”: {problem}"),
                {"file": name_of(resource), "problem": found.problem.message},
            )
            yield Finding(message, found.problem.field, text_of(resource.get("id")))


def _formats_declared(drawn: Drawn, _today: date) -> Iterator[Finding]:
    message = N_("there are files in {formats}, which the stated storage formats do not name")
    yield Finding(Message(message, {"formats": _some(drawn.undeclared)}), "data_format")


def _frequency_told(drawn: Drawn, _today: date) -> Iterator[Finding]:
    reason = next(
        (item.reason for item in drawn.items if item.code == "update_frequency"), None
    ) or Message(N_("the office states that the frequency is not known"))
    yield Finding(reason, "update_frequency_unit")


def _update_dated(_drawn: Drawn, _today: date) -> Iterator[Finding]:
    yield Finding(Message(N_("the day of the last update is not stated")), "last_updated_date")


def _current(drawn: Drawn, today: date) -> Iterator[Finding]:
    yield Finding(freshness_reason(drawn, today), "last_updated_date")


def _has_files(_drawn: Drawn, _today: date) -> Iterator[Finding]:
    yield Finding(Message(N_("the dataset has no file and no service yet")))


def _machine_readable(drawn: Drawn, _today: date) -> Iterator[Finding]:
    yield Finding(_formats(drawn, N_("programs cannot read {formats} without a person's help")))


def _open_enough(drawn: Drawn, _today: date) -> Iterator[Finding]:
    message = N_("{stars} stars by “{table}”; at least {enough} are asked for")
    table = openness.load_table(drawn.star_table)
    parameters = {"stars": drawn.stars, "enough": quality_settings().enough_stars}
    yield Finding(Message(message, {**parameters, "table": _TableName(table)}))


def _dictionary(drawn: Drawn, _today: date) -> Iterator[Finding]:
    for resource, columns in zip(drawn.files, drawn.tables, strict=True):
        lacking = [column.name for column in columns if not is_described(column)]
        if lacking:
            message = N_(
                "“{file}”: {number} of {total} columns lack a type or a description: {names}"
            )
            parameters = {
                "file": name_of(resource),
                "number": len(lacking),
                "total": len(columns),
                "names": _some(lacking),
            }
            yield Finding(Message(message, parameters), "dictionary", text_of(resource.get("id")))
    if not any(drawn.tables):
        yield Finding(Message(N_("no file has a data dictionary that explains its columns")))


def _links_answer(drawn: Drawn, _today: date) -> Iterator[Finding]:
    names = {text_of(resource.get("id")): name_of(resource) for resource in drawn.files}
    for link in drawn.links:
        if link.state == links.BROKEN:
            told = links.reason(link.reason, link.status) or Message(N_("does not answer"))
            message = Message(
                N_("“{file}”: {problem}"),
                {"file": names.get(link.resource_id, link.url[:200]), "problem": told},
            )
            yield Finding(message, "url", link.resource_id)


def _formats(drawn: Drawn, msgid: str) -> Message:
    if not drawn.formats:
        return Message(N_("no file states its format"))
    return Message(msgid, {"formats": _some(drawn.formats)})


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:MOST_NAMES]) + (" …" if len(listed) > MOST_NAMES else "")


@dataclass(frozen=True, slots=True)
class _TableName:
    table: openness.StarTable

    def text(self, language: str = "th") -> str:
        return self.table.label(language)


_SHORT: Mapping[str, Callable[[Drawn, date], Iterator[Finding]]] = {
    "items_filled": _items("missing"),
    "items_valid": _items("invalid"),
    "files_described": _files_described,
    "rules_kept": _rules_kept,
    "formats_declared": _formats_declared,
    "frequency_told": _frequency_told,
    "update_dated": _update_dated,
    "current": _current,
    "has_files": _has_files,
    "machine_readable": _machine_readable,
    "open_enough": _open_enough,
    "dictionary": _dictionary,
    "links_answer": _links_answer,
}


def _no_files(_drawn: Drawn) -> Message:
    return Message(N_("there are no files yet"))


def _not_asked_to_be_open(drawn: Drawn) -> Message:
    if not drawn.resources:
        return _no_files(drawn)
    return Message(N_("stars are asked of public data of the level “open” only"))


def _no_formats(drawn: Drawn) -> Message:
    if not drawn.resources:
        return _no_files(drawn)
    return Message(N_("no storage format is stated that the files' formats could be held against"))


def _no_links(drawn: Drawn) -> Message:
    if not drawn.resources:
        return _no_files(drawn)
    if drawn.link_counts.unknown or drawn.link_counts.refused:
        return Message(N_("whether the addresses answer cannot be told"))
    return Message(N_("no address has been asked yet"))


def _does_not_fall_due(drawn: Drawn) -> Message:
    return freshness_reason(drawn, date.min)


_UNMEASURED: Mapping[str, Callable[[Drawn], Message]] = {
    "items_valid": lambda _drawn: Message(N_("no item is filled in yet")),
    "files_described": _no_files,
    "rules_kept": lambda _drawn: Message(N_("nothing is stated that a rule could compare")),
    "formats_declared": _no_formats,
    "current": _does_not_fall_due,
    "machine_readable": _no_files,
    "open_enough": _not_asked_to_be_open,
    "dictionary": _no_files,
    "links_answer": _no_links,
}
