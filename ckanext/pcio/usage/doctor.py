"""Whether counting works: figures in, findings out. Pure; `figures.py` gathers the figures.

A figure that could not be had is None, and its finding says "unknown" instead of passing as fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ckanext.pcio.standard.messages import N_, Message

from .coverage import Day
from .events import EVENT_KINDS

State = Literal["fine", "warning", "wrong", "unknown", "not_applicable"]
"""`wrong` needs somebody to act; `warning` to look; the last two say nothing about health."""

_CLOCK_SECONDS = 5
_CLOCK_WRONG = 60
_ROBOTS_DAYS = 365
_MUCH_VIEWED = 500
_VIEWS_OF_A_VISITOR = 100
_PATIENCE = 10
"""Flushes that may fail to come before it is called wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    state: State
    message: Message


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Events of one kind."""

    last: datetime | None
    """Moment of the latest counted live; None where none ever came."""
    recent: int
    """Number written for the days asked for, imported ones too."""
    written: date | None = None
    """Last day the tables have a number of."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; None where it could not be."""

    now: datetime
    days: int
    """Days that are looked at, today among them; as many without an event are silence."""
    flush_seconds: int
    proxies: int
    robots: date
    enabled: bool = True
    absent: frozenset[str] = frozenset()
    """Kinds that cannot happen here, as the DataStore is not switched on."""
    kinds: Mapping[str, KindFigures] | None = None
    redis: bool = True
    database: bool = True
    waiting: int | None = None
    """Counters in the buffer and in batches."""
    since: datetime | None = None
    """Moment of the first event that waits in the buffer."""
    batches: int | None = None
    failures: int = 0
    """Flushes in a row that failed."""
    lost: Mapping[str, int] | None = None
    """Events that were not counted, by day."""
    redis_clock: float | None = None
    """Seconds by which Redis is ahead of this machine."""
    database_clock: float | None = None
    durability: str | None = None
    """When Redis writes to disk: always, everysec, no, or none without append-only file."""
    policy: str | None = None
    """What Redis does when its memory is full."""
    limited: bool = False
    """Whether Redis has a limit of memory."""
    workers: int | None = None
    scheduler: bool | None = None
    visitors: int | None = None
    """Visitors (people, not machines) of today and yesterday."""
    views: int | None = None
    """Events of theirs."""


def examine(figures: Figures) -> tuple[Finding, ...]:
    """Return what the figures say, the most telling first."""
    return tuple(_findings(figures))


def is_wrong(findings: tuple[Finding, ...]) -> bool:
    """Return whether somebody has to act."""
    return any(finding.state == "wrong" for finding in findings)


def _findings(figures: Figures) -> Iterator[Finding]:
    if not figures.enabled:
        yield Finding(
            "enabled", "warning", Message(N_("Counting is switched off in the settings."))
        )
    if not figures.redis:
        yield Finding(
            "redis", "wrong", Message(N_("Redis does not answer: nothing is counted now."))
        )
    if not figures.database:
        message = Message(N_("The database does not answer: counted events wait in Redis."))
        yield Finding("database", "wrong", message)
    for kind in EVENT_KINDS:
        yield _kind(kind, figures)
    yield _waiting(figures)
    yield _lost(figures)
    yield _worker(figures)
    yield _on_disk(figures)
    yield _memory(figures)
    yield _clock("redis_clock", "Redis", figures.redis_clock)
    yield _clock("database_clock", "PostgreSQL", figures.database_clock)
    yield _visitors(figures)
    yield _robots(figures)


def _kind(kind: str, figures: Figures) -> Finding:
    params = {"kind": Message(KINDS[kind]), "days": figures.days}
    if kind in figures.absent:
        text = N_("{kind}: cannot happen here, as the DataStore is not switched on.")
        return Finding(kind, "not_applicable", Message(text, params))
    if figures.kinds is None:
        text = N_("{kind}: not known, as the numbers cannot be read now.")
        return Finding(kind, "unknown", Message(text, params))
    found = figures.kinds.get(kind, KindFigures(None, 0))
    if found.last is None and found.written is None:
        text = N_("{kind}: no event ever arrived.")
        return Finding(kind, "warning", Message(text, params))
    if found.last is None:
        # Imported or sample numbers must not hide that live counting is silent.
        text = N_("{kind}: none was counted live yet; the tables have numbers until {day}.")
        day = Day(found.written or figures.now.date())
        return Finding(kind, "warning", Message(text, {**params, "day": day}))
    params |= {"number": found.recent, "day": Day(found.last.date())}
    params |= {"time": f"{found.last:%H:%M}"}
    if figures.now - found.last >= timedelta(days=figures.days):
        text = N_("{kind}: silent for {days} days or more; the last event was on {day}.")
        return Finding(kind, "wrong", Message(text, params))
    text = N_("{kind}: {number} in the last {days} days, the last on {day} at {time}.")
    return Finding(kind, "fine", Message(text, params))


def _waiting(figures: Figures) -> Finding:
    if figures.waiting is None:
        text = N_("Events that wait: not known, as Redis does not answer.")
        return Finding("waiting", "unknown", Message(text))
    since = figures.since or figures.now
    age = max(0, int((figures.now - since).total_seconds()))
    params = {"number": figures.waiting, "batches": figures.batches or 0, "seconds": age}
    late = figures.waiting > 0 and age > _PATIENCE * figures.flush_seconds
    if late or figures.failures:
        params["failures"] = figures.failures
        text = N_(
            "{number} counters wait in Redis for {seconds} seconds ({batches} batches, {failures} "
            "failed attempts); run: ckan pcio usage flush"
        )
        return Finding("waiting", "wrong", Message(text, params))
    if not figures.waiting:
        return Finding("waiting", "fine", Message(N_("No event waits to be written.")))
    text = N_("{number} counters wait in Redis for {seconds} seconds ({batches} batches).")
    return Finding("waiting", "fine", Message(text, params))


def _lost(figures: Figures) -> Finding:
    if figures.lost is None:
        text = N_("Lost events: not known, as Redis does not answer.")
        return Finding("lost", "unknown", Message(text))
    first = (figures.now.date() - timedelta(days=figures.days - 1)).isoformat()
    recent = {day: number for day, number in sorted(figures.lost.items()) if day >= first}
    if recent:
        days = ", ".join(f"{day}: {number}" for day, number in recent.items())
        text = N_("{number} events were lost because Redis did not take them ({days}).")
        return Finding(
            "lost", "wrong", Message(text, {"number": sum(recent.values()), "days": days})
        )
    return Finding("lost", "fine", Message(N_("No event was lost.")))


def _worker(figures: Figures) -> Finding:
    if figures.workers is None:
        text = N_("Background worker: not known, as Redis does not answer.")
        return Finding("worker", "unknown", Message(text))
    if not figures.workers:
        text = N_(
            "No background worker runs; start “ckan jobs worker”, or keep "
            "“ckan pcio usage flush --every 60” running."
        )
        return Finding("worker", "warning", Message(text))
    if not figures.scheduler:
        text = N_(
            "The background worker has no scheduler, so the last events of an evening wait for the "
            "next visitor; start it without --no-scheduler."
        )
        return Finding("worker", "warning", Message(text))
    return Finding("worker", "fine", Message(N_("The background worker and its scheduler run.")))


def _on_disk(figures: Figures) -> Finding:
    texts: dict[str, tuple[State, str]] = {
        "always": ("fine", N_("Redis writes to disk before it answers: nothing is lost.")),
        "everysec": (
            "warning",
            N_(
                "Redis writes to disk once a second: a power cut, or a kill while its disk is "
                "busy, may lose two seconds of events (appendfsync always does not)."
            ),
        ),
        "no": (
            "warning",
            N_(
                "Redis leaves writing to the system: a power cut may lose half a minute of events, "
                "or count it twice (set appendfsync always)."
            ),
        ),
        "none": (
            "wrong",
            N_(
                "Redis keeps no append-only file: if it ends, events that wait are lost (set "
                "appendonly yes and appendfsync always)."
            ),
        ),
    }
    state, text = texts.get(
        figures.durability or "", ("unknown", N_("How Redis writes to disk: not known."))
    )
    return Finding("durability", state, Message(text))


def _memory(figures: Figures) -> Finding:
    if figures.policy is None:
        text = N_("What Redis does when its memory is full: not known.")
        return Finding("memory", "unknown", Message(text))
    params = {"policy": figures.policy}
    if figures.policy == "noeviction" or not figures.limited:
        return Finding("memory", "fine", Message(N_("Redis throws away no key to make room.")))
    if figures.policy.startswith("volatile-"):
        text = N_(
            "Redis may throw away what it knows of today's visitors when its memory is full "
            "({policy}), and count them twice; set maxmemory-policy noeviction."
        )
        return Finding("memory", "warning", Message(text, params))
    text = N_(
        "Redis may throw away counted events when its memory is full ({policy}); "
        "set maxmemory-policy noeviction."
    )
    return Finding("memory", "wrong", Message(text, params))


def _clock(name: str, service: str, ahead: float | None) -> Finding:
    params = {"service": service, "seconds": round(ahead or 0)}
    if ahead is None:
        text = N_("Clock of {service}: not known, as it does not answer.")
        return Finding(name, "unknown", Message(text, params))
    if abs(ahead) <= _CLOCK_SECONDS:
        return Finding(name, "fine", Message(N_("The clock of {service} agrees."), params))
    text = N_(
        "The clock of {service} differs from this machine's by {seconds} seconds, so events near "
        "midnight may fall on another day; set both by NTP."
    )
    state: State = "wrong" if abs(ahead) >= _CLOCK_WRONG else "warning"
    return Finding(name, state, Message(text, params))


def _visitors(figures: Figures) -> Finding:
    params = {"visitors": figures.visitors, "views": figures.views, "proxies": figures.proxies}
    if figures.visitors is None or figures.views is None:
        return Finding("visitors", "unknown", Message(N_("Visitors: not known now."), params))
    if figures.views < _MUCH_VIEWED:
        text = N_("Visitors: too few visits since yesterday to see whether they are told apart.")
        return Finding("visitors", "unknown", Message(text, params))
    if figures.views > _VIEWS_OF_A_VISITOR * max(1, figures.visitors):
        text = N_(
            "{views} visits since yesterday come from only {visitors} visitors: maybe all of them "
            "pass a proxy. Say in ckanext.pcio.usage.proxies how many proxies are in front "
            "(now {proxies})."
        )
        return Finding("visitors", "wrong", Message(text, params))
    text = N_("{views} visits since yesterday come from {visitors} visitors.")
    return Finding("visitors", "fine", Message(text, params))


def _robots(figures: Figures) -> Finding:
    params = {"day": Day(figures.robots)}
    if (figures.now.date() - figures.robots).days > _ROBOTS_DAYS:
        text = N_("The list of robots is of {day}, more than a year old; update the extension.")
        return Finding("robots", "warning", Message(text, params))
    return Finding("robots", "fine", Message(N_("The list of robots is of {day}."), params))


KINDS = {
    "view": N_("Views of pages"),
    "download": N_("Downloads"),
    "api_data": N_("Reads of data over the API"),
    "api_metadata": N_("Reads of descriptions over the API"),
    "dump": N_("Copies of DataStore tables"),
}
"""What each kind of event is called."""

STATES: dict[State, str] = {
    "fine": N_("fine"),
    "warning": N_("look"),
    "wrong": N_("wrong"),
    "unknown": N_("unknown"),
    "not_applicable": N_("not applicable"),
}
"""What each state is called."""
