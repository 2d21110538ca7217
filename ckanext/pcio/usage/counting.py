"""The counting rules, applied to events that come in from a log: pure, in memory, exact.

The rules are those of the script in Redis (docs/usage.md, "How use is counted"). Of two events of
one visitor at one address at most 30 seconds apart the earlier is withdrawn and the later counts,
again and again, so a chain of clicks is one event at its last moment. What is left is counted: a
total for each event, a unique for each visitor, dataset and clock hour, a visitor for each visitor,
scope and day. A unique or visitor is counted under the access and account of the first event that
gave rise to it, and is taken back when no event is left that does: so a unique never outnumbers
the total, whatever boundary a double click straddles.

Events should come in the order of their time. A web server writes a line when the answer is done,
or begun, so lines are a little out of order. An event that is late is counted in its own day and
hour; when it is at most 30 seconds older than the visitor's last at that address, it is the first
of the pair and is dropped. What is not seen is a late event that would have linked two others that
are more than 30 seconds apart. Days are remembered three at a time: visitors of a day are counted
anew when three other days came between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import date

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage.events import REQUEST_KINDS, Counter, Event

DOUBLE_CLICK_SECONDS = 30
_DAY = 86_400
_HOUR = 3_600
_OFFSET = int(THAILAND.utcoffset(None).total_seconds())
_EPOCH = date(1970, 1, 1).toordinal()
_DAYS_REMEMBERED = 3
_WINDOWS_AT_FIRST = 50_000
# Windows are swept with this much patience for lines out of order.
_PATIENCE_SECONDS = 120


_HELD = 1 << 40
"""One event more of what a visitor has; the number of the counter is below it."""


class Mark:
    """What an event adds to, but for the day: one object for all events that are alike."""

    __slots__ = ("total", "uniques")

    def __init__(self, tally: Tally, parts: tuple[str, str, str, str, str, str]) -> None:
        kind, access, account, office, dataset, resource = parts
        self.total = tally.counter_number((kind, access, account, "", dataset, resource))
        self.uniques: list[tuple[int, int]] = []
        """What is unique: numbers of its scope (below zero: by the clock hour) and counter."""

        def unique(kind: str, office: str, dataset: str, resource: str, *, hourly: bool) -> None:
            scope = tally.scope_number((kind, office, dataset, resource))
            counter = tally.counter_number((kind, access, account, office, dataset, resource))
            self.uniques.append((-scope if hourly else scope, counter))

        if dataset:
            unique("unique_investigation", "", dataset, "", hourly=True)
            if kind in REQUEST_KINDS:
                unique("unique_request", "", dataset, "", hourly=True)
        if resource:
            unique("visitor", "", dataset, resource, hourly=False)
        if dataset:
            unique("visitor", "", dataset, "", hourly=False)
        if office:
            unique("visitor", office, "", "", hourly=False)
        unique("visitor", "", "", "", hourly=False)


class _Day:
    """What is remembered of one day: who was there, and what was counted since it was taken."""

    __slots__ = ("counts", "iso", "visitors")

    def __init__(self, number: int) -> None:
        self.iso = date.fromordinal(_EPOCH + number).isoformat()
        self.counts: defaultdict[int, int] = defaultdict(int)
        """By the number of the counter."""
        self.visitors: dict[Hashable, dict[int, int]] = {}
        """For each visitor and scope: how many events hold it up (`_HELD` for each), and the
        number of the counter that the first of them went to."""


class Tally:
    """Counts events by the rules; `counters` and `take` tell what they came to.

    Visitors and addresses may be any values that can be compared and hashed.
    """

    def __init__(self) -> None:
        self._windows: dict[tuple[Hashable, Hashable], tuple[float, Mark]] = {}
        self._sweep_at = _WINDOWS_AT_FIRST
        self._days: dict[int, _Day] = {}
        self._day_number = -1
        self._day = _Day(0)
        self._counted: dict[Counter, int] = {}
        self._marks: dict[tuple[str, str, str, str, str, str], Mark] = {}
        self._scopes: dict[tuple[str, str, str, str], int] = {}
        self._names: dict[tuple[str, str, str, str, str, str], int] = {}

    def add(self, event: Event) -> None:
        """Count `event`."""
        mark = self.mark(
            event.kind,
            event.access,
            event.account,
            event.organization_id,
            event.dataset_id,
            event.resource_id,
        )
        self.count(event.at.timestamp() + _OFFSET, event.visitor, event.url, mark)

    def mark(self, *parts: str) -> Mark:
        """Return what an event adds to: kind, access, account, organization, dataset, resource."""
        found = self._marks.get(parts)  # type: ignore[arg-type]
        if found is None:
            found = self._marks[parts] = Mark(self, parts)  # type: ignore[index,arg-type]
        return found

    def scope_number(self, name: tuple[str, str, str, str]) -> int:
        """Return the number of a scope; 24 numbers apart, so that an hour can be added."""
        return self._scopes.setdefault(name, 24 * (len(self._scopes) + 1))

    def counter_number(self, name: tuple[str, str, str, str, str, str]) -> int:
        """Return the number of a counter: its name is all of it but the day."""
        return self._names.setdefault(name, len(self._names))

    def count(self, at: float, visitor: Hashable, url: Hashable, mark: Mark) -> None:
        """Count an event at `at` seconds since 1970 on a clock in Thailand."""
        window = (visitor, url)
        last = self._windows.get(window)
        if last is not None:
            last_at, last_mark = last
            if at < last_at:
                if last_at - at > DOUBLE_CLICK_SECONDS:
                    self._apply(at, visitor, mark, 1)
                return
            if at - last_at <= DOUBLE_CLICK_SECONDS:
                if last_mark is not mark or last_at // _HOUR != at // _HOUR:
                    self._apply(last_at, visitor, last_mark, -1)
                    self._apply(at, visitor, mark, 1)
                self._windows[window] = (at, mark)
                return
        self._windows[window] = (at, mark)
        self._apply(at, visitor, mark, 1)
        if len(self._windows) > self._sweep_at:
            self._sweep(at)

    def counters(self) -> dict[Counter, int]:
        """Return what was counted since the last `take`; no zeros.

        A number is below zero where an event was withdrawn that an earlier `take` had counted.
        """
        counted = dict(self._counted)
        for day in self._days.values():
            self._gather(day, counted)
        return {counter: number for counter, number in counted.items() if number}

    def take(self) -> dict[Counter, int]:
        """Return `counters` and begin counting at zero; who was there stays remembered."""
        counted = self.counters()
        self._counted.clear()
        for day in self._days.values():
            day.counts.clear()
        return counted

    def _apply(self, at: float, visitor: Hashable, mark: Mark, number: int) -> None:
        """Count an event (1) or withdraw it (-1)."""
        day_number = int(at // _DAY)
        day = self._day if day_number == self._day_number else self._turn_to(day_number)
        counts = day.counts
        counts[mark.total] += number
        held = day.visitors.get(visitor)
        if held is None:
            held = day.visitors[visitor] = {}
        hour = int(at % _DAY // _HOUR)
        for scope, counter in mark.uniques:
            key = scope - hour if scope < 0 else scope
            before = held.get(key)
            if before is None:
                if number > 0:
                    held[key] = _HELD + counter
                    counts[counter] += 1
                continue
            now = before + number * _HELD
            if now >= _HELD:
                held[key] = now
            else:
                del held[key]
                counts[now] -= 1

    def _turn_to(self, number: int) -> _Day:
        """Return the day `number`, which becomes the latest used; forget the least recently."""
        day = self._days.pop(number, None) or _Day(number)
        self._days[number] = day
        self._day_number, self._day = number, day
        if len(self._days) > _DAYS_REMEMBERED:
            self._gather(self._days.pop(next(iter(self._days))), self._counted)
        return day

    def _sweep(self, now: float) -> None:
        """Forget windows that no event can fall into any more."""
        since = now - _PATIENCE_SECONDS
        self._windows = {key: last for key, last in self._windows.items() if last[0] >= since}
        self._sweep_at = max(_WINDOWS_AT_FIRST, 2 * len(self._windows))

    def _gather(self, day: _Day, counted: dict[Counter, int]) -> None:
        names = list(self._names)
        for number, count in day.counts.items():
            if count:
                counter = Counter(day.iso, *names[number])
                counted[counter] = counted.get(counter, 0) + count
