"""Periods numbers of use are asked for: days, months, quarters, years, Thai fiscal years. Pure.

Days are days in Thailand. A fiscal year runs from October to September and has the name of the
calendar year it ends in; a Thai reader sees it in the Buddhist era.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ckanext.pcio.standard.dates import (
    BUDDHIST_OFFSET,
    LAST_GREGORIAN_YEAR,
    format_date,
    format_month,
    read_date,
)
from ckanext.pcio.standard.messages import N_, Message

By = Literal["day", "month", "quarter", "year", "fiscal_year"]
BYS: tuple[By, ...] = ("day", "month", "quarter", "year", "fiscal_year")
MOST_PERIODS = 4000
"""More points than these fit no chart and no answer."""
FISCAL_MONTH = 10
_DECEMBER = 12
ONE_DAY = timedelta(days=1)


class PeriodError(ValueError):
    """A range nobody can be answered about; `message` says which part and why."""

    def __init__(self, field: str, message: Message) -> None:
        self.field = field
        self.message = message
        super().__init__(message.text("en"))


@dataclass(frozen=True, slots=True)
class Period:
    """One point of a series, cut to the range asked for."""

    name: str
    """2026-11-21, 2026-11, 2026-Q4, 2026, or FY2026 for the fiscal year that ends in 2026."""
    start: date
    end: date
    """The last day, inclusive."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range as the tables hold it: whole months, and the days at its edges."""

    months: tuple[date, date] | None
    """First days of the first and the last month, both inclusive."""
    days: tuple[tuple[date, date], ...]
    """First and last days, inclusive."""


def read_day(field: str, text: str) -> date:
    """Return the day of an ISO date.

    Raises:
        PeriodError: it is no ISO date, or its year is of the Buddhist era.

    """
    text = text.strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        read = read_date(text)
        if read.buddhist and read.day:
            raise PeriodError(field, _buddhist(text, read.day)) from None
        wrong = N_('"{value}" is not a date such as 2026-10-01.')
        raise PeriodError(field, Message(wrong, {"value": text[:40]})) from None
    if day.year > LAST_GREGORIAN_YEAR:
        read = read_date(text)
        if read.day:
            raise PeriodError(field, _buddhist(text, read.day))
    if not 1970 <= day.year <= LAST_GREGORIAN_YEAR:  # noqa: PLR2004 - no portal is older
        wrong = N_('The year of "{value}" cannot be right.')
        raise PeriodError(field, Message(wrong, {"value": text}))
    return day


def _buddhist(text: str, day: date) -> Message:
    wrong = N_('"{value}" has a year of the Buddhist era. Please write {day} (Gregorian).')
    return Message(wrong, {"value": text[:40], "day": day.isoformat()})


def add_months(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` after the one of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def last_day(day: date) -> date:
    """Return the last day of the month of `day`."""
    return add_months(day, 1) - ONE_DAY


def last_twelve_months(today: date) -> tuple[date, date]:
    """Return this month so far and the eleven before it."""
    return add_months(today, -11), today


def fiscal_year(day: date) -> int:
    """Return the Gregorian name of the Thai fiscal year of `day`: the year it ends in."""
    return day.year + (day.month >= FISCAL_MONTH)


def fiscal_range(year: int) -> tuple[date, date]:
    """Return first and last day of the fiscal year that ends in `year`."""
    return date(year - 1, FISCAL_MONTH, 1), date(year, FISCAL_MONTH - 1, 30)


def check(start: date, end: date, by: By) -> None:
    """Refuse a range that ends before it starts, or that has too many points.

    Raises:
        PeriodError: why.

    """
    if end < start:
        wrong = N_("The range ends ({end}) before it starts ({start}).")
        values = {"start": start.isoformat(), "end": end.isoformat()}
        raise PeriodError("end", Message(wrong, values))
    if by == "day" and (end - start).days >= MOST_PERIODS:
        wrong = N_("The range has more than {most} days. Please ask by month, or for fewer days.")
        raise PeriodError("by", Message(wrong, {"most": MOST_PERIODS}))


def periods(start: date, end: date, by: By) -> list[Period]:
    """Return the periods of a range in their order; the first and last are cut to it."""
    return list(_periods(start, end, by))


def _periods(start: date, end: date, by: By) -> Iterator[Period]:
    day = start
    while day <= end:
        name, whole_end = _around(day, by)
        yield Period(name, day, min(whole_end, end))
        day = whole_end + ONE_DAY


def _around(day: date, by: By) -> tuple[str, date]:
    """Return the name and the last day of the period that `day` is in."""
    if by == "day":
        return day.isoformat(), day
    if by == "month":
        return f"{day:%Y-%m}", last_day(day)
    if by == "quarter":
        number = (day.month - 1) // 3
        return f"{day.year}-Q{number + 1}", last_day(date(day.year, number * 3 + 3, 1))
    if by == "year":
        return str(day.year), date(day.year, _DECEMBER, 31)
    year = fiscal_year(day)
    return f"FY{year}", fiscal_range(year)[1]


def span(start: date, end: date, today: date, *, by: By = "month") -> Span:
    """Return what to read for a range: months where they are whole, days at the edges.

    The running month is whole when the range reaches today, as no later day has been counted.
    """
    if by == "day":
        return Span(None, ((start, end),))
    first = start if start.day == 1 else add_months(start, 1)
    whole = end == last_day(end) or (end >= today and end.replace(day=1) <= today)
    last = end.replace(day=1) if whole else add_months(end, -1)
    if last < first:
        return Span(None, ((start, end),))
    days = []
    if start < first:
        days.append((start, first - ONE_DAY))
    if not whole:
        days.append((end.replace(day=1), end))
    return Span((first, last), tuple(days))


def previous(start: date, end: date, today: date) -> tuple[date, date]:
    """Return the range of equal length just before: in months where the range is of months."""
    length = (end - start).days + 1
    if start.day == 1 and end == last_day(end):
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        return add_months(start, -months), start - ONE_DAY
    if start.day == 1 and end == today:
        # Twelve months so far are compared with the same days a year ago, not with twelve whole.
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        begin, same = add_months(start, -months), add_months(end, -months)
        return begin, min(same.replace(day=1) + timedelta(days=end.day - 1), last_day(same))
    return start - timedelta(days=length), start - ONE_DAY


def day_title(day: date, language: str) -> str:
    """Return a day in words: Buddhist era in Thai."""
    return format_date(day, language)


def of_point(point: Mapping[str, str]) -> Period:
    """Return the period of a point of a series."""
    start, end = (date.fromisoformat(point[name]) for name in ("start", "end"))
    return Period(point["period"], start, end)


def title(period: Period, by: By, language: str, *, short: bool = False) -> str:
    """Return a period in words: Buddhist era in Thai."""
    if by == "day":
        return format_date(period.start, language, short=short)
    if by == "month":
        return format_month(period.start, language, short=short)
    if by == "quarter":
        months = (period.start, period.end)
        first, last = (format_month(day, language, short=True) for day in months)
        return first if first == last else f"{first} – {last}"
    year = int(period.name.removeprefix("FY"))
    if short:
        return str(year + BUDDHIST_OFFSET if language == "th" else year)
    return year_title(year, language, fiscal=by == "fiscal_year")


def year_title(year: int, language: str, *, fiscal: bool) -> str:
    """Return a Gregorian year in words, as the reader's calendar counts it."""
    if language == "th":
        year += BUDDHIST_OFFSET
    name = N_("Fiscal year {year}") if fiscal else N_("Year {year}")
    return Message(name, {"year": year}).text(language)


@dataclass(frozen=True, slots=True)
class Preset:
    """A range that has a name."""

    key: str
    """12m, all, fy2026 (the fiscal year that ends in 2026) or y2026."""
    start: date
    end: date

    def title(self, language: str) -> str:
        """Return its name."""
        if self.key == "12m":
            return Message(N_("Last 12 months")).text(language)
        if self.key == "all":
            return Message(N_("Since counting began")).text(language)
        return year_title(self.end.year, language, fiscal=self.key.startswith("f"))


def year_preset(key: str, year: int) -> Preset | None:
    """Return the fiscal or calendar year of a key; None for a key or year that is none."""
    if not 1970 <= year <= LAST_GREGORIAN_YEAR:  # noqa: PLR2004 - no portal is older
        return None
    if key == f"fy{year}":
        return Preset(key, *fiscal_range(year))
    return Preset(key, date(year, 1, 1), date(year, 12, 31)) if key == f"y{year}" else None


def presets(today: date, since: date | None) -> list[Preset]:
    """Return the ranges a page offers, back to the first counted day."""
    found: list[Preset | None] = [Preset("12m", *last_twelve_months(today))]
    first = min(since or today, today)
    years = range(fiscal_year(today), fiscal_year(first) - 1, -1)
    found.extend(year_preset(f"fy{year}", year) for year in years)
    years = range(today.year, first.year - 1, -1)
    found.extend(year_preset(f"y{year}", year) for year in years)
    if since:
        found.append(Preset("all", first, today))
    return [preset for preset in found if preset]
