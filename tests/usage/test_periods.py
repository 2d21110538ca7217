"""Ranges and periods: nothing of a range is left out, and nothing is in two periods."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.usage import charts, periods
from ckanext.pcio.usage.choice import choice

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
ranges = st.tuples(days, days).map(sorted)
ONE = timedelta(days=1)


def every_day(first, last):
    return {first + ONE * number for number in range((last - first).days + 1)}


@given(ranges, st.sampled_from(periods.BYS))
def test_periods_cut_a_range_without_gap_or_overlap(asked, by):
    start, end = asked
    found = periods.periods(start, end, by)
    assert found[0].start == start
    assert found[-1].end == end
    assert all(a.end + ONE == b.start for a, b in pairwise(found))
    assert len({period.name for period in found}) == len(found)


@given(ranges, days, st.sampled_from(periods.BYS))
def test_a_span_reads_every_counted_day_once(asked, today, by):
    """Days after today were not counted, so a month that is not over may be read as a whole."""
    start, end = asked
    span = periods.span(start, end, today, by=by)
    read = []
    if span.months:
        read.extend(every_day(span.months[0], periods.last_day(span.months[1])))
    for first, last in span.days:
        read.extend(every_day(first, last))
    assert len(read) == len(set(read))
    counted = {day for day in every_day(start, end) if day <= today}
    assert {day for day in read if day <= today} == counted


@given(ranges, days)
def test_the_range_before_ends_where_the_range_begins(asked, today):
    start, end = asked
    first, last = periods.previous(start, end, today)
    assert first <= last < start
    if start.day != 1 or end != today:
        assert last == start - ONE


def test_a_fiscal_year_is_compared_with_the_one_before():
    assert periods.fiscal_range(2026) == (date(2025, 10, 1), date(2026, 9, 30))
    before = periods.previous(*periods.fiscal_range(2026), date(2026, 11, 21))
    assert before == periods.fiscal_range(2025)


def test_twelve_months_so_far_are_compared_with_the_same_days_a_year_ago():
    today = date(2026, 11, 21)
    start, end = periods.last_twelve_months(today)
    assert (start, end) == (date(2025, 12, 1), today)
    assert periods.previous(start, end, today) == (date(2024, 12, 1), date(2025, 11, 21))


def test_a_leap_day_has_no_day_too_many_before_it():
    assert periods.previous(date(2024, 2, 1), date(2024, 3, 31), date(2024, 3, 31)) == (
        date(2023, 12, 1),
        date(2024, 1, 31),
    )
    leap = date(2024, 2, 29)
    assert periods.previous(date(2023, 3, 1), leap, leap) == (date(2022, 3, 1), date(2023, 2, 28))


@given(days)
def test_a_fiscal_year_holds_its_days(day):
    first, last = periods.fiscal_range(periods.fiscal_year(day))
    assert first <= day <= last
    assert (first.month, last.month) == (10, 9)


def test_names_of_periods():
    start, end = date(2025, 9, 30), date(2025, 10, 1)
    names = {by: [period.name for period in periods.periods(start, end, by)] for by in periods.BYS}
    assert names == {
        "day": ["2025-09-30", "2025-10-01"],
        "month": ["2025-09", "2025-10"],
        "quarter": ["2025-Q3", "2025-Q4"],
        "year": ["2025"],
        "fiscal_year": ["FY2025", "FY2026"],
    }


def test_thai_readers_see_the_buddhist_era():
    titles = {
        by: periods.title(periods.periods(date(2025, 10, 1), date(2025, 12, 31), by)[0], by, "th")
        for by in periods.BYS
    }
    assert titles["fiscal_year"] == "ปีงบประมาณ 2569"
    assert titles["year"] == "ปี 2568"
    assert titles["month"] == "ตุลาคม 2568"
    assert titles["quarter"] == "ต.ค. 2568 – ธ.ค. 2568"
    assert titles["day"] == "1 ตุลาคม 2568"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2569-10-01", "2026-10-01"),
        ("1 ตุลาคม 2569", "2026-10-01"),
        ("2026-13-01", "2026-13-01"),
        ("yesterday", "yesterday"),
        ("0026-10-01", "0026-10-01"),
        ("9999-10-01", "9999-10-01"),
        ("", ""),
    ],
)
def test_a_day_that_is_none_is_refused_with_the_reason(text, part):
    with pytest.raises(periods.PeriodError) as refused:
        periods.read_day("start", text)
    assert refused.value.field == "start"
    for language in ("th", "en"):
        assert part in refused.value.message.text(language)


def test_a_buddhist_year_says_which_day_is_meant():
    with pytest.raises(periods.PeriodError) as refused:
        periods.read_day("start", "2569-10-01")
    assert "พุทธศักราช" in refused.value.message.text("th")


@given(ranges, st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_no_address_breaks_a_page(asked, period, start, by):
    today = asked[1]
    made = choice({"period": period, "start": start, "by": by}, today, asked[0])
    assert made.start <= made.end
    again = choice(made.address(), today, asked[0])
    assert (again.start, again.end, again.by) == (made.start, made.end, made.by)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=400))
def test_bars_stand_inside_the_drawing(numbers):
    start = date(2025, 1, 1)
    cut = periods.periods(start, start + ONE * (len(numbers) - 1), "day")
    series = [
        {
            "period": period.name,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            **dict.fromkeys(("view", "download", "api", "dump"), number),
        }
        for period, number in zip(cut, numbers, strict=True)
    ]
    drawn = charts.chart(series, "day", "th")
    assert len(drawn.bars) == len(numbers)
    assert drawn.top >= 4 * max(number or 0 for number in numbers)
    for bar, number in zip(drawn.bars, numbers, strict=True):
        assert bar.known == (number is not None)
        assert 0 <= bar.x <= bar.x + bar.width <= charts.WIDTH + 0.1
        assert all(part.y >= -0.1 for part in bar.parts)
    assert (drawn.highest is None) == (not any(numbers))


@given(st.integers(0, 10**12))
def test_the_scale_fits_the_highest_bar(number):
    top = charts.round_up(number)
    assert number <= top <= max(2, 1.5 * number)
    assert top % 2 == 0
