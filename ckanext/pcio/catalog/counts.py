"""The twelve counts of an assessment, over all datasets and over the province's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.slices import COUNTED, NO_EXCHANGES

KEYS: tuple[str, ...] = tuple(COUNTED)
_RULES = tuple(COUNTED.items())


def _zeros() -> dict[str, int]:
    return dict.fromkeys(KEYS, 0)


@dataclass(slots=True)
class Counts:
    """Numbers of datasets by count; `own` leaves out copies of a department's datasets."""

    all: dict[str, int] = field(default_factory=_zeros)
    own: dict[str, int] = field(default_factory=_zeros)

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return `{"all": {...}, "own": {...}}`, each with the keys of `KEYS` in their order."""
        return {"all": dict(self.all), "own": dict(self.own)}


def count(
    facts: Iterable[DatasetFacts], today: date, exchanged: frozenset[str] = NO_EXCHANGES
) -> Counts:
    """Return the counts of `facts` on the day `today`; deleted datasets are not counted.

    `exchanged` holds the ids of datasets with an exchange on record. One pass.
    """
    counts = Counts()
    for one in facts:
        if one.state != "deleted":
            _add(counts, one, today, exchanged)
    return counts


def _add(counts: Counts, one: DatasetFacts, today: date, exchanged: frozenset[str]) -> None:
    for name, rule in _RULES:
        if rule(one, today, exchanged):
            counts.all[name] += 1
            if one.own:
                counts.own[name] += 1
