"""From Redis into the database: all of it, once; and asking the background worker for it."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

import pytest
import redis
import rq
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from hypothesis import given, settings
from hypothesis import strategies as st
from rq.job import Job, JobStatus

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage import batches, buffer, flush, writer
from ckanext.pcio.usage.events import Counter, Event
from ckanext.pcio.usage.model import BATCH, DAILY

pytestmark = pytest.mark.usefixtures("with_plugins", "no_usage", "clean_redis")


@pytest.fixture(autouse=True)
def heard(monkeypatch):
    """Migrations read a logging configuration, which switches off the loggers there are."""
    monkeypatch.setattr(flush._log, "disabled", False)


VIEW = Counter("2026-11-20", "view", "regular", "", "", "d1", "r1")


@pytest.fixture
def client():
    return batches.connect().client


def put(client, counters, key="buffer"):
    client.hset(
        buffer.prefix() + key, mapping={counter.packed(): n for counter, n in counters.items()}
    )


def counted():
    query = sa.select(DAILY.c.dataset_id, sa.func.sum(DAILY.c.count)).group_by(DAILY.c.dataset_id)
    with model.meta.engine.connect() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query)}


def left(client):
    """Keys that still hold numbers."""
    return {
        key.decode().removeprefix(buffer.prefix())
        for key in client.scan_iter(f"{buffer.prefix()}b*")
    }


class TestFlush:
    def test_nothing_to_do(self, client):
        assert flush.flush() == flush.FlushResult(0, 0, 0)
        assert left(client) == set()

    def test_all_is_written_and_dropped(self, client):
        put(client, {VIEW: 3, VIEW._replace(kind="visitor"): 2})
        assert flush.flush() == flush.FlushResult(batches=1, counters=2, events=3)
        assert counted() == {"d1": 5}
        assert left(client) == set()
        assert flush.flush() == flush.FlushResult()

    def test_more_counters_than_one_piece(self, client):
        many = {VIEW._replace(dataset_id=f"d{n}"): 1 for n in range(2 * batches.PIECE + 1)}
        put(client, many)
        assert flush.flush().events == len(many)
        assert len(counted()) == len(many)

    def test_what_a_killed_flusher_left_is_finished(self, client):
        put(client, {VIEW: 3})
        source = batches.connect()
        source.seal()
        put(client, {VIEW: 4})
        source.seal()
        put(client, {VIEW: 5})
        assert flush.flush().batches == 3
        assert counted() == {"d1": 12}
        assert left(client) == set()

    def test_killed_after_the_commit_a_batch_is_only_dropped(self, client, monkeypatch):
        put(client, {VIEW: 3})
        with monkeypatch.context() as patch:
            patch.setattr(batches.Batches, "forget", _killed)
            with pytest.raises(Killed):
                flush.flush()
        assert flush.flush() == flush.FlushResult()
        assert counted() == {"d1": 3}
        assert left(client) == set()

    def test_a_lost_answer_to_sealing_overwrites_nothing(self, client, monkeypatch):
        """Asked again under the same id, Redis leaves the batch as it is."""
        monkeypatch.setattr(batches.uuid, "uuid4", lambda: uuid)
        uuid = batches.uuid.UUID(int=1)
        put(client, {VIEW: 3})
        batches.connect().seal()
        put(client, {VIEW: 4})
        assert batches.connect().seal() == [uuid.hex]
        assert batches.connect().left() == [uuid.hex]
        flush.flush()
        assert counted() == {"d1": 3}

    def test_the_database_refuses_and_nothing_is_lost(self, client, monkeypatch):
        put(client, {VIEW: 3})
        with monkeypatch.context() as patch:
            patch.setattr(writer, "_add", _killed)
            with pytest.raises(Killed):
                flush.flush()
        assert counted() == {}
        assert flush.flush().events == 3
        assert counted() == {"d1": 3}

    def test_a_batch_that_changes_while_it_is_read_is_not_written(self, client, monkeypatch):
        put(client, {VIEW: 3, VIEW._replace(dataset_id="d2"): 1})
        monkeypatch.setattr(redis.Redis, "hlen", lambda *_: 3)
        with pytest.raises(batches.Unsettled):
            flush.flush()
        assert counted() == {}

    def test_flushers_at_once(self, client):
        """Events go on arriving while four flush without end; each is counted once."""
        stop, errors = threading.Event(), []

        def flusher():
            try:
                while not stop.is_set():
                    flush.flush()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=flusher) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1500):
            counter = VIEW._replace(dataset_id=f"d{number % 7}")
            client.hincrby(f"{buffer.prefix()}buffer", counter.packed(), 1)
        stop.set()
        for thread in threads:
            thread.join()
        flush.flush()
        assert not errors
        assert sum(counted().values()) == 1500
        assert left(client) == set()

    def test_a_name_that_is_no_counter_stops_nothing(self, client):
        put(client, {VIEW: 3})
        client.hset(f"{buffer.prefix()}buffer", "no|counter", 2)
        flush.flush()
        assert counted() == {"d1": 3}
        with model.meta.engine.connect() as connection:
            assert connection.execute(sa.select(BATCH.c.detail)).scalar() == {"unreadable": 1}

    def test_recorded_events_arrive(self, client):
        buffer.record(Event(datetime.now(THAILAND), "view", "regular", "v", "/d", dataset_id="d1"))
        assert flush.flush().events == 1
        assert set(counted()) == {"d1", ""}


class Killed(Exception):
    pass


def _killed(*_args):
    raise Killed


_TEXT = st.text("abcdefก-0123456789", max_size=8)
_COUNTERS = st.builds(
    Counter,
    day=st.dates().map(str),
    kind=st.sampled_from(["view", "visitor"]),
    access=st.sampled_from(["regular", "robot"]),
    account=_TEXT,
    organization_id=_TEXT,
    dataset_id=_TEXT,
    resource_id=_TEXT,
)


@given(st.dictionaries(_COUNTERS, st.integers(-5, 10**9)))
@settings(max_examples=50)
def test_counters_survive_the_way_through_redis(counters):
    fields = {counter.packed().encode(): str(n).encode() for counter, n in counters.items()}
    assert batches.unpacked(fields) == counters


class TestSettling:
    """Before the database has a batch, Redis must not be able to forget that it was sealed."""

    @pytest.mark.parametrize(
        ("enabled", "policy", "waits"),
        [(1, "everysec", True), (1, "always", False), (1, "no", False), (0, "everysec", False)],
    )
    def test_waiting_is_for_everysec(self, monkeypatch, client, enabled, policy, waits):
        slept = []
        monkeypatch.setattr(batches.time, "sleep", slept.append)
        monkeypatch.setattr(redis.Redis, "info", lambda *_: _info(enabled))
        monkeypatch.setattr(redis.Redis, "config_get", lambda *_: {"appendfsync": policy})
        batches.connect().settle()
        assert bool(slept) == waits

    def test_a_server_that_hides_its_settings_is_waited_for(self, monkeypatch, client):
        def refuse(*_):
            raise redis.ResponseError("unknown command 'CONFIG'")

        slept = []
        monkeypatch.setattr(batches.time, "sleep", slept.append)
        monkeypatch.setattr(redis.Redis, "info", lambda *_: _info(1))
        monkeypatch.setattr(redis.Redis, "config_get", refuse)
        batches.connect().settle()
        assert slept

    def test_a_disk_that_does_not_keep_up_is_told(self, monkeypatch, client):
        clock = iter(range(100))
        monkeypatch.setattr(batches.time, "sleep", lambda _: None)
        monkeypatch.setattr(batches.time, "monotonic", lambda: next(clock))
        monkeypatch.setattr(
            redis.Redis, "info", lambda *_: {**_info(1), "aof_pending_bio_fsync": 1}
        )
        monkeypatch.setattr(redis.Redis, "config_get", lambda *_: {"appendfsync": "everysec"})
        with pytest.raises(batches.Unsettled):
            batches.connect().settle()


def _info(enabled):
    return {"aof_enabled": enabled, "aof_pending_bio_fsync": 0, "redis_version": "6.2.14"}


class TestSchedule:
    @pytest.fixture
    def queue(self, client):
        return jobs.get_queue()

    @pytest.fixture
    def scheduler(self, client, queue):
        """A worker runs RQ's scheduler: this is the lock it holds."""
        client.set(f"rq:scheduler-lock:{queue.name}", "1")

    def test_the_first_event_asks_for_one_flush_later(self, queue, scheduler):
        for n in range(20):
            buffer.record(_event(n))
        (job_id,) = queue.scheduled_job_registry.get_job_ids()
        due = queue.scheduled_job_registry.get_scheduled_time(job_id)
        seconds = (due - datetime.now(THAILAND)).total_seconds()
        assert 50 < seconds <= 61
        assert queue.get_job_ids() == []

    def test_without_a_scheduler_it_is_queued_at_once(self, queue):
        for n in range(20):
            buffer.record(_event(n))
        assert len(queue.get_job_ids()) == 1
        assert queue.scheduled_job_registry.get_job_ids() == []

    def test_jobs_do_not_pile_up_while_no_worker_takes_them(self, client, queue, scheduler):
        for n in range(3):
            client.delete(f"{buffer.prefix()}due")
            buffer.record(_event(n))
        assert len(queue.scheduled_job_registry.get_job_ids()) == 1

    def test_a_lost_job_is_asked_for_again(self, client, queue, scheduler):
        buffer.record(_event(1))
        (job_id,) = queue.scheduled_job_registry.get_job_ids()
        Job.fetch(job_id, connection=client).delete()
        client.delete(f"{buffer.prefix()}due")  # flush_seconds have passed
        buffer.record(_event(2))
        (other,) = queue.scheduled_job_registry.get_job_ids()
        assert other != job_id

    def test_a_job_left_to_a_scheduler_that_is_gone_is_not_waited_for(
        self, client, queue, scheduler
    ):
        flush.schedule()
        client.delete(f"rq:scheduler-lock:{queue.name}")
        flush.schedule()
        assert len(queue.get_job_ids()) == 1

    def test_redis_down_stops_nobody(self, monkeypatch, caplog):
        def gone(*_args):
            raise redis.ConnectionError("gone")

        monkeypatch.setattr(flush, "_enqueue", gone)
        flush.schedule()
        assert "could not be scheduled" in caplog.text

    def test_the_worker_flushes(self, client, queue):
        """A real worker takes the job from the queue, and nothing is left of it."""
        buffer.record(_event(1))
        rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)
        assert counted() == {"d1": 3, "": 1}
        assert left(client) == set()
        assert queue.failed_job_registry.get_job_ids() == []
        assert queue.finished_job_registry.get_job_ids() == []

    def test_events_after_a_late_flush_ask_for_the_next(self, client, queue, scheduler):
        buffer.record(_event(1))
        flush.flush_job(delayed=True)
        (first,) = queue.scheduled_job_registry.get_job_ids()
        Job.fetch(first, connection=client).set_status(JobStatus.FINISHED)
        buffer.record(_event(2))
        assert len(queue.scheduled_job_registry.get_job_ids()) == 2


class TestFailingJob:
    def test_it_is_tried_later_and_later_and_says_one_line(self, client, monkeypatch, caplog):
        queue = jobs.get_queue()
        client.set(f"rq:scheduler-lock:{queue.name}", "1")
        put(client, {VIEW: 3})
        monkeypatch.setattr(model.meta, "engine", sa.create_engine("postgresql://u@127.0.0.1:1/x"))
        delays = []
        for _ in range(6):
            for job_id in queue.scheduled_job_registry.get_job_ids():
                Job.fetch(job_id, connection=client).set_status(JobStatus.FINISHED)
                queue.scheduled_job_registry.remove(job_id)
            with caplog.at_level(logging.INFO):
                flush.flush_job(delayed=True)
            delays.append(client.ttl(f"{buffer.prefix()}due"))
            assert len(queue.scheduled_job_registry.get_job_ids()) == 1
        assert delays == sorted(delays)
        assert 100 < delays[0] <= 120
        assert 800 < delays[-1] <= 900
        assert "Traceback" not in caplog.text
        assert len(caplog.records) == 6
        monkeypatch.undo()
        flush.flush_job(delayed=True)
        assert counted() == {"d1": 3}
        assert not client.exists(f"{buffer.prefix()}failures")

    @pytest.mark.ckan_config("ckan.redis.url", "redis://127.0.0.1:1/0")
    def test_redis_down(self, caplog):
        flush.flush_job(delayed=True)
        assert "stays in Redis" in caplog.text
        assert "Traceback" not in caplog.text


def _event(number):
    return Event(
        datetime.now(THAILAND), "view", "regular", f"v{number}", "/dataset/d1", dataset_id="d1"
    )
