"""Phrases that several rules use: shares with their denominator, lists, vocabulary labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.items import ItemName
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import vocabulary
from ckanext.pcio.survey.scope import Pair


class Translatable(Protocol):
    """Something that can be said in either language."""

    def text(self, language: str = "th") -> str:
        """Return the text in `language`."""
        ...


@dataclass(frozen=True, slots=True)
class Joined:
    """Several phrases in a row."""

    parts: tuple[Translatable | str, ...]
    separator: str = ", "

    def text(self, language: str = "th") -> str:
        """Return the phrases in `language`, separated."""
        return self.separator.join(
            part if isinstance(part, str) else part.text(language) for part in self.parts
        )


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a vocabulary's value, given by its key."""

    vocabulary: str
    key: str

    def text(self, language: str = "th") -> str:
        """Return the label in `language`."""
        term = vocabulary(self.vocabulary).by_key(self.key)
        return term.label(language) if term else self.key


@dataclass(frozen=True, slots=True)
class Day:
    """A date as people read it."""

    date: date

    def text(self, language: str = "th") -> str:
        """Return the date in words of `language`."""
        return format_date(self.date, language)


def labels(name: str, keys: Iterable[str]) -> Joined:
    """Return the labels of several values of the vocabulary `name`."""
    return Joined(tuple(Label(name, key) for key in keys))


def percent(part: int, whole: int) -> str:
    """Return the percentage, cut to one decimal so that 79.96 never reads as 80."""
    tenths = part * 1000 // whole
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def share(part: int, whole: int) -> Message:
    """Return "12 of 15 (80 %)", and "n/a" of nothing."""
    if whole == 0:
        return Message(N_("n/a (no datasets)"))
    return Message(
        N_("{part} of {whole} ({percent} %)"),
        {"part": part, "whole": whole, "percent": percent(part, whole)},
    )


def share_of(what: Message, part: Pair, whole: Pair) -> Message:
    """Return the sentence that gives a share over all datasets and over the own ones."""
    return Message(
        N_("{what}: {all}; the province's own: {own}."),
        {"what": what, "all": share(part.all, whole.all), "own": share(part.own, whole.own)},
    )


def number_of(what: Message, number: Pair) -> Message:
    """Return the sentence that gives a number over all datasets and over the own ones."""
    return Message(
        N_("{what}: {all}; the province's own: {own}."),
        {"what": what, "all": number.all, "own": number.own},
    )


def missing_items(facts: DatasetFacts) -> Message | None:
    """Return which mandatory items a dataset lacks or has wrong; None when it is complete."""
    missing = Message(N_("missing: {items}"), {"items": labels_of_items(facts.missing)})
    invalid = Message(N_("not valid: {items}"), {"items": labels_of_items(facts.invalid)})
    if facts.missing and facts.invalid:
        return Message(N_("{first}; {second}"), {"first": missing, "second": invalid})
    if facts.missing:
        return missing
    return invalid if facts.invalid else None


def labels_of_items(codes: Iterable[str]) -> Joined:
    """Return the names of mandatory items."""
    return Joined(tuple(ItemName(code) for code in codes))


def part_only() -> Message:
    """Return the caveat of a proposal that speaks of a part of its question."""
    return Message(
        N_("Only a part of this question is proposed; the rest is for people to answer.")
    )


def private_unseen(source: Source) -> tuple[Message, ...]:
    """Return the caveat of a source, or a caller, that does not see every private dataset."""
    if source.sees_private:
        return ()
    return (
        Message(
            N_("Private and draft datasets that cannot be seen here are in none of the numbers.")
        ),
    )


def register_unseen(source: Source) -> tuple[Message, ...]:
    """Return the caveat of a source that brings no registers."""
    if source.kind == "portal":
        return ()
    return (
        Message(
            N_(
                "The registers of reuses, exchanges and demands are kept by the portal itself "
                "and cannot be seen in this source."
            )
        ),
    )
