"""Sums of use by dataset and resource are always those of the sums by month; the upgrade too."""

from __future__ import annotations

import itertools
import uuid
from datetime import date

import pytest
import sqlalchemy as sa
from ckan import model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ckanext.pcio.usage import periods, queries, statistics, tables, writer
from ckanext.pcio.usage.events import (
    ACCESSES,
    AUDIENCES,
    EVENT_KINDS,
    UNIQUE_KINDS,
    Counter,
)
from ckanext.pcio.usage.model import BY_DATASET, BY_RESOURCE, MONTHLY
from ckanext.pcio.usage.periods import Span
from tests.usage import filling

pytestmark = pytest.mark.usefixtures("with_plugins", "no_usage")

_counters = st.builds(
    Counter,
    day=st.sampled_from(["2026-10-31", "2026-11-01", "2026-11-20"]),
    kind=st.sampled_from([*EVENT_KINDS, *UNIQUE_KINDS]),
    access=st.sampled_from(ACCESSES),
    account=st.sampled_from(["", *(f"={name}" for name in AUDIENCES)]),
    organization_id=st.sampled_from(["", "o1"]),
    dataset_id=st.sampled_from(["", "d1", "d2"]),
    resource_id=st.sampled_from(["", "r1", "r2"]),
)
# Small numbers, so that taking back often comes to nothing.
_batches = st.lists(
    st.dictionaries(_counters, st.integers(-2, 2), min_size=1, max_size=12), min_size=1, max_size=4
)


def write(counters, batch_id):
    with Session(model.meta.engine) as session:
        writer.write(counters, batch_id=batch_id, source="buffer", detail={}, session=session)
        session.commit()


def held(table):
    with model.meta.engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def expected(table):
    """Add up the sums by month, row by row."""
    found = {}
    for row in held(MONTHLY):
        if table is BY_RESOURCE and not row["resource_id"]:
            continue
        third = "resource_id" if table is BY_RESOURCE else "organization_id"
        key = (row["dataset_id"], row["month"], row[third])
        numbers = found.setdefault(key, dict.fromkeys(list(table.c.keys())[3:], 0))
        for name in columns(table, row):
            numbers[name] += row["count"]
    return {key: numbers for key, numbers in found.items() if any(numbers.values())}


def columns(table, row):
    """Name the columns a row of `MONTHLY` is in."""
    is_event, is_robot = row["kind"] in EVENT_KINDS, row["access"] == "robot"
    if table is BY_DATASET and is_event:
        yield f"access_{row['access']}"
        if not is_robot:
            yield f"audience_{row['audience']}"
    if is_robot or row["kind"] not in table.c:
        return
    if row["kind"] != "visitor" or table is BY_RESOURCE or not row["resource_id"]:
        yield row["kind"]


def actual(table):
    found = {}
    for row in held(table):
        key = tuple(row.pop(name) for name in list(table.c.keys())[:3])
        found[key] = row
    return found


def check():
    for table in (BY_DATASET, BY_RESOURCE):
        assert actual(table) == expected(table)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=_batches, again=st.booleans())
def test_sums_are_those_of_the_months(batches, again):
    filling.empty()
    for counters in batches:
        batch_id = uuid.uuid4().hex
        write(counters, batch_id)
        if again:
            write(counters, batch_id)
    check()
    same_answers()


_MONTHS = Span((date(2026, 10, 1), date(2026, 11, 1)), ())
_DAYS = Span(None, ((date(2026, 10, 1), date(2026, 11, 30)),))
_ONE = sa.select(sa.literal("d1")).union_all(sa.select(sa.literal("")))
_SCOPES = (
    queries.Scope(),
    queries.Scope(visitors_of_scope=True),
    queries.Scope(datasets=_ONE),
    queries.Scope(datasets=_ONE, organization_id="o1", visitors_of_scope=True),
)


def same_answers():
    """Months are answered as their days are, added up."""
    points = periods.periods(date(2026, 10, 1), date(2026, 11, 30), "month")
    known = statistics.Known(date(2026, 10, 1), date(2026, 11, 30))
    for scope in _SCOPES:
        months, days = (
            statistics.answer(queries.sums(scope, span), points, known) for span in (_MONTHS, _DAYS)
        )
        assert months == days
    for read in (
        lambda span: tables.numbers_of(["d1", "d2"], span, "dataset_id"),
        lambda span: tables.numbers_of(["r1", "r2"], span, "resource_id", ["d1", "d2"]),
        lambda span: tables.elsewhere(span, deleted=False),
        lambda span: tables.elsewhere(span, deleted=True),
        tables.visitors_of_offices,
    ):
        assert without_noughts(read(_MONTHS)) == without_noughts(read(_DAYS))
    model.Session.rollback()


def without_noughts(found):
    """Leave out what is not there, or all 0."""
    return {
        key: value
        for key, value in found.items()
        if (any(value.values()) if isinstance(value, dict) else value)
    }


def test_what_is_taken_back_leaves_no_row():
    view = Counter("2026-11-20", "view", "regular", "", "", "d1", "r1")
    write({view: 2}, "b1")
    assert actual(BY_DATASET)[("d1", date(2026, 11, 1), "")]["view"] == 2
    assert actual(BY_RESOURCE)[("d1", date(2026, 11, 1), "r1")]["view"] == 2
    write({view: -2}, "b2")
    assert held(BY_DATASET) == held(BY_RESOURCE) == []


def test_the_upgrade_fills_them_and_goes_down(migrate_db_for):
    """On the tables of a portal that counted before there were sums."""
    shapes = itertools.product(
        ["2026-10-31", "2026-11-20"],
        [*EVENT_KINDS, *UNIQUE_KINDS],
        ACCESSES,
        [f"={name}" for name in AUDIENCES],
        ["", "o1"],
        ["", "d1"],
        ["", "r1"],
    )
    write({Counter(*shape): number for number, shape in enumerate(shapes, 1)}, "b1")
    check()
    before = {table.name: actual(table) for table in (BY_DATASET, BY_RESOURCE)}
    model.Session.remove()
    try:
        migrate_db_for("pcio", "a053d2f719e4", forward=False)
        assert not sa.inspect(model.meta.engine).has_table(BY_DATASET.name)
    finally:
        migrate_db_for("pcio")
    assert {table.name: actual(table) for table in (BY_DATASET, BY_RESOURCE)} == before
    assert len(before[BY_DATASET.name]) == 2 * 2 * 2
