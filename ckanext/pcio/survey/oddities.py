"""Oddities of a catalog's records, gathered by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.oddity_messages import oddity_message
from ckanext.pcio.standard.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class OddityExample:
    """Where an oddity was met."""

    dataset: str
    """Id of the dataset; where it has none, its name or title."""
    title: str
    """What a person knows the dataset by."""
    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OddityGroup:
    """All oddities of one kind, the most frequent kind first in a report."""

    code: str
    message: Message
    count: int
    examples: tuple[OddityExample, ...]


def group_oddities(facts: Iterable[DatasetFacts]) -> tuple[OddityGroup, ...]:
    """Return every oddity of `facts` by kind, the most frequent kind first."""
    found: dict[str, list[OddityExample]] = defaultdict(list)
    for one in facts:
        for oddity in one.oddities:
            found[oddity.code].append(
                OddityExample(
                    dataset=one.id or one.name or one.title,
                    title=one.title or one.name or one.id,
                    field=oddity.field,
                    value=oddity.value,
                )
            )
    groups = (
        OddityGroup(
            code=code, message=oddity_message(code), count=len(examples), examples=tuple(examples)
        )
        for code, examples in found.items()
    )
    return tuple(sorted(groups, key=lambda group: (-group.count, group.code)))
