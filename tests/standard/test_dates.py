"""Dates and years: read where they can mean one thing only, refused with a reason elsewhere."""

from datetime import date, datetime, timedelta, timezone

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.dates import (
    format_date,
    is_buddhist_year,
    parse_iso,
    read_date,
    read_year,
    today_in_thailand,
)

DAYS = st.dates(date(1858, 1, 1), date(2300, 12, 31))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=90),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("written", "day", "form", "buddhist"),
    [
        ("2023-05-02", date(2023, 5, 2), "iso", False),
        ("2566-05-02", date(2023, 5, 2), "iso", True),
        ("2567-02-29", date(2024, 2, 29), "iso", True),
        ("2023-5-2", date(2023, 5, 2), "slashed", False),
        ("2566/05/02", date(2023, 5, 2), "slashed", True),
        ("02/05/2566", date(2023, 5, 2), "slashed", True),
        ("13/05/2023", date(2023, 5, 13), "slashed", False),
        ("5/13/2023", date(2023, 5, 13), "slashed", False),
        ("05/05/2023", date(2023, 5, 5), "slashed", False),
        ("13 ธันวาคม 2566", date(2023, 12, 13), "words", True),
        ("๑๓ ธันวาคม ๒๕๖๖", date(2023, 12, 13), "words", True),
        ("13 ธ.ค. 2566", date(2023, 12, 13), "words", True),
        ("13 ธค 2566", date(2023, 12, 13), "words", True),
        ("วันที่ 13 เดือนธันวาคม พ.ศ. 2566", date(2023, 12, 13), "words", True),
        ("13\u00a0ธันวาคม  ค.ศ. 2023", date(2023, 12, 13), "words", False),
        ("13 ธันวาคม 2566, 10:12 (+07)", date(2023, 12, 13), "words", True),
        ("August 21, 2025", date(2025, 8, 21), "words", False),
        ("21 aug 2025", date(2025, 8, 21), "words", False),
        ("2024-07-08T07:52:31.733119", date(2024, 7, 8), "timestamp", False),
        ("2024-07-08 23:59", date(2024, 7, 8), "timestamp", False),
        ("2024-07-08T20:52:31Z", date(2024, 7, 9), "timestamp", False),
        ("2024-07-08T20:52:31+07:00", date(2024, 7, 8), "timestamp", False),
        (date(2023, 5, 2), date(2023, 5, 2), "iso", False),
        (datetime(2566, 5, 2, 3), date(2023, 5, 2), "iso", True),
        ("", None, "blank", False),
        ("  \u00a0", None, "blank", False),
        ("-", None, "blank", False),
        (None, None, "blank", False),
    ],
)
def test_dates_that_mean_one_day(written, day, form, buddhist):
    reading = read_date(written)
    assert (reading.day, reading.form, reading.buddhist) == (day, form, buddhist)
    assert reading.reason is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("02/05/2023", "day-month or month-day"),
        ("13 ธ.ค. 66", "short"),
        ("13/05/66", "short"),
        ("2566-02-30", "does not exist"),
        ("31/02/2566", "does not exist"),
        ("13 ธันวาคม ค.ศ. 2566", "era"),
        ("13 ธันวาคม พ.ศ. 2023", "era"),
        ("1480-05-02", "cannot be right"),
        ("0000-00-00", "cannot be right"),
        ("ธันวาคม 2566", "not a date"),
        ("2566", "not a date"),
        ("เร็ว ๆ นี้", "not a date"),
        (20230502, "not a date"),
        (["2023-05-02"], "not a date"),
        ("x" * 5000, "not a date"),
    ],
)
def test_dates_that_are_refused_name_value_and_reason(written, said):
    reading = read_date(written)
    assert reading.day is None
    assert reading.form == "unreadable"
    assert said in reading.reason.text("en")
    assert str(written)[:40] in reading.reason.text("th")


@given(DAYS)
def test_a_day_is_read_back_from_every_form_it_is_written_in(day):
    buddhist = f"{day.year + 543}-{day.month:02}-{day.day:02}"
    forms = (day.isoformat(), buddhist, format_date(day, "th"), format_date(day, "en"))
    assert {read_date(form).day for form in forms} == {day}
    assert read_date(f"{day.day}/{day.month}/{day.year + 543}").day == day
    assert parse_iso(day.isoformat()) == day
    assert parse_iso(buddhist) is None


@given(ANYTHING)
def test_nothing_makes_the_readers_raise(value):
    assert (read_date(value).day is None) or read_date(value).reason is None
    assert (read_year(value).year is None) or read_year(value).reason is None


@pytest.mark.parametrize(
    ("written", "year", "said"),
    [
        ("2567", 2567, None),
        (2567, 2567, None),
        ("๒๕๖๗", 2567, None),
        ("พ.ศ. 2567", 2567, None),
        ("2500", 2500, None),
        ("", None, None),
        ("-", None, None),
        (None, None, None),
        ("2024", None, "2567"),
        ("67", None, "one year"),
        ("2566 (2023)", None, "one year"),
        ("2565-2567", None, "one year"),
        (True, None, "one year"),
        ([], None, "one year"),
    ],
)
def test_years_are_buddhist(written, year, said):
    reading = read_year(written)
    assert reading.year == year
    assert (reading.reason is None) == (said is None)
    if said:
        assert said in reading.reason.text("en")


def test_eras_meet_at_2400():
    assert not is_buddhist_year(2400)
    assert is_buddhist_year(2401)


def test_dates_in_words():
    assert format_date(date(2023, 12, 3)) == "3 ธันวาคม 2566"
    assert format_date(date(2023, 12, 3), "en") == "3 December 2023"


def test_today_is_the_day_in_thailand():
    late = datetime(2024, 2, 28, 17, 30, tzinfo=timezone.utc)
    with freeze_time(late):
        assert today_in_thailand() == date(2024, 2, 29)
    with freeze_time(late - timedelta(hours=1)):
        assert today_in_thailand() == date(2024, 2, 28)
