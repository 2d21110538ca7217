"""Due dates: calendar months, business days, and the units that never fall due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.catalog.facts import UNITS_WITHOUT_DUE_DATE
from ckanext.pcio.standard.freshness import UNITS_WITH_DUE_DATE, add_business_days, due_on
from ckanext.pcio.standard.vocabulary import vocabulary

UNITS = st.sampled_from(sorted(UNITS_WITH_DUE_DATE))
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("updated", "unit", "interval", "due"),
    [
        (date(2024, 1, 31), "month", 1, date(2024, 2, 29)),
        (date(2023, 1, 31), "month", 1, date(2023, 2, 28)),
        (date(2023, 12, 15), "month", 2, date(2024, 2, 15)),
        (date(2024, 2, 29), "year", 1, date(2025, 2, 28)),
        (date(2024, 2, 29), "year", 4, date(2028, 2, 29)),
        (date(2024, 8, 31), "half_year", 1, date(2025, 2, 28)),
        (date(2024, 11, 30), "quarter", 1, date(2025, 2, 28)),
        (date(2024, 1, 1), "week", 2, date(2024, 1, 15)),
        (date(2024, 1, 1), "day", 1, date(2024, 1, 2)),
        (date(2024, 11, 22), "business_day", 1, date(2024, 11, 25)),  # Friday to Monday
        (date(2024, 11, 23), "business_day", 1, date(2024, 11, 25)),
        (date(2024, 11, 18), "business_day", 5, date(2024, 11, 25)),
        (date(2024, 1, 1), "hour", 1, date(2024, 1, 2)),
        (date(2024, 1, 1), "hour", 24, date(2024, 1, 2)),
        (date(2024, 1, 1), "hour", 25, date(2024, 1, 3)),
        (date(2024, 1, 1), "minute", 15, date(2024, 1, 2)),
        (date(2024, 1, 1), "year", None, date(2025, 1, 1)),
        (date(2024, 1, 1), "year", 0, date(2025, 1, 1)),
        (date(2024, 1, 1), "year", 9999, date.max),
        (None, "year", 1, None),
        (date(2024, 1, 1), None, 1, None),
        (date(2024, 1, 1), "realtime", 1, None),
        (date(2024, 1, 1), "never", 1, None),
        (date(2024, 1, 1), "unknown", 1, None),
        (date(2024, 1, 1), "other", 1, None),
    ],
)
def test_due_on(updated, unit, interval, due):
    assert due_on(updated, unit, interval) == due


def test_grace_days_come_on_top():
    assert due_on(date(2024, 1, 1), "month", 1, grace_days=5) == date(2024, 2, 6)


def test_every_unit_either_falls_due_or_never_does():
    units = {term.key for term in vocabulary("update_frequency_unit").terms}
    assert units == UNITS_WITH_DUE_DATE | UNITS_WITHOUT_DUE_DATE
    assert not UNITS_WITH_DUE_DATE & UNITS_WITHOUT_DUE_DATE


@given(DAYS, UNITS, st.integers(1, 200))
def test_due_is_after_the_update_and_later_for_longer_intervals(day, unit, interval):
    assert day < due_on(day, unit, interval) <= due_on(day, unit, interval + 1)


@given(DAYS, st.integers(0, 60))
def test_business_days_are_what_counting_them_gives(day, count):
    counted, left = day, count
    while left:
        counted += timedelta(days=1)
        left -= counted.weekday() < 5
    if day.weekday() < 5 or count:
        assert add_business_days(day, count) == counted
