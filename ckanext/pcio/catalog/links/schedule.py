"""When links are checked: soon after a save, and for as long as anything is due after that.

The background job asks for the next one itself, so that addresses are asked again in time without
a cron job; where the worker has no scheduler, `ckan pcio links check` in a nightly cron job does
it. Without a worker nothing breaks: addresses stay as they were last known.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import redis
import rq
from ckan import model
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from sqlalchemy.orm import Session

from . import run, settings, store

SOON = timedelta(seconds=20)
"""Time between a save and the check: the publisher may still be adding files."""
BUDGET = 60.0
"""Seconds of one job; other jobs wait for it, so what is left is done by another."""
_BUSY = timedelta(seconds=60)
_LONGEST = timedelta(days=1)

_log = logging.getLogger(__name__)


def soon(*, immediately: bool = False) -> None:
    """Ask the background worker to check what is new; raises nothing.

    A check that could not be asked for is asked for by the next save, or made by the next run.
    """
    try:
        _enqueue(timedelta(0) if immediately else SOON)
    except redis.RedisError as error:
        _log.warning("The check of links could not be scheduled: %s", type(error).__name__)


def _enqueue(wait: timedelta) -> None:
    client = connect_to_redis()
    queue = rq.Queue(jobs.add_queue_name_prefix(jobs.DEFAULT_QUEUE_NAME), connection=client)
    scheduler = bool(client.exists(f"rq:scheduler-lock:{queue.name}"))
    asked = f"pcio:links:{tk.config['ckan.site_id']}:job"
    wanted = datetime.now(timezone.utc) + wait
    if _is_waiting(client, asked, wanted, scheduler=scheduler):
        return
    options: dict[str, Any] = {
        "job_timeout": tk.config["ckan.jobs.timeout"],
        "result_ttl": 0,
        "failure_ttl": 24 * 3600,
        "meta": {"title": "Check links"},
    }
    if scheduler and wait:
        job = queue.enqueue_in(wait, check_job, **options)
    else:
        job = queue.enqueue(check_job, **options)
    client.set(asked, f"{job.id} {wanted.timestamp()}", ex=7 * 24 * 3600)


def _is_waiting(client: redis.Redis, asked: str, wanted: datetime, *, scheduler: bool) -> bool:
    """Return whether a check asked for before is still to come, and no later than `wanted`."""
    noted: Any = client.get(asked)
    job_id, _blank, moment = noted.decode().partition(" ") if noted else ("", "", "")
    if not job_id:
        return False
    try:
        job = Job.fetch(job_id, connection=client)
        status = job.get_status()
    except NoSuchJobError:
        return False
    if status == JobStatus.QUEUED:
        return True
    if not scheduler or status != JobStatus.SCHEDULED:
        return False
    if float(moment) <= wanted.timestamp():
        return True
    # The sooner one asks for the next itself; two of them would go on side by side for ever.
    job.delete()
    return False


def check_job() -> None:
    """Check what is due, in the background worker, and ask for the next check."""
    chosen = settings.read()
    seconds = min(BUDGET, tk.config["ckan.jobs.timeout"] / 3)
    done = run.check_due(chosen, seconds)
    if done is not None and done.checked:
        _log.info("Links checked: %d, %d left for later", done.checked, done.postponed)
    try:
        _ask_for_next(done, uploads_only=not chosen.enabled)
    except redis.RedisError as error:
        _log.warning("The next check of links could not be scheduled: %s", type(error).__name__)


def _ask_for_next(done: run.Run | None, *, uploads_only: bool) -> None:
    if done is None:  # another runner is at it; what it leaves is looked at again
        wait: timedelta | None = _BUSY
    elif done.left:
        wait = timedelta(0)
    else:
        with Session(model.meta.engine) as session:
            moment = store.next_time(session, uploads_only=uploads_only)
        wait = moment - datetime.now(timezone.utc) if moment else None
    if wait is None or (wait > timedelta(0) and not _has_scheduler()):
        # Queued now it would run at once, and ask for itself without end.
        return
    _enqueue(min(max(wait, timedelta(0)), _LONGEST))


def _has_scheduler() -> bool:
    name = jobs.add_queue_name_prefix(jobs.DEFAULT_QUEUE_NAME)
    return bool(connect_to_redis().exists(f"rq:scheduler-lock:{name}"))
