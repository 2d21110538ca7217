"""Asking GD Catalog's service: from the background worker and the command line, never elsewhere.

No save, delete or page waits for the service. A service that does not answer is left alone for a
while, by every process.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis

from . import store
from .model import TABLE
from .service import Limits, Service, ServiceError
from .states import DATASET_TYPE, is_asked_about

log = logging.getLogger(__name__)

ATTEMPTS = 2
BACKOFF = 2.0
PAUSE = 0.2
"""Seconds between two questions of a round."""
BATCH = 20
MOST_FAILURES_IN_A_ROW = 5
REST_SECONDS = 900
ONCE_IN_SECONDS = 600
"""Many saves of one dataset ask about it once in so long."""
_RESTING = "pcio:registration:resting"
_ASKED = "pcio:registration:asked:"

Sleep = Callable[[float], None]


@dataclass
class Round:
    """What became of asking about some datasets."""

    asked: int = 0
    answered: int = 0
    known: int = 0
    """Datasets GD Catalog has a state for."""
    stopped: bool = False
    """The service failed so often in a row that the rest was not asked."""
    last_error: str = ""


def service(limits: Limits | None = None) -> Service | None:
    """Return the service the portal is set to ask, or None where it is set to ask none."""
    address = tk.config["ckanext.pcio.registration.service_url"].strip()
    host = urlsplit(tk.config["ckan.site_url"]).netloc
    return Service(address, host, limits) if address and host else None


def candidates(package_ids: Sequence[str] | None = None) -> list[str]:
    """Return the active datasets GD Catalog may be asked about, the longest unasked first.

    One query; `package_ids` limits it to some datasets.
    """
    table = model.package_table
    query = (
        sa.select(table.c.id, table.c.type, table.c.extras)
        .outerjoin(TABLE, TABLE.c.package_id == table.c.id)
        .where(table.c.type == DATASET_TYPE, table.c.state == model.State.ACTIVE)
        .order_by(TABLE.c.asked_at.asc().nulls_first(), table.c.id)
    )
    if package_ids is not None:
        query = query.where(table.c.id.in_(package_ids))
    found = []
    for row in model.Session.execute(query):
        extras: Mapping[str, Any] = row.extras or {}
        if is_asked_about({**extras, "type": row.type}):
            found.append(row.id)
    return found


def ask_all(
    asked: Service,
    package_ids: Sequence[str],
    progress: Callable[[int], None] = lambda _done: None,
    sleep: Sleep = time.sleep,
) -> Round:
    """Ask about each dataset and keep the answers, a batch in each transaction."""
    done = Round()
    failures = 0
    # No transaction stays open while a remote service is waited for.
    model.Session.rollback()
    learned: list[tuple[str, Any]] = []
    for number, package_id in enumerate(package_ids):
        if number:
            sleep(PAUSE)
        answer = _patiently(asked, package_id, sleep)
        learned.append((package_id, answer))
        done.asked += 1
        if isinstance(answer, str):
            failures += 1
            done.last_error = answer
        else:
            failures = 0
            done.answered += 1
            done.known += bool(answer.state)
        progress(1)
        done.stopped = failures >= MOST_FAILURES_IN_A_ROW
        if done.stopped or len(learned) == BATCH:
            _keep(learned)
            learned.clear()
        if done.stopped:
            break
    _keep(learned)
    return done


def _patiently(asked: Service, package_id: str, sleep: Sleep) -> Any:
    """Return the answer, or the reason why there is none after `ATTEMPTS`."""
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            # Jitter keeps the portals of many provinces from coming back at the same moment.
            sleep(BACKOFF * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311
        try:
            return asked.ask(package_id)
        except ServiceError as error:
            reason = error.reason
    return reason


def _keep(learned: Sequence[tuple[str, Any]]) -> None:
    for package_id, answer in learned:
        if isinstance(answer, str):
            store.failed(package_id, answer)
        else:
            store.learned(package_id, answer)
    model.Session.commit()


def later(package_id: str) -> None:
    """Let the background worker ask about a dataset that was saved.

    Called when the save is in the database, so it must not raise.
    """
    if not tk.config["ckanext.pcio.registration.service_url"]:
        return
    try:
        redis = connect_to_redis()
        if redis.exists(_RESTING):
            return
        if redis.set(_ASKED + package_id, "1", nx=True, ex=ONCE_IN_SECONDS):
            title = "pcio: state of registration"
            tk.enqueue_job(job, [package_id], title=title, rq_kwargs={"timeout": 120})
    except Exception:  # the dataset is saved; that the queue is down must not undo it
        log.exception("the state of registration of %s is not asked for", package_id)


def job(package_id: str) -> None:
    """Ask about one dataset, from the background worker; one failure and nobody asks for a while.

    So a service that hangs costs the worker one wait in a quarter of an hour, not one for each
    dataset that is saved.
    """
    asked = service()
    redis = connect_to_redis()
    if asked is None or redis.exists(_RESTING) or not candidates([package_id]):
        return
    model.Session.rollback()
    try:
        answer: Any = asked.ask(package_id)
    except ServiceError as error:
        answer = error.reason
        redis.set(_RESTING, "1", ex=REST_SECONDS)
        log.warning("GD Catalog's registration service gave no answer: %s", error.reason)
    _keep([(package_id, answer)])
