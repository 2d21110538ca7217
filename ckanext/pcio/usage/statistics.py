"""Sums of counters shaped as answers: totals, series, audience, access, COUNTER. Pure.

Nothing that was counted is left out but robots, which are in `access` only. A period nobody counted
in (before the first counted day, after today, or older than the kept days) has no numbers: none is
not nought.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from .events import ACCESSES, AUDIENCES, EVENT_KINDS, REQUEST_KINDS
from .periods import Period

NUMBERS: tuple[str, ...] = ("view", "download", "api", "dump", "unique_visitors")
"""The five numbers of a row. `api` holds reads of records and of descriptions; `unique_visitors` is
the sum of each day's visitors, as keys of visitors are thrown away every day."""

NUMBER_OF_KIND: Mapping[str, str] = {
    "view": "view",
    "download": "download",
    "api_data": "api",
    "api_metadata": "api",
    "dump": "dump",
    "visitor": "unique_visitors",
}
COUNTER_NUMBERS: tuple[str, ...] = (
    "total_investigations",
    "unique_investigations",
    "total_requests",
    "unique_requests",
)


class Sum(NamedTuple):
    """What one row of the tables adds up to.

    Sums of many datasets come by each name alone: `access` and `audience` are "" in the sum of a
    kind, and the kind is "" in the sum of all events of an access or audience.
    """

    day: date
    """The day, or the first day of its month."""
    kind: str
    access: str
    audience: str
    number: int


@dataclass(frozen=True, slots=True)
class Known:
    """The days the tables can speak about."""

    since: date | None
    """The first counted day; None where nothing was counted."""
    today: date
    missing: tuple[tuple[date, date], ...] = ()
    """Counted days that are kept by month only, and would be needed one by one."""

    def speaks_of(self, period: Period) -> bool:
        """Whether the numbers of `period` are known."""
        if self.since is None or period.end < self.since or period.start > self.today:
            return False
        return not any(period.start <= last and first <= period.end for first, last in self.missing)


def nought() -> dict[str, int]:
    """Return the five numbers, each 0."""
    return dict.fromkeys(NUMBERS, 0)


def answer(
    sums: Iterable[Sum], periods: Sequence[Period], known: Known, *, sessions: bool = True
) -> dict[str, Any]:
    """Return `totals`, `series`, `audience`, `access` and `counter` of `sums`.

    Args:
        sums: rows in the range, in any order.
        periods: the range cut into periods, in their order.
        known: which of them have numbers.
        sessions: whether unique investigations and requests are known (they are by dataset).

    """
    starts = [period.start for period in periods]
    points = [nought() for _ in periods]
    audience: dict[str, int] = {name: 0 for name in AUDIENCES}
    access: dict[str, int] = {name: 0 for name in ACCESSES}
    counter = dict.fromkeys(COUNTER_NUMBERS, 0)
    for one in sums:
        is_event = one.kind in EVENT_KINDS
        if one.access and (is_event or not one.kind):
            access[one.access] += one.number
        if one.access == "robot":
            continue
        name = NUMBER_OF_KIND.get(one.kind)
        if name:
            # The month of a range that starts inside it has its first day before the range.
            points[max(0, bisect_right(starts, one.day) - 1)][name] += one.number
        if one.audience and (is_event or not one.kind):
            audience[one.audience] += one.number
        if is_event:
            counter["total_investigations"] += one.number
            if one.kind in REQUEST_KINDS:
                counter["total_requests"] += one.number
        elif one.kind in ("unique_investigation", "unique_request"):
            counter[f"{one.kind}s"] += one.number
    return {
        "totals": {name: sum(point[name] for point in points) for name in NUMBERS},
        "series": [_point(*pair, known) for pair in zip(periods, points, strict=True)],
        "audience": audience,
        "access": access,
        "counter": counter if sessions else _without_sessions(counter),
    }


def _point(period: Period, numbers: Mapping[str, int], known: Known) -> dict[str, Any]:
    shown: Mapping[str, int | None] = numbers
    if not known.speaks_of(period):
        shown = dict.fromkeys(NUMBERS)
    return {
        "period": period.name,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        **shown,
    }


def _without_sessions(counter: Mapping[str, int]) -> dict[str, int | None]:
    return {name: None if name.startswith("unique") else n for name, n in counter.items()}


def compared(now: Mapping[str, int], before: Mapping[str, int] | None) -> dict[str, Any]:
    """Return `previous` and `change` (in per cent; None where there was nothing to compare)."""
    if before is None:
        return {"previous": None, "change": None}
    change = {
        name: round((now[name] - before[name]) * 100 / before[name]) if before[name] else None
        for name in NUMBERS
    }
    return {"previous": {name: before[name] for name in NUMBERS}, "change": change}
