"""How the sample province was used: invented numbers by day, the same for the same base date."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ckanext.pcio.portal.demo.generator import SampleDataset
from ckanext.pcio.portal.demo.tables import seeded
from ckanext.pcio.usage.events import Counter

BATCH_ID = "sample-province"
_DAYS = 460
# Offices ask on working days; citizens a little on the others too.
_OF_WEEKDAY = (1.1, 1.15, 1.1, 1.05, 0.95, 0.45, 0.4)
_GROWTH = 0.6
# Of the views of a page, how many lead to each other kind of use.
_DOWNLOADS, _API, _DUMPS = 0.34, 0.5, 0.04
_MACHINE_VIEWS, _ROBOT_VIEWS = 0.08, 0.5
_VISITORS = 0.72


def sample_counters(datasets: Iterable[SampleDataset], base_date: date) -> dict[Counter, int]:
    """Return the numbers of the published datasets for the days before `base_date`."""
    counters: dict[Counter, int] = {}
    for dataset in datasets:
        if dataset.package["private"] or dataset.package["state"] != "active":
            continue
        rng = seeded(dataset.name, "traffic")
        # A few datasets are asked for much more than the rest.
        weight = 14 * (1 - rng.random()) ** 2.6 + 0.15
        for day, mean in _days(base_date, weight):
            _add_day(counters, dataset, day.isoformat(), mean, rng)
    return counters


def _days(base_date: date, weight: float) -> Iterator[tuple[date, float]]:
    for ago in range(_DAYS, 0, -1):
        day = base_date - timedelta(days=ago)
        grown = 1 - _GROWTH * ago / _DAYS
        yield day, weight * grown * _OF_WEEKDAY[day.weekday()]


def _add_day(
    counters: dict[Counter, int],
    dataset: SampleDataset,
    day: str,
    mean: float,
    rng: random.Random,
) -> None:
    views = _draw(rng, mean)
    shown = Counter(day, "view", "regular", "", "", dataset.id)
    _add(counters, shown, views)
    _add(counters, shown._replace(access="machine"), _draw(rng, mean * _MACHINE_VIEWS))
    _add(counters, shown._replace(access="robot"), _draw(rng, mean * _ROBOT_VIEWS))
    requests = 0
    for position, file in enumerate(dataset.files):
        share = views / (position + 1.5)
        downloads = min(_draw(rng, share * _DOWNLOADS), views)
        requests += downloads
        of_file = Counter(day, "download", "regular", "", "", dataset.id, file.id)
        _add(counters, of_file, downloads)
        _add(counters, of_file._replace(kind="visitor"), downloads)
        if file.in_datastore:
            calls = _draw(rng, mean * _API)
            _add(counters, of_file._replace(kind="api_data", access="machine"), calls)
            _add(counters, of_file._replace(kind="dump"), _draw(rng, mean * _DUMPS))
    _add_people(counters, dataset, day, views, requests)


def _add_people(
    counters: dict[Counter, int], dataset: SampleDataset, day: str, views: int, requests: int
) -> None:
    """Add how many different people were behind the numbers of a day."""
    of_dataset = Counter(day, "visitor", "regular", "", "", dataset.id)
    people = math.ceil(views * _VISITORS)
    _add(counters, of_dataset, people)
    _add(counters, of_dataset._replace(kind="unique_investigation"), people)
    _add(counters, of_dataset._replace(kind="unique_request"), min(requests, people))
    office = str(dataset.package["owner_org"])
    for scope in (office, ""):
        # Who looks at one dataset often looks at another one too.
        own = Counter(day, "visitor", "regular", "", scope)
        _add(counters, own, math.ceil(people * _VISITORS))


def _add(counters: dict[Counter, int], counter: Counter, number: int) -> None:
    if number:
        counters[counter] = counters.get(counter, 0) + number


def _draw(rng: random.Random, mean: float) -> int:
    """Return a whole number around `mean`, often nought where it is small."""
    whole, part = divmod(mean * (0.5 + rng.random()), 1)
    return int(whole) + (rng.random() < part)
