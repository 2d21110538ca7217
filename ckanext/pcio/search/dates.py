"""Solr dates: ISO 8601 in UTC, with `NOW` and date arithmetic such as `NOW/DAY-7DAYS`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ckanext.pcio.search.errors import QueryError

_ISO = re.compile(
    r"(?P<day>[+-]?\d{4,}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_STEP = re.compile(r"(?P<sign>[+-])(?P<count>\d+)(?P<unit>[A-Z]+)|/(?P<round>[A-Z]+)")
_UNITS = {
    unit: name
    for name, units in {
        "year": "YEAR YEARS",
        "month": "MONTH MONTHS",
        "day": "DAY DAYS DATE",
        "hour": "HOUR HOURS",
        "minute": "MINUTE MINUTES",
        "second": "SECOND SECONDS",
        "milli": "MILLI MILLIS MILLISECOND MILLISECONDS",
    }.items()
    for unit in units.split()
}
_ORDER = ("year", "month", "day", "hour", "minute", "second")


def parse_date(text: str, now: datetime | None = None) -> int:
    """Return milliseconds since 1970 of a Solr date or date expression.

    Raises QueryError if it is none.
    """
    text = text.strip()
    if text.startswith("NOW"):
        moment, rest = now or datetime.now(timezone.utc), text[3:]
    else:
        match = _ISO.match(text)
        if match is None:
            raise QueryError(f"Invalid Date String:'{text}'")
        moment, rest = _absolute(match, text), text[match.end() :]
    try:
        return to_millis(_arithmetic(moment, rest, text))
    except (OverflowError, ValueError) as error:
        raise QueryError(f"Invalid Date Math String:'{text}'") from error


def _absolute(match: re.Match[str], text: str) -> datetime:
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    zone = (match["zone"] or "Z").replace("Z", "+00:00")
    if len(zone) == len("+0700"):
        zone = f"{zone[:3]}:{zone[3:]}"
    clock = match["time"] or "00:00"
    clock = clock if clock.count(":") > 1 else f"{clock}:00"
    try:
        return datetime.fromisoformat(f"{match['day']}T{clock}.{fraction}{zone}")
    except ValueError as error:
        raise QueryError(f"Invalid Date String:'{text}'") from error


def _arithmetic(moment: datetime, rest: str, text: str) -> datetime:
    at = 0
    while at < len(rest):
        step = _STEP.match(rest, at)
        unit = _UNITS.get(step["unit"] or step["round"]) if step else None
        if step is None or unit is None:
            raise QueryError(f"Invalid Date Math String:'{text}'")
        if step["round"]:
            moment = _floor(moment, unit)
        else:
            moment = _shift(moment, unit, int(step["sign"] + step["count"]))
        at = step.end()
    return moment


def _floor(moment: datetime, unit: str) -> datetime:
    if unit == "milli":
        return moment
    keep = _ORDER.index(unit) + 1
    parts = [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second]
    floor = [1, 1, 1, 0, 0, 0]
    return datetime(*(parts[:keep] + floor[keep:]), tzinfo=moment.tzinfo)


def _shift(moment: datetime, unit: str, count: int) -> datetime:
    if unit in ("year", "month"):
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        for day in (moment.day, 30, 29, 28):
            try:
                return moment.replace(year=year, month=month + 1, day=min(day, moment.day))
            except ValueError:
                continue
        raise ValueError(count)
    if unit == "milli":
        return moment + timedelta(milliseconds=count)
    return moment + timedelta(**{f"{unit}s": count})


def to_millis(moment: datetime) -> int:
    """Return milliseconds since 1970; a moment without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


def format_date(millis: int) -> str:
    """Return the date as Solr writes it: `2014-06-10T08:24:12.782Z`, no fraction if it is zero."""
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=millis)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{text}.{millis % 1000:03d}Z" if millis % 1000 else f"{text}Z"
