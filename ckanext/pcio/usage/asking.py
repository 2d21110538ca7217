"""What every question about use has: its range, and how far the numbers reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import Message

from . import clients, coverage, periods
from .queries import Written


def asked_range(data_dict: dict[str, Any], today: date) -> tuple[date, date, periods.By]:
    """Return first day, last day and period; the last twelve months where none is given.

    Raises:
        tk.ValidationError: no range can be like this.

    """
    start, end = periods.last_twelve_months(today)
    end = data_dict.get("end") or max(end, data_dict.get("start") or end)
    start = data_dict.get("start") or periods.last_twelve_months(end)[0]
    by = data_dict.get("by", "month")
    try:
        periods.check(start, end, by)
    except periods.PeriodError as error:
        raise tk.ValidationError({error.field: [error.message.text(pcio_language())]}) from None
    return start, end, by


def remembered(context: Any, key: Any, read: Callable[[], Any]) -> Any:
    """Return what `read` returns, read once for all actions that answer one page.

    The page gives each of them the same `pcio_usage_read` in its context; nobody else does.
    """
    memory = context.get("pcio_usage_read")
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return memory[key]


def lost_days(span: periods.Span, written: Written) -> tuple[tuple[date, date], ...]:
    """Return the counted days a range needs one by one that are kept by month only."""
    kept, since = written.days_from, written.since
    if since is None:
        return ()
    found = []
    for first, last in span.days:
        first_lost = max(first, since)
        last_lost = last if kept is None else min(last, kept - periods.ONE_DAY)
        if first_lost <= last_lost:
            found.append((first_lost, last_lost))
    return tuple(found)


def when(written: Written) -> dict[str, str | None]:
    """Return `since` and `as_of`: the first counted day, and the moment of the last writing."""
    as_of = written.as_of.astimezone(THAILAND).isoformat("T", "seconds") if written.as_of else None
    return {"since": written.since.isoformat() if written.since else None, "as_of": as_of}


def notes(written: Written) -> tuple[Message, ...]:
    """Return what is counted here, what is not, and why."""
    return coverage.notes(clients.robots_list().date, written.live_since)
