"""What waits for the commit of a save: called once, after it, and only where there is one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import after_commit, per_commit

pytestmark = pytest.mark.usefixtures("empty")


@pytest.fixture
def called():
    """What was called, with whether its transaction was over; the session is clean afterwards."""
    model.Session.rollback()
    yield []
    model.Session.rollback()


def begin() -> None:
    model.Session.execute(sa.text("SELECT 1"))


def test_nothing_is_called_before_the_commit(called):
    begin()
    after_commit.call(called.append, "a")
    assert called == []
    model.Session.commit()
    assert called == ["a"]


def test_the_same_call_is_made_once_for_each_transaction(called):
    for _ in range(2):
        begin()
        after_commit.call(called.append, "a")
        after_commit.call(called.append, "b")
        after_commit.call(called.append, "a")
        model.Session.commit()
    assert called == ["a", "b", "a", "b"]
    begin()
    model.Session.commit()
    assert called == ["a", "b", "a", "b"]


def test_a_rollback_forgets(called):
    begin()
    after_commit.call(called.append, "a")
    model.Session.rollback()
    begin()
    model.Session.commit()
    assert called == []


def test_a_savepoint_is_no_commit(called):
    begin()
    with model.Session.begin_nested():
        after_commit.call(called.append, "a")
    assert called == []
    model.Session.commit()
    assert called == ["a"]


def test_what_savepoint_and_rollback_leave_is_nothing(called):
    begin()
    with model.Session.begin_nested():
        after_commit.call(called.append, "a")
    model.Session.rollback()
    assert called == []
    begin()
    model.Session.commit()
    assert called == []


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_what_is_done_once_is_done_again_in_the_next_transaction(called, end):
    begin()
    assert per_commit.first("x", "a", "b", "a") == ["a", "b"]
    assert per_commit.first("x", "b", "c") == ["c"]
    assert per_commit.first("y", "a") == ["a"]
    getattr(model.Session, end)()
    begin()
    assert per_commit.first("x", "a") == ["a"]


def test_what_is_changed_after_a_savepoint_is_done_again(called):
    begin()
    with model.Session.begin_nested():
        assert per_commit.first("x", "a") == ["a"]
    assert per_commit.first("x", "a") == ["a"]
