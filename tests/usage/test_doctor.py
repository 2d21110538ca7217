"""The doctor: what each figure means, and that a real portal's figures are found."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime, timedelta

import pytest
import redis
import sqlalchemy as sa
from ckan import model
from click.testing import CliRunner
from redis.backoff import NoBackoff
from redis.retry import Retry

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage import batches, buffer, coverage, doctor, figures, flush
from ckanext.pcio.usage.cli import usage
from ckanext.pcio.usage.doctor import Figures, KindFigures
from ckanext.pcio.usage.events import EVENT_KINDS, Event

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=THAILAND)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FINE = Figures(
    now=NOW,
    days=7,
    flush_seconds=60,
    proxies=0,
    robots=date(2026, 6, 1),
    kinds={kind: KindFigures(NOW - HOUR, 12) for kind in EVENT_KINDS},
    waiting=3,
    since=NOW - timedelta(seconds=40),
    batches=0,
    lost={},
    redis_clock=0.1,
    database_clock=-0.2,
    durability="always",
    policy="noeviction",
    workers=1,
    scheduler=True,
    visitors=200,
    views=900,
)


def state(name, **changes):
    found = doctor.examine(dataclasses.replace(FINE, **changes))
    return {finding.name: finding for finding in found}[name].state


def text(name, language="en", **changes):
    found = doctor.examine(dataclasses.replace(FINE, **changes))
    return {finding.name: finding for finding in found}[name].message.text(language)


def test_a_healthy_portal():
    found = doctor.examine(FINE)
    assert {finding.state for finding in found} == {"fine"}
    assert not doctor.is_wrong(found)


def _kind(last, recent=0):
    return {"kinds": {**FINE.kinds, "dump": KindFigures(last, recent)}}


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("dump", _kind(NOW - 7 * DAY + HOUR), "fine"),
        ("dump", _kind(NOW - 7 * DAY), "wrong"),
        ("dump", _kind(None), "warning"),
        ("dump", {"kinds": {}}, "warning"),
        ("dump", {"kinds": {"dump": KindFigures(None, 5, NOW.date())}}, "warning"),
        ("dump", {"kinds": None}, "unknown"),
        ("dump", {"absent": frozenset({"dump"})}, "not_applicable"),
        ("view", {"absent": frozenset({"dump"})}, "fine"),
        ("enabled", {"enabled": False}, "warning"),
        ("redis", {"redis": False}, "wrong"),
        ("database", {"database": False}, "wrong"),
        ("waiting", {"waiting": None}, "unknown"),
        ("waiting", {"waiting": 0, "since": None}, "fine"),
        ("waiting", {"waiting": 0, "since": NOW - DAY}, "fine"),
        ("waiting", {"since": NOW - timedelta(seconds=600)}, "fine"),
        ("waiting", {"since": NOW - timedelta(seconds=601)}, "wrong"),
        ("waiting", {"failures": 1}, "wrong"),
        ("lost", {"lost": None}, "unknown"),
        ("lost", {"lost": {"2026-11-15": 1}}, "wrong"),
        ("lost", {"lost": {"2026-11-14": 1}}, "fine"),
        ("worker", {"workers": None}, "unknown"),
        ("worker", {"workers": 0, "scheduler": False}, "warning"),
        ("worker", {"scheduler": False}, "warning"),
        ("durability", {"durability": None}, "unknown"),
        ("durability", {"durability": "everysec"}, "warning"),
        ("durability", {"durability": "no"}, "warning"),
        ("durability", {"durability": "none"}, "wrong"),
        ("memory", {"policy": None}, "unknown"),
        ("memory", {"policy": "allkeys-lru", "limited": True}, "wrong"),
        ("memory", {"policy": "allkeys-lru", "limited": False}, "fine"),
        ("memory", {"policy": "volatile-ttl", "limited": True}, "warning"),
        ("memory", {"policy": "noeviction", "limited": True}, "fine"),
        ("redis_clock", {"redis_clock": None}, "unknown"),
        ("redis_clock", {"redis_clock": 5}, "fine"),
        ("redis_clock", {"redis_clock": -6}, "warning"),
        ("redis_clock", {"redis_clock": 60}, "wrong"),
        ("database_clock", {"database_clock": 3600}, "wrong"),
        ("visitors", {"visitors": None}, "unknown"),
        ("visitors", {"visitors": 1, "views": 499}, "unknown"),
        ("visitors", {"visitors": 5, "views": 500}, "fine"),
        ("visitors", {"visitors": 4, "views": 500}, "wrong"),
        ("visitors", {"visitors": 0, "views": 500}, "wrong"),
        ("robots", {"robots": NOW.date() - 365 * DAY}, "fine"),
        ("robots", {"robots": NOW.date() - 366 * DAY}, "warning"),
    ],
)
def test_each_figure_is_judged(name, changes, expected):
    assert state(name, **changes) == expected
    found = doctor.examine(dataclasses.replace(FINE, **changes))
    assert doctor.is_wrong(found) == (expected == "wrong")


def test_what_is_said_names_the_numbers():
    assert text("dump", **_kind(NOW - 8 * DAY)) == (
        "Copies of DataStore tables: silent for 7 days or more; "
        "the last event was on 13 November 2026."
    )
    assert "13 พฤศจิกายน 2569" in text("dump", "th", **_kind(NOW - 8 * DAY))
    assert "5 events" in text("lost", lost={"2026-11-20": 2, "2026-11-21": 3})
    assert "(2026-11-20: 2, 2026-11-21: 3)" in text("lost", lost={"2026-11-20": 2, "2026-11-21": 3})


def test_the_coverage_note_has_its_dates():
    note = [one.text("en") for one in coverage.notes(date(2026, 6, 1), date(2026, 11, 2))]
    assert any("COUNTER of 1 June 2026" in sentence for sentence in note)
    assert note[-1].startswith("Counting began on 2 November 2026")
    assert "2 พฤศจิกายน 2569" in coverage.notes(None, date(2026, 11, 2))[-1].text("th")
    assert not any("began" in one.text("en") for one in coverage.notes(None, None))


@pytest.mark.usefixtures("with_plugins", "no_usage", "clean_redis")
class TestOnAPortal:
    @pytest.fixture(autouse=True)
    def english(self, monkeypatch):
        monkeypatch.setenv("PCIO_LANG", "en")

    def test_figures_of_a_portal_that_counts(self):
        events = [_event(f"v{n}", kind) for n in range(3) for kind in ("view", "download")]
        for event in events:
            buffer.record(event)
        found = figures.gather()
        assert found.waiting > 0
        assert 0 <= (found.now - found.since).total_seconds() < 30
        flush.flush()
        found = figures.gather()
        assert found.waiting == 0 == found.batches
        assert found.since is None
        assert found.kinds["view"].recent == 3 == found.kinds["download"].recent
        assert (found.now - found.kinds["view"].last).total_seconds() < 60
        assert "dump" not in found.kinds
        assert (found.visitors, found.views) == (3, 6)
        assert abs(found.redis_clock) < 2 > abs(found.database_clock)
        assert found.durability == "none"
        assert found.policy == "noeviction"
        assert (found.workers, found.scheduler) == (0, False)
        assert figures.first_event() == found.now.date()

    def test_without_redis(self, monkeypatch):
        gone = batches.Batches(redis.Redis(port=1, retry=Retry(NoBackoff(), 0)), "pcio:")
        monkeypatch.setattr(batches, "connect", lambda: gone)
        result = CliRunner().invoke(usage, ["doctor"])
        assert result.exit_code == 1
        assert "[wrong] Redis does not answer" in result.output
        assert "[unknown] Lost events" in result.output
        assert "What the numbers hold:" in result.output

    def test_without_the_database(self, monkeypatch):
        monkeypatch.setattr(model.meta, "engine", sa.create_engine("postgresql://u@127.0.0.1:1/x"))
        found = figures.gather()
        assert not found.database
        assert found.redis
        assert found.kinds is None
        assert state_of("view", found) == "unknown"

    def test_losses_and_failures_are_read(self):
        client = batches.connect().client
        today = datetime.now(THAILAND).date().isoformat()
        client.hset(f"{buffer.prefix()}lost", today, 4)
        client.set(f"{buffer.prefix()}failures", 2)
        found = figures.gather()
        assert found.lost == {today: 4}
        assert found.failures == 2

    def test_a_server_that_hides_its_settings(self, monkeypatch):
        monkeypatch.setattr(batches, "setting", lambda *_: None)
        found = figures.gather()
        assert found.policy is None
        assert state_of("memory", found) == "unknown"

    def test_for_programs(self):
        result = CliRunner().invoke(usage, ["doctor", "--json", "--days", "3"])
        answer = json.loads(result.stdout)
        assert answer["wrong"] is True  # the tests' Redis keeps no file
        assert result.exit_code == 1
        names = [finding["name"] for finding in answer["findings"]]
        assert names[:5] == list(EVENT_KINDS)
        assert answer["coverage"]


def state_of(name, found):
    return {finding.name: finding for finding in doctor.examine(found)}[name].state


def _event(visitor, kind):
    return Event(datetime.now(THAILAND), kind, "regular", visitor, f"/{kind}", dataset_id="d1")
