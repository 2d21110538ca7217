"""Dates and years of the standard: dates are Gregorian ISO, years are Buddhist era.

Real records also hold dates in words, Buddhist dates in ISO form and short years. A date is read
where it can mean one day only; otherwise it is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Literal

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import arabic_digits, clean
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

BUDDHIST_OFFSET = 543
# A year above this is of the Buddhist era (dga-standard.md §9).
LAST_GREGORIAN_YEAR = 2400
# No dataset is older than the reign that began the offices that keep it; below this a year is a
# slip, such as a Gregorian year that an importer took 543 from.
FIRST_GREGORIAN_YEAR = 1800
# Thailand keeps UTC+7 all year round, so no time-zone database is needed.
THAILAND = timezone(timedelta(hours=7))

Form = Literal["blank", "iso", "timestamp", "words", "slashed", "unreadable"]

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})", re.ASCII)
_TIME = re.compile(
    r"(?:T|,?\s+)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:Z|\(?[+-]\d{2}(?::?\d{2})?\)?)?$",
    re.ASCII,
)
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:\d{2})$", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a date field says: the day, or why it says none."""

    day: date | None
    form: Form
    """How it was written; "blank" has neither day nor reason."""
    buddhist: bool = False
    """The year was written in the Buddhist era."""
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class YearReading:
    """What a year field says: the Buddhist year, or why it says none."""

    year: int | None
    reason: Message | None = None


def today_in_thailand() -> date:
    """Return the day it is in Thailand now."""
    return datetime.now(THAILAND).date()


def is_buddhist_year(year: int) -> bool:
    """Whether `year` can only be a year of the Buddhist era."""
    return LAST_GREGORIAN_YEAR < year <= LAST_GREGORIAN_YEAR + BUDDHIST_OFFSET


def parse_iso(text: str) -> date | None:
    """Return the day of a Gregorian ISO date or timestamp, or None for anything else."""
    found = _ISO.match(text)
    if found is None or (len(text) > len(found[0]) and text[len(found[0])] not in "T "):
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not FIRST_GREGORIAN_YEAR <= year <= LAST_GREGORIAN_YEAR:
        return None
    return _day(year, month, day)


def format_date(day: date, language: str = "th", *, short: bool = False) -> str:
    """Return `day` in words: Buddhist era in Thai, Gregorian in English."""
    return f"{day.day} {format_month(day, language, short=short)}"


def format_month(day: date, language: str = "th", *, short: bool = False) -> str:
    """Return the month of `day` in words: Buddhist era in Thai, Gregorian in English."""
    calendar = _calendar()
    month = (calendar.short if short else calendar.names)[language][day.month - 1]
    return f"{month} {day.year + BUDDHIST_OFFSET if language == 'th' else day.year}"


def placeholder_years() -> frozenset[int]:
    """Return the Buddhist years that mean "not filled in" in real records."""
    return _calendar().placeholders


def read_date(value: Any) -> DateReading:
    """Return what `value` says as a date: a text, or a `date` out of a workbook.

    Read are ISO dates and timestamps, YYYY/MM/DD, DD/MM with a Buddhist year, and dates in Thai
    or English words. A year above 2400 is Buddhist. Refused are short years, dates that could be
    day-first or month-first, and days that do not exist. Never raises.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _dated(value.year, value.month, value.day, "iso", str(value))
    if value is None or isinstance(value, str):
        return _read_text(value or "")
    return _refused(_written(value))


def _written(value: Any) -> str:
    try:
        return str(value)[:_LONGEST]
    except (RecursionError, ValueError):  # nested deeper, or longer, than Python writes
        return type(value).__name__


@lru_cache(maxsize=4096)
def _read_text(written: str) -> DateReading:
    text = arabic_digits(clean(written))
    if not text or text == "-":
        return DateReading(None, "blank")
    if len(written) > _LONGEST:
        return _refused(written[:_LONGEST] + "…")
    timed = _TIME.search(text)
    if timed is not None:
        if (moment := _moment(text)) is not None:
            return _dated(moment.year, moment.month, moment.day, "timestamp", written)
        text = text[: timed.start()].rstrip(" ,")
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        iso: Form = "timestamp" if timed else "iso"
        form: Form = iso if _ISO.fullmatch(text) else "slashed"
        return _dated(int(found[1]), int(found[2]), int(found[3]), form, written)
    if (found := _YEAR_LAST.fullmatch(text)) is not None:
        return _day_first(int(found[1]), int(found[2]), found[3], written)
    return _in_words(text, written)


def _moment(text: str) -> datetime | None:
    """Return a timestamp with an offset as a moment in Thailand."""
    if not _OFFSET.search(text):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return moment.astimezone(THAILAND) if moment.year <= LAST_GREGORIAN_YEAR else moment
    except (ValueError, OverflowError):
        return None


def _day_first(first: int, second: int, year_text: str, written: str) -> DateReading:
    year = int(year_text)
    if len(year_text) != 4:  # noqa: PLR2004 - digits of a year
        return _refused(written, N_('the year of "{value}" is short; write it with four digits'))
    if is_buddhist_year(year):
        return _dated(year, second, first, "slashed", written)
    if first != second and first <= 12 and second <= 12:  # noqa: PLR2004 - months of a year
        return _refused(
            written,
            N_('"{value}" could be day-month or month-day; write the date as in 2023-05-02'),
        )
    month, day = (first, second) if second > 12 else (second, first)  # noqa: PLR2004
    return _dated(year, month, day, "slashed", written)


def _in_words(text: str, written: str) -> DateReading:
    calendar = _calendar()
    found = calendar.pattern.fullmatch(text)
    if found is None:
        return _refused(written)
    parts = {name: part for name, part in found.groupdict().items() if part}
    year_text = parts.get("year1") or parts.get("year2") or ""
    if len(year_text) != 4:  # noqa: PLR2004 - digits of a year
        return _refused(written, N_('the year of "{value}" is short; write it with four digits'))
    year, era = int(year_text), calendar.era(parts.get("era1") or parts.get("era2"))
    if era is not None and (era == "buddhist") != is_buddhist_year(year):
        return _refused(written, N_('the year of "{value}" does not fit its era'))
    month = calendar.months[_word(parts.get("month1") or parts["month2"])]
    return _dated(year, month, int(parts.get("day1") or parts["day2"]), "words", written)


def _dated(year: int, month: int, day: int, form: Form, written: str) -> DateReading:
    buddhist = is_buddhist_year(year)
    gregorian = year - BUDDHIST_OFFSET if buddhist else year
    if not FIRST_GREGORIAN_YEAR <= gregorian <= LAST_GREGORIAN_YEAR:
        return _refused(written, N_('the year of "{value}" cannot be right'))
    found = _day(gregorian, month, day)
    if found is None:
        return _refused(written, N_('"{value}" names a day that does not exist'))
    return DateReading(found, form, buddhist)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _refused(
    written: str,
    msgid: str = N_('"{value}" is not a date; write it as in 2023-05-02'),
) -> DateReading:
    return DateReading(None, "unreadable", False, Message(msgid, {"value": written}))


def read_year(value: Any) -> YearReading:
    """Return the Buddhist year that `value` says; blank has neither year nor reason.

    A Gregorian year, a short year, or several years in one text are refused with the reason.
    Never raises.
    """
    if value is None or isinstance(value, bool) or not isinstance(value, (str, int)):
        reason = None if value is None else _year_refused(value)
        return YearReading(None, reason)
    return _read_year(_written(value))


@lru_cache(maxsize=1024)
def _read_year(written: str) -> YearReading:
    text = arabic_digits(clean(written))
    if not text or text == "-":
        return YearReading(None)
    bare = _calendar().without_era(text)
    if _YEAR.fullmatch(bare) is None:
        return YearReading(None, _year_refused(text))
    year = int(bare)
    if is_buddhist_year(year):
        return YearReading(year)
    if FIRST_GREGORIAN_YEAR <= year <= LAST_GREGORIAN_YEAR:
        wrong = N_('"{value}" is a Gregorian year; years are of the Buddhist era: {year}')
        return YearReading(None, Message(wrong, {"value": text, "year": year + BUDDHIST_OFFSET}))
    return YearReading(None, _year_refused(text))


def _year_refused(value: Any) -> Message:
    wrong = N_('"{value}" is not one year of the Buddhist era, such as 2567')
    return Message(wrong, {"value": _written(value)})


@dataclass(frozen=True)
class _Calendar:
    names: Mapping[str, tuple[str, ...]]
    short: Mapping[str, tuple[str, ...]]
    """Abbreviations of the months, where there is one."""
    months: Mapping[str, int]
    """Month by its spelling in any language, folded by `_word`."""
    eras: Mapping[str, str]
    placeholders: frozenset[int]
    pattern: re.Pattern[str]

    def era(self, word: str | None) -> str | None:
        return self.eras[_word(word)] if word else None

    def without_era(self, text: str) -> str:
        folded = _word(text)
        for word, era in self.eras.items():
            if era == "buddhist" and folded.startswith(word):
                return folded[len(word) :].strip()
        return text


def _word(text: str) -> str:
    return text.replace(".", "").replace(" ", "").casefold()


@lru_cache(maxsize=1)
def _calendar() -> _Calendar:
    content = load_yaml(SCHEMAS_DIR / "calendar.yaml", SCHEMAS_DIR / "calendar.schema.json")
    months = content["months"]
    by_word = {
        _word(spelling): number
        for number, month in enumerate(months, 1)
        for spellings in month.values()
        for spelling in spellings
    }
    eras = {_word(word): era for era, words in content["eras"].items() for word in words}
    return _Calendar(
        names={lang: tuple(month[lang][0] for month in months) for lang in ("th", "en")},
        short={lang: tuple(month[lang][:2][-1] for month in months) for lang in ("th", "en")},
        months=by_word,
        eras=eras,
        placeholders=frozenset(content["placeholder_years"]),
        pattern=_pattern(
            [s for month in months for spellings in month.values() for s in spellings],
            [word for words in content["eras"].values() for word in words],
            content["fillers"],
        ),
    )


def _pattern(months: list[str], eras: list[str], fillers: list[str]) -> re.Pattern[str]:
    month, era, filler = _any_of(months), _any_of(eras), _any_of(fillers)
    skip = rf"(?:{filler}\s*)*"
    year = rf"{skip}(?:(?P<era%d>{era})\s*)?(?P<year%d>\d+)\s*{skip}"
    day_first = rf"{skip}(?P<day1>\d{{1,2}})\s*{skip}(?P<month1>{month})\s*,?\s*{year % (1, 1)}"
    month_first = (
        rf"(?P<month2>{month})\s*(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s*,\s*{year % (2, 2)}"
    )
    return re.compile(f"(?:{day_first}|{month_first})", re.IGNORECASE)


def _any_of(words: list[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    # The full stops of an abbreviation are often left out.
    spellings = (re.escape(word).replace(r"\.", r"\.?\s?") for word in longest_first)
    return f"(?:{'|'.join(spellings)})"
