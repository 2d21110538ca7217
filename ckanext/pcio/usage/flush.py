"""From Redis into the database, exactly once, whoever is killed when.

The order is what makes it so: seal the batch under an id, be sure it is on Redis's disk, write
numbers and id in one transaction, make the commit durable, and only then drop the batch. Killed
before the commit, the next flusher writes the batch; killed after it, the next one finds the id
and only drops the batch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import redis
import rq
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from . import batches, buffer, writer
from .events import Counter
from .model import BATCH

KEEP_BATCH_DAYS = 90
"""Days for which ids of flushed batches are kept: longer than any copy of Redis's file is."""
_LONGEST_DELAY = 900
_RETRIES = 100
_INTERVALS = [60, 120, 300, _LONGEST_DELAY]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FlushResult:
    """What a flush wrote."""

    batches: int = 0
    counters: int = 0
    events: int = 0

    def plus(self, counters: Mapping[Counter, int]) -> FlushResult:
        """Return this and a batch more."""
        events = self.events + writer.events(counters)
        return FlushResult(self.batches + 1, self.counters + len(counters), events)


def flush(progress: Callable[[int], None] = lambda _counters: None) -> FlushResult:
    """Write what waits in Redis, also what a killed flusher left; return what was written.

    Raises:
        redis.RedisError, sqlalchemy.exc.SQLAlchemyError, batches.Unsettled: one of the two does
            not work; nothing is lost, and calling again goes on.

    """
    source = batches.connect()
    done = FlushResult()
    # What is left over comes first, so that killed flushers never leave more than they found.
    for find in (source.left, source.seal):
        waiting = find()
        if waiting:
            source.settle()
        for batch_id in waiting:
            counters = source.read(batch_id, progress)
            if counters and _write(batch_id, counters):
                done = done.plus(counters)
            source.forget(batch_id)
    if source.client.set(f"{source.prefix}tidied", "1", nx=True, ex=24 * 3600):
        _forget_old_ids()
    return done


def _write(batch_id: str, counters: Mapping[Counter, int]) -> bool:
    # A session of its own: whoever calls may have work of theirs open.
    with Session(model.meta.engine) as session:
        # The batch is dropped after the commit, so the commit has to be on disk.
        session.execute(
            sa.text(
                "SELECT set_config('synchronous_commit', 'on', true) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
        )
        written = writer.write(
            counters, batch_id=batch_id, source="buffer", detail={}, session=session
        )
        session.commit()
    return written


def _forget_old_ids() -> None:
    """Drop the ids of batches that Redis cannot bring back any more; once a day is enough.

    Those of the first day stay: they tell since when is counted.
    """
    before = datetime.now(timezone.utc) - timedelta(days=KEEP_BATCH_DAYS)
    live = BATCH.c.source == "buffer"
    first = sa.select(sa.func.min(BATCH.c.first_day)).where(live).scalar_subquery()
    later = BATCH.c.first_day.is_(None) | (BATCH.c.first_day > first)
    old = sa.and_(live, later, BATCH.c.written_at < before)
    with Session(model.meta.engine) as session:
        session.execute(sa.delete(BATCH).where(old))
        session.commit()


def schedule(seconds: int | None = None) -> None:
    """Ask the background worker for a flush in `seconds` (by default the portal's setting).

    Called for the first event after a flush, so that the last events of an evening are written
    though nobody comes again. Without a scheduler among the workers the job is queued at once.
    Raises nothing: a flush that could not be asked for is asked for by a later event.
    """
    try:
        _enqueue(int(tk.config["ckanext.pcio.usage.flush_seconds"]) if seconds is None else seconds)
    except redis.RedisError as error:
        _log.warning("The flush of usage could not be scheduled: %s", error)


def _enqueue(seconds: int) -> None:
    client = buffer.connection()
    now = datetime.now(timezone.utc).isoformat("T", "seconds")
    client.set(f"{buffer.prefix()}since", now, nx=True)
    queue = rq.Queue(jobs.add_queue_name_prefix(jobs.DEFAULT_QUEUE_NAME), connection=client)
    scheduler = bool(client.exists(f"rq:scheduler-lock:{queue.name}"))
    asked = f"{buffer.prefix()}job"
    if _is_waiting(client.get(asked), client, scheduler=scheduler):
        return
    options: dict[str, Any] = {
        "job_timeout": tk.config["ckan.jobs.timeout"],
        "result_ttl": 0,
        "failure_ttl": 24 * 3600,
        "meta": {"title": "Write usage into the database"},
        # Without a database CKAN's worker ends before the job begins: again, but ever less often.
        "retry": rq.Retry(max=_RETRIES, interval=_INTERVALS) if scheduler else None,
    }
    if scheduler:
        job = queue.enqueue_in(timedelta(seconds=seconds), flush_job, delayed=True, **options)
    else:
        job = queue.enqueue(flush_job, delayed=False, **options)
    client.set(asked, job.id, ex=7 * 24 * 3600)


def _is_waiting(job_id: Any, client: redis.Redis, *, scheduler: bool) -> bool:
    """Return whether the flush asked for last is still to come, so that none pile up."""
    if not job_id:
        return False
    try:
        status = Job.fetch(job_id.decode(), connection=client).get_status()
    except NoSuchJobError:
        return False
    return status == JobStatus.QUEUED or (scheduler and status == JobStatus.SCHEDULED)


def flush_job(*, delayed: bool) -> None:
    """Flush in the background worker; what fails is tried again, later each time."""
    client = buffer.connection()
    due, failures = f"{buffer.prefix()}due", f"{buffer.prefix()}failures"
    try:
        if delayed:
            # Events from here on ask for the next flush; those before are in this one.
            client.delete(due)
        done = flush()
        client.delete(failures)
    except (redis.RedisError, SQLAlchemyError, batches.Unsettled) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        _log.warning("Usage was not written and stays in Redis until it can be: %s", reason[0])
        _try_later(client, due, failures)
    else:
        _log.debug("Usage written: %d events in %d counters", done.events, done.counters)


def _try_later(client: redis.Redis, due: str, failures: str) -> None:
    try:
        seconds = int(tk.config["ckanext.pcio.usage.flush_seconds"])
        delay = min(seconds * 2 ** min(client.incr(failures), 10), _LONGEST_DELAY)
        client.set(due, "1", ex=delay)
    except redis.RedisError:
        return
    schedule(delay)
