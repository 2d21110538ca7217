"""From answers to what is known of an address: one bad day does not blame the publisher."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.links import (
    REASONS,
    STATE_NAMES,
    STATES,
    Answer,
    LinkState,
    Patience,
    after,
    count,
    reason,
)

NOON = datetime(2026, 1, 5, 5, 0, tzinfo=timezone.utc)
NEW = LinkState(resource_id="r", url="http://x.example/")
OK = Answer(kind="ok", status=200)
MISSING = Answer(kind="failed", status=404, reason="not_found")
PATIENCE = Patience()
ANSWERS = st.sampled_from(
    [
        OK,
        MISSING,
        Answer(kind="failed", reason="timeout"),
        Answer(kind="kept_out", status=403, reason="forbidden"),
        Answer(kind="busy", status=429, reason="busy", retry_after=3600),
        Answer(kind="refused", reason="private"),
        Answer(kind="not_asked", reason="scheme"),
    ]
)


def checked(link: LinkState, *answers: Answer, apart: timedelta = timedelta(days=1)) -> LinkState:
    now = max(link.checked_at or NOON, NOON)
    for answer in answers:
        now += apart
        link, _next = after(link, answer, now, PATIENCE)
    return link


def test_an_answer_is_remembered():
    link = checked(NEW, OK)
    assert (link.state, link.failures, link.reason) == ("ok", 0, "")
    assert link.answered_at == link.checked_at is not None


def test_one_bad_day_does_not_blame_the_publisher():
    link = checked(NEW, OK, MISSING)
    assert (link.state, link.failures, link.status) == ("ok", 1, 404)
    assert link.answered_at == NOON + timedelta(days=1)
    assert checked(link, MISSING).state == "ok"


def test_three_bad_days_in_a_row_do():
    assert checked(NEW, OK, MISSING, MISSING, MISSING).state == "broken"
    assert checked(NEW, OK, MISSING, MISSING, OK, MISSING).state == "ok"


def test_pressing_check_again_all_day_does_not():
    link = checked(NEW, OK)
    link = checked(link, *[MISSING] * 10, apart=timedelta(minutes=30))
    assert (link.state, link.failures) == ("ok", 1)


def test_what_never_answered_is_unknown_until_then():
    link = checked(NEW, MISSING)
    assert (link.state, link.reason) == ("unknown", "not_found")
    assert checked(link, MISSING, MISSING).state == "broken"


def test_a_broken_address_that_answers_is_ok_at_once():
    assert checked(NEW, MISSING, MISSING, MISSING, OK).state == "ok"


def test_who_keeps_the_check_out_is_not_broken():
    link = checked(NEW, *[Answer(kind="kept_out", status=403, reason="forbidden")] * 5)
    assert (link.state, link.failures) == ("unknown", 0)


def test_a_missing_upload_needs_no_second_day():
    upload = LinkState(resource_id="r", url="a.csv", upload=True)
    assert checked(upload, Answer(kind="failed", reason="no_file")).state == "broken"


def test_the_next_check_comes_later_and_later_but_comes():
    link, waits, now = NEW, [], NOON
    for _failure in range(8):
        link, next_at = after(link, MISSING, now, PATIENCE)
        waits.append((next_at - now).days)
        now = next_at
    assert waits == [1, 1, 2, 4, 7, 7, 7, 7]


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        (None, PATIENCE.soonest),
        (0, PATIENCE.soonest),
        (7200, timedelta(hours=2)),
        (10**8, PATIENCE.interval),
    ],
)
def test_a_server_says_when_to_come_again_within_reason(retry_after, wait):
    busy = Answer(kind="busy", status=429, reason="busy", retry_after=retry_after)
    link, next_at = after(NEW, busy, NOON, PATIENCE)
    assert next_at - NOON == wait
    assert link.state == "unknown"
    assert after(checked(NEW, OK), busy, NOON, PATIENCE)[0].state == "ok"


@given(st.lists(st.tuples(ANSWERS, st.integers(1, 72)), max_size=12), st.integers(1, 5))
def test_laws(answers, failures):
    """Whatever happens: broken only after enough failing days in a row, and always asked again."""
    patience = Patience(failures=failures)
    link, now, days = NEW, NOON, set()
    for answer, hours in answers:
        now += timedelta(hours=hours)
        link, next_at = after(link, answer, now, patience)
        if answer.kind == "failed":
            days.add(now.astimezone(THAILAND).date())
        elif answer.kind != "busy":
            days.clear()
        assert link.state in STATES
        assert now < next_at <= now + patience.interval
        assert (link.state == "broken") == (len(days) >= failures)
        assert (link.state == "ok") <= (link.answered_at is not None)


def test_every_state_and_reason_is_a_sentence_in_both_languages():
    assert set(STATE_NAMES) == set(STATES)
    for code in REASONS:
        sentence = reason(code, 404)
        assert sentence is not None
        assert sentence.text("th") != sentence.text("en")
    assert reason("") is None


def test_counts():
    assert count(["ok", "ok", "broken"]) == (2, 1, 0, 0, 0)
