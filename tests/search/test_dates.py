"""Solr dates and date arithmetic."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.search.dates import format_date, parse_date
from ckanext.pcio.search.errors import QueryError

NOW = datetime(2024, 3, 31, 12, 34, 56, 789000, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2014-06-10T08:24:12.782257Z", "2014-06-10T08:24:12.782Z"),
        ("2014-03-22T00:00:00Z", "2014-03-22T00:00:00Z"),
        ("2014-03-22", "2014-03-22T00:00:00Z"),
        ("2014-03-22T07:00:00+07:00", "2014-03-22T00:00:00Z"),
        ("2014-03-22T00:00:00.5Z", "2014-03-22T00:00:00.500Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("NOW", "2024-03-31T12:34:56.789Z"),
        ("NOW/DAY", "2024-03-31T00:00:00Z"),
        ("NOW/DAY-7DAYS", "2024-03-24T00:00:00Z"),
        ("NOW-1MONTH", "2024-02-29T12:34:56.789Z"),
        ("NOW+1YEAR/YEAR", "2025-01-01T00:00:00Z"),
        ("2024-02-29T00:00:00Z+1YEAR", "2025-02-28T00:00:00Z"),
        ("NOW-2HOURS/HOUR", "2024-03-31T10:00:00Z"),
    ],
)
def test_dates(text, result):
    assert format_date(parse_date(text, NOW)) == result


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2014-13-01T00:00:00Z", "NOW-1FORTNIGHT", "NOW-", "NOW+99999999999YEARS"],
)
def test_no_dates(text):
    with pytest.raises(QueryError):
        parse_date(text, NOW)


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))
def test_a_date_survives_to_the_millisecond(moment):
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    text = format_date(parse_date(moment.isoformat() + "Z"))
    assert parse_date(text) == parse_date(moment.isoformat() + "Z")
    assert text[:19] == moment.isoformat()[:19]


@given(st.text(max_size=30))
def test_no_string_breaks_dates(text):
    with suppress(QueryError):
        parse_date(text)
