"""How fast datasets get their quality, against counting the same stored facts.

    python bench/quality.py [--datasets 25000]

Figures, each in datasets per second and over the same generated datasets:

- from rows: the same out of the columns of the facts table it needs, as a SELECT returns them;
- from stored facts: the five scores out of the facts a row holds and the states of its links, as a
  list or a worklist needs them;
- from raw records: the whole explanation of the dataset page out of a package dict;
- the baselines: `catalog.counts` over the same facts, and drawing the facts out of the same
  records.

The bar is 25,000 datasets per second from stored facts.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import namedtuple
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from catalog_generator import datasets

from ckanext.pcio.catalog.counts import count
from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
from ckanext.pcio.standard import links, measures
from ckanext.pcio.standard.columns import Column, from_fields
from ckanext.pcio.standard.quality import assess
from ckanext.pcio.standard.quality_settings import MEASURES, quality_settings

TODAY = date(2024, 6, 21)
Row = namedtuple(
    "Row",
    [name for name, value in vars(measures.Figures).items() if isinstance(value, property)],
)
ROUNDS = 5


def best(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Return the seconds of the fastest of some rounds."""
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def link_states(record: dict[str, Any], chance: random.Random) -> dict[str, links.LinkState]:
    """Return states of a dataset's links: most answer."""
    checked = datetime(2024, 6, 20, tzinfo=timezone.utc)
    return {
        resource["id"]: links.LinkState(
            resource_id=resource["id"],
            url=resource["url"],
            state=chance.choices(links.STATES, (80, 8, 5, 2, 5))[0],
            reason="not_found",
            status=404,
            checked_at=checked,
        )
        for resource in record["resources"]
    }


def columns_of(record: dict[str, Any]) -> dict[str, tuple[Column, ...]]:
    """Return the columns of a dataset's resources."""
    return {each["id"]: from_fields(each.get("datastore_fields")) for each in record["resources"]}


def main() -> None:
    """Generate, measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--datasets", type=int, default=25_000)
    number = parser.parse_args().datasets
    records = list(datasets(number))
    chance = random.Random(1)
    states = [link_states(record, chance) for record in records]
    columns = [columns_of(record) for record in records]
    counts = [links.count(each.state for each in found.values()) for found in states]
    settings, facts_settings = quality_settings(), FactsSettings()
    facts = [facts_from_dataset(record, facts_settings) for record in records]

    def from_facts() -> list[tuple[float | None, ...]]:
        return [
            measures.scores(measures.ratios(each, found, TODAY, settings), settings)
            for each, found in zip(facts, counts, strict=True)
        ]

    rows: list[Any] = [Row(*(getattr(each, name) for name in Row._fields)) for each in facts]

    def from_rows() -> list[tuple[float | None, ...]]:
        return [
            measures.scores(measures.ratios(row, found, TODAY, settings), settings)
            for row, found in zip(rows, counts, strict=True)
        ]

    def from_records() -> list[Any]:
        return [
            assess(record, links=found, dictionaries=told, today=TODAY)
            for record, found, told in zip(records, states, columns, strict=True)
        ]

    # Both have to say the same, or their speed says nothing.
    for each, explained in zip(facts, from_records(), strict=True):
        shown = {
            m.setting.key: (m.numerator, m.denominator)
            for d in explained.dimensions
            for m in d.measures
        }
        listed = measures.ratios(each, explained.link_counts, TODAY, settings)
        assert listed == tuple(shown[key] for key in MEASURES), each.name
    steps = (
        ("counts over stored facts (baseline)", lambda: count(facts, TODAY), ROUNDS),
        ("five scores from stored facts and link states", from_facts, ROUNDS),
        ("five scores from rows and link states", from_rows, ROUNDS),
        (
            "drawing facts from records (baseline)",
            lambda: [facts_from_dataset(record, facts_settings) for record in records],
            2,
        ),
        ("whole explanation from records", from_records, 2),
    )
    base = 0.0
    print(f"{number:,} datasets")
    for name, work, rounds in steps:
        seconds = best(work, rounds)
        base = seconds if "baseline" in name else base
        print(f"{name:48} {seconds:7.3f} s {number / seconds:11,.0f}/s × {seconds / base:.2f}")


if __name__ == "__main__":
    main()
