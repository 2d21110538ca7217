"""Slices of a catalog by name: every count leads to the list of datasets behind it.

Over records already read; `catalog.predicates` says the same in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard.completeness import CODES
from ckanext.pcio.standard.messages import N_, Message

MISSING = "missing:"
NO_EXCHANGES: frozenset[str] = frozenset()

Predicate = Callable[[DatasetFacts], bool]
_Rule = Callable[[DatasetFacts, date, frozenset[str]], bool]


class UnknownSliceError(ValueError):
    """There is no slice of this name; `message` names it."""

    def __init__(self, name: str) -> None:
        self.message = Message(N_("There is no list named “{name}”."), {"name": name})
        super().__init__(self.message.text("en"))


def _sharable(facts: DatasetFacts, _today: date, exchanged: frozenset[str]) -> bool:
    return facts.linkable_level and (bool(facts.linkage_methods) or facts.id in exchanged)


# The counts of an assessment, in the order they are reported (design.md §4 defines the words).
COUNTED: Mapping[str, _Rule] = {
    "datasets": lambda _facts, _today, _exchanged: True,
    "disclosable": lambda facts, _today, _exchanged: facts.disclosable,
    "open": lambda facts, _today, _exchanged: facts.open,
    "complete": lambda facts, _today, _exchanged: facts.complete,
    "current": lambda facts, today, _exchanged: facts.current(today),
    "sharable": _sharable,
    "ready_to_link": lambda facts, _today, _exchanged: facts.ready_to_link,
    "structured": lambda facts, _today, _exchanged: facts.structured,
    "machine_readable": lambda facts, _today, _exchanged: facts.machine_readable,
    "unstructured": lambda facts, _today, _exchanged: facts.resources > 0 and not facts.structured,
    "with_dictionary": lambda facts, _today, _exchanged: facts.dictionary,
    "high_value": lambda facts, _today, _exchanged: facts.high_value,
}
_TASKS: Mapping[str, _Rule] = {
    "waiting": lambda facts, _today, _exchanged: facts.disclosable and not facts.published,
    "incomplete": lambda facts, _today, _exchanged: not facts.complete,
    "stale": lambda facts, today, _exchanged: not facts.current(today),
    "no_dictionary": lambda facts, _today, _exchanged: not facts.dictionary,
    "preparing": lambda facts, _t, _e: facts.linkage_status in {"preparing", "waiting"},
    "private": lambda facts, _today, _exchanged: facts.private,
}
_RULES: Mapping[str, _Rule] = {**COUNTED, **_TASKS}

NAMES: tuple[str, ...] = (*_RULES, *(f"{MISSING}{code}" for code in CODES))
"""Every slice; `missing:<item>` holds the datasets whose item is missing or invalid."""


def predicate(name: str, today: date, exchanged: frozenset[str] = NO_EXCHANGES) -> Predicate:
    """Return whether a dataset that is not deleted belongs to the slice `name`.

    Args:
        name: one of `NAMES`.
        today: the day "current" is asked for.
        exchanged: ids of datasets with an exchange on record.

    Raises `UnknownSliceError`.

    """
    item = name.removeprefix(MISSING)
    if item != name and item in CODES:
        return lambda facts: item in facts.missing or item in facts.invalid
    rule = _RULES.get(name)
    if rule is None:
        raise UnknownSliceError(name)
    return lambda facts: rule(facts, today, exchanged)


def select(
    facts: Iterable[DatasetFacts],
    slice_name: str,
    today: date,
    exchanged: frozenset[str] = NO_EXCHANGES,
    own: bool = False,
) -> Iterator[DatasetFacts]:
    """Return the datasets of a slice in their order, deleted ones left out.

    `own` keeps the province's own only. Raises `UnknownSliceError`.
    """
    belongs = predicate(slice_name, today, exchanged)
    return (f for f in facts if f.state != "deleted" and (f.own or not own) and belongs(f))
