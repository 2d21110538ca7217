"""What one event leaves in Redis, and what happens when Redis is not there."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

import pytest
import redis
from ckan.common import config

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage import breaker, buffer, visitor
from ckanext.pcio.usage.events import Counter, Event
from tests.usage import reading
from tests.usage.reading import counted, events
from tests.usage.redis_server import RedisServer

TEN = datetime(2026, 7, 1, 10, 0, tzinfo=THAILAND)
LAST_SECONDS = datetime(2026, 9, 30, 23, 59, 50, tzinfo=THAILAND)


@pytest.fixture(autouse=True)
def nought(monkeypatch):
    monkeypatch.setattr(buffer, "breaker", breaker.Breaker())
    monkeypatch.setattr(buffer, "_salts", {})
    # A settings file read after a module was imported switches off the module's log.
    monkeypatch.setattr(breaker._log, "disabled", False)
    reading.forget()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Redis for this test alone, and the portal's settings lead to it."""
    own = RedisServer(tmp_path)
    own.start()
    monkeypatch.setitem(config, "ckan.redis.url", own.url)
    yield own
    own.kill()


def event(at=TEN, **changes):
    known = {
        "kind": "view",
        "access": "regular",
        "visitor": "v",
        "url": "/dataset/roads",
        "organization_id": "office",
        "dataset_id": "roads",
        **changes,
    }
    return Event(at=at, **known)


def click(*seconds, **changes):
    for second in seconds:
        buffer.record(event(TEN + timedelta(seconds=second), **changes))


def total(kind="view", day="2026-07-01"):
    return sum(n for name, n in counted().items() if (name.kind, name.day) == (kind, day))


@pytest.mark.parametrize(
    ("seconds", "number"),
    [((0, 29), 1), ((0, 30), 1), ((0, 31), 2), ((0, 35), 2), ((0, 25, 50), 1), ((0, 25, 56), 2)],
)
def test_two_clicks_within_thirty_seconds_are_one(seconds, number):
    """The examples of the standard, and the window that slides with each click."""
    click(*seconds)
    assert total() == number


def test_clicks_of_two_visitors_or_at_two_addresses_are_two():
    click(0)
    click(5, visitor="w")
    click(10, url="/dataset/roads?view_id=1")
    assert total() == 3


def test_answers_that_overtake_each_other_are_still_one_click():
    click(10, 0)
    assert total() == 1
    click(35)
    assert total() == 1


def test_a_dataset_counts_once_for_each_visitor_and_clock_hour():
    minutes = (0, 40, 59, 60, 80)
    for minute in minutes:
        click(60 * minute, url=f"/{minute}", resource_id=f"file-{minute}", kind="download")
    assert total("download") == 5
    assert total("unique_investigation") == total("unique_request") == 2


def test_a_view_is_no_request():
    click(0)
    assert total("unique_investigation") == 1
    assert total("unique_request") == 0


def test_a_visitor_counts_once_a_day_in_each_place():
    for hour in (1, 2, 3):
        click(3600 * hour, resource_id="map")
    visitors = {name for name in counted() if name.kind == "visitor"}
    day = "2026-07-01"
    assert visitors == {
        Counter(day, "visitor", "regular", "", "", "roads", "map"),
        Counter(day, "visitor", "regular", "", "", "roads", ""),
        Counter(day, "visitor", "regular", "", "office", "", ""),
        Counter(day, "visitor", "regular", "", "", "", ""),
    }
    assert total("visitor") == 4


def test_a_double_click_over_midnight_belongs_to_the_new_day():
    buffer.record(event(LAST_SECONDS))
    buffer.record(event(LAST_SECONDS + timedelta(seconds=15)))
    assert {name.day for name in counted()} == {"2026-10-01"}
    assert total(day="2026-10-01") == 1


def test_a_double_click_over_midnight_is_known_though_the_key_changed():
    buffer.record(event(LAST_SECONDS, visitor="key of the old day"))
    buffer.record(
        event(LAST_SECONDS + timedelta(seconds=15), visitor="key of the new day"),
        earlier_visitor="key of the old day",
    )
    assert sum(events().values()) == 1
    assert total(day="2026-10-01") == 1


def test_the_day_is_the_one_in_thailand():
    at = datetime.fromisoformat("2026-06-30T17:30:00+00:00")
    buffer.record(event(at))
    assert {name.day for name in counted()} == {"2026-07-01"}


def test_an_event_without_a_dataset_counts_for_the_portal_alone():
    click(0, kind="api_metadata", dataset_id="", organization_id="", access="machine")
    assert counted() == {
        Counter("2026-07-01", "api_metadata", "machine"): 1,
        Counter("2026-07-01", "visitor", "machine"): 1,
    }


def test_several_events_of_one_request_take_one_round_trip_also_on_a_new_redis(server):
    pair = [event(url=f"/sql {name}", resource_id=name, kind="api_data") for name in ("a", "b")]
    buffer.store(pair)
    assert sum(events().values()) == 2
    before = _commands(server)
    buffer.store([event(url=f"/{name}", resource_id=name) for name in ("c", "d")])
    assert _commands(server) - before == 2 + 1  # two scripts, and this question itself


def test_one_event_is_one_command(server):
    click(0)
    before = _commands(server)
    click(100)
    assert _commands(server) - before == 1 + 1


def _commands(server):
    """Return how many commands clients sent; those inside a script are not among them."""
    with redis.Redis.from_url(server.url) as client:
        calls = client.info("commandstats")
    return sum(
        stats["calls"] for name, stats in calls.items() if name.split("_")[1] in ("evalsha", "info")
    )


def test_the_times_of_the_first_and_of_the_latest_events_are_kept():
    click(0, 100)
    click(50, kind="dump", url="/dump")
    client = buffer.connection()
    assert client.get(f"{buffer.prefix()}first") == b"2026-07-01T10:00:00+07:00"
    assert client.hgetall(f"{buffer.prefix()}last") == {
        b"view": b"2026-07-01T10:01:40+07:00",
        b"dump": b"2026-07-01T10:00:50+07:00",
    }


def test_what_knows_visitors_ends_within_two_days():
    buffer.salt("2026-07-01")
    click(0, resource_id="map", kind="download")
    client, kept = buffer.connection(), {"buffer", "last", "first", "since", "job"}
    for key in client.scan_iter(f"{buffer.prefix()}*"):
        name = key.decode().removeprefix(buffer.prefix())
        if name not in kept:
            assert 0 < client.ttl(key) <= 2 * 24 * 3600, name


def test_a_flush_is_asked_for_once_in_its_time(monkeypatch):
    monkeypatch.setitem(config, "ckanext.pcio.usage.flush_seconds", 60)
    asked = [buffer._run(buffer.connection(), buffer._call(event(TEN), "")) for _ in range(3)]
    assert asked == [1, 0, 0]
    assert 0 < buffer.connection().ttl(f"{buffer.prefix()}due") <= 60


def test_a_redis_started_anew_gets_its_script_and_its_salt_back(server):
    salt = buffer.salt("2026-07-01")
    click(0)
    server.kill()
    server.start()
    click(100)  # on a connection that died with the old server
    assert total() == 1
    buffer._salts.clear()  # as another process, which never saw the first salt
    assert buffer.salt("2026-07-01") == salt


def test_processes_agree_on_the_salt_and_days_differ():
    first = buffer.salt("2026-07-01")
    buffer._salts.clear()
    assert buffer.salt("2026-07-01") == first
    assert buffer.salt("2026-07-02") != first
    assert len(first) == 32


def test_lost_events_are_counted_and_reported_when_redis_is_back(server, monkeypatch, caplog):
    monkeypatch.setattr(breaker, "REST_SECONDS", 0.05)
    click(0)
    server.kill()
    with caplog.at_level(logging.WARNING):
        for second in range(100, 150):
            click(second * 100)
    said = [record.getMessage() for record in caplog.records]
    assert said == ["Events of use not counted, as Redis did not take them: 1"]
    server.start()
    time.sleep(0.06)
    click(20_000)
    assert buffer.connection().hgetall(f"{buffer.prefix()}lost") == {b"2026-07-01": b"50"}
    click(21_000)
    assert buffer.connection().hgetall(f"{buffer.prefix()}lost") == {b"2026-07-01": b"50"}


def test_a_redis_that_hangs_costs_one_short_wait_and_then_none(server):
    click(0)
    server.freeze()
    began = time.monotonic()
    click(100)
    assert time.monotonic() - began < 2 * buffer.READ_SECONDS
    began = time.monotonic()
    for second in range(200, 300):
        click(second)
    assert time.monotonic() - began < 0.05
    server.thaw()


def test_no_visitor_reaches_the_log_or_an_error(server, caplog):
    server.kill()
    with caplog.at_level(logging.DEBUG):
        click(0, visitor="a-visitor", url="/an-address")
        with pytest.raises(redis.RedisError) as error:
            visitor.key("198.51.100.7 Firefox", "2026-07-01")
    said = caplog.text + str(error.value)
    for secret in ("a-visitor", "an-address", "198.51", "Firefox"):
        assert secret not in said
