"""Numbers over whole tables are remembered as long as nothing moved them, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import unmoved

COUNTED = sa.table("unmoved_counted", sa.column("who"), sa.column("number"))
BESIDE = sa.table("unmoved_beside", sa.column("who"))


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """A database with two small tables."""
    found = model.Session.get_bind().engine
    drop = "drop table if exists unmoved_counted, unmoved_beside"
    with found.begin() as connection:
        connection.exec_driver_sql(drop)
        connection.exec_driver_sql("create table unmoved_counted (who text, number integer)")
        connection.exec_driver_sql("create table unmoved_beside (who text)")
    yield found
    model.Session.remove()
    with found.begin() as connection:
        connection.exec_driver_sql(drop)


@pytest.fixture
def asked(engine) -> Iterator[list[str]]:
    """The statements that are sent; the tables hold two rows of a and one of b."""
    model.Session.remove()
    with engine.begin() as connection:
        connection.execute(sa.delete(COUNTED))
        rows = [{"who": "a", "number": 1}, {"who": "a", "number": 2}, {"who": "b", "number": 3}]
        connection.execute(sa.insert(COUNTED), rows)
        connection.execute(sa.delete(BESIDE))
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)
    model.Session.remove()


def number_of(who: str) -> int:
    query = sa.select(sa.func.count().label("number")).select_from(COUNTED)
    [row] = unmoved.rows(query.where(COUNTED.c.who == who))
    return row["number"]


def counts(asked: list[str]) -> int:
    """Return how often the rows themselves were counted."""
    return sum('AS "number"' in each or "AS number" in each for each in asked)


class TestRows:
    def test_what_did_not_move_is_counted_once(self, asked):
        assert [number_of("a") for _ in range(3)] == [2, 2, 2]
        assert counts(asked) == 1

    def test_other_parameters_are_other_numbers(self, asked):
        assert [number_of("a"), number_of("b"), number_of("a"), number_of("c")] == [2, 1, 2, 0]

    def test_a_row_written_by_somebody_else_is_counted_at_once(self, asked, engine):
        assert number_of("b") == 1
        with engine.begin() as connection:
            connection.execute(sa.insert(COUNTED), {"who": "b", "number": 4})
        assert number_of("b") == 2

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (sa.delete(COUNTED).where(COUNTED.c.number == 1), 1),
            (sa.update(COUNTED).values(who="b").where(COUNTED.c.number == 1), 1),
            (sa.update(COUNTED).values(who="a"), 3),
        ],
    )
    def test_so_is_one_changed_or_deleted(self, asked, engine, change, expected):
        assert number_of("a") == 2
        with engine.begin() as connection:
            connection.execute(change)
        assert number_of("a") == expected

    def test_a_change_elsewhere_has_nothing_counted_again(self, asked, engine):
        assert number_of("a") == 2
        with engine.begin() as connection:
            connection.execute(sa.insert(BESIDE), {"who": "a"})
        assert number_of("a") == 2
        assert counts(asked) == 1

    def test_tables_in_conditions_count_too(self, asked, engine):
        known = sa.select(BESIDE.c.who)
        query = sa.select(sa.func.count().label("number")).select_from(COUNTED)
        query = query.where(COUNTED.c.who.in_(known))
        assert unmoved.rows(query) == [{"number": 0}]
        with engine.begin() as connection:
            connection.execute(sa.insert(BESIDE), {"who": "a"})
        assert unmoved.rows(query) == [{"number": 2}]

    def test_what_a_transaction_wrote_itself_is_counted_and_forgotten_with_it(self, asked):
        assert number_of("a") == 2
        model.Session.execute(sa.delete(COUNTED).where(COUNTED.c.who == "a"))
        assert number_of("a") == 0
        model.Session.rollback()
        assert number_of("a") == 2

    def test_a_change_that_began_earlier_and_ended_later_is_seen(self, asked, engine):
        with engine.connect() as first:
            first.execute(sa.delete(COUNTED).where(COUNTED.c.number == 1))
            with engine.begin() as second:
                second.execute(sa.update(COUNTED).values(number=5).where(COUNTED.c.number == 2))
            assert number_of("a") == 2
            first.commit()
        assert number_of("a") == 1

    def test_who_changes_the_rows_he_was_given_changes_nobody_elses(self, asked):
        query = sa.select(sa.func.count().label("number")).select_from(COUNTED)
        unmoved.rows(query)[0]["number"] = 99
        assert unmoved.rows(query) == [{"number": 3}]

    def test_no_more_is_remembered_than_there_is_room_for(self, asked, monkeypatch):
        monkeypatch.setattr(unmoved, "_MOST", 2)
        assert [number_of(who) for who in "abca"] == [2, 1, 0, 2]
        assert len(unmoved._found) == 2


class TestStates:
    def test_each_table_has_its_own(self, asked, engine):
        before = unmoved.states(["unmoved_counted", "unmoved_beside"])
        with engine.begin() as connection:
            connection.execute(sa.insert(BESIDE), {"who": "a"})
        after = unmoved.states(["unmoved_counted", "unmoved_beside"])
        assert after[0] == before[0] != after[1] != before[1]
        assert [each.partition("/")[0] for each in after] == ["3", "1"]

    def test_an_unmoved_one_costs_one_query(self, asked):
        unmoved.states(["unmoved_counted"])
        asked.clear()
        unmoved.states(["unmoved_counted"])
        assert len(asked) == 1
