"""When a dataset falls due: its last update and the frequency its office states."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

_MONTHS = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}
_DAYS = {"week": 7, "day": 1}
# A catalog keeps days, not hours: what is refreshed within a day is due by the end of the next.
_PER_HOUR = {"hour": 1, "minute": 60}
_HOURS = 24
_WORKDAYS = 5

UNITS_WITH_DUE_DATE = frozenset({*_MONTHS, *_DAYS, *_PER_HOUR, "business_day"})
UNITS_WITHOUT_INTERVAL = frozenset({"realtime", "never", "unknown"})
"""Units whose interval is not asked for (codes R, O, U; design.md §4 "complete")."""
LONGEST_INTERVAL = 9999


def due_on(
    last_updated: date | None,
    unit_key: str | None,
    interval: int | None = None,
    grace_days: int = 0,
) -> date | None:
    """Return the last day on which the dataset still counts as current, or None.

    Args:
        last_updated: day of the last update.
        unit_key: key of the vocabulary `update_frequency_unit`.
        interval: how many units pass between updates; 1 where it is not stated.
        grace_days: days that are added to the due date.

    Months are added by the calendar: one month after 31 January is the last day of February.
    Business days pass over Saturday and Sunday; public holidays are not known. Hours and minutes
    are rounded up to whole days, so data of every hour is due by the end of the next day. There
    is no due date without a last update, nor for real-time, never-updated, unknown or other units.

    """
    if last_updated is None or unit_key not in UNITS_WITH_DUE_DATE:
        return None
    count = interval if interval is not None and 0 < interval <= LONGEST_INTERVAL else 1
    try:
        return _add(last_updated, unit_key, count) + timedelta(days=max(grace_days, 0))
    except (OverflowError, ValueError):
        return date.max


def _add(day: date, unit: str, count: int) -> date:
    if unit in _MONTHS:
        return add_months(day, _MONTHS[unit] * count)
    if unit in _DAYS:
        return day + timedelta(days=_DAYS[unit] * count)
    if unit in _PER_HOUR:
        per_day = _HOURS * _PER_HOUR[unit]
        return day + timedelta(days=-(-count // per_day))
    return add_business_days(day, count)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_business_days(day: date, count: int) -> date:
    """Return the day that is `count` weekdays (Monday to Friday) after `day`."""
    weeks, rest = divmod(count, _WORKDAYS)
    weekday = min(day.weekday(), _WORKDAYS - 1)
    # A Saturday or Sunday counts from the Friday before it.
    start = day - timedelta(days=day.weekday() - weekday)
    over_weekend = 2 if weekday + rest >= _WORKDAYS else 0
    return start + timedelta(days=7 * weeks + rest + over_weekend)
