"""A run over the addresses whose time has come: one runner at a time, every result kept at once.

Killed at any moment it loses the addresses it was asking just then, no more: what was found is
committed as it comes, and what was not is still due. The lock is PostgreSQL's and goes with the
runner's connection.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import files, uploader
from sqlalchemy.orm import Session

from ckanext.pcio.standard.links import Answer, LinkState, after

from . import store
from .addresses import NoAddress, target
from .asking import ask
from .settings import LinkSettings

CHUNK = 200
MOST_IN_A_ROW = 3
"""After so many failures of one kind in a row a server is left alone for the rest of the run."""
_LOCK = 7_264_310_051
"""Number of the advisory lock; no other part of the extension uses it."""
_DEAD = {"name", "connect"}
_SLOW = {"timeout", "tls", "broken_answer"}
_LATER = timedelta(hours=1)

_log = logging.getLogger(__name__)

Progress = Callable[[int], None]


@dataclass
class Run:
    """What a run did."""

    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    postponed: int = 0
    left: bool = False
    """The time was over before everything that is due was asked."""

    @property
    def checked(self) -> int:
        """How many addresses were asked."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class _Result:
    link: LinkState
    answer: Answer | None
    """None: not asked, to be asked later."""
    later: timedelta = _LATER


def moment() -> datetime:
    """Return now, as the table keeps it."""
    return datetime.now(timezone.utc)


@contextmanager
def only_runner() -> Iterator[bool]:
    """Hold the lock of the one runner; whether it could be had."""
    with model.meta.engine.connect() as connection:  # pyright: ignore[reportOptionalMemberAccess]
        held = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar_one()
        connection.commit()
        try:
            yield held
        finally:
            if held:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
                connection.commit()


def check_due(
    settings: LinkSettings,
    seconds: float | None = None,
    progress: Progress = lambda _number: None,
) -> Run | None:
    """Ask every address whose time has come, for at most `seconds`; None: another runner does.

    Whatever is due while it runs is asked too.
    """
    end = None if seconds is None else time.monotonic() + seconds
    with only_runner() as held:
        if not held:
            return None
        run = Run()
        uploads_only = not settings.enabled
        while True:
            with Session(model.meta.engine) as session:
                now = moment()
                waiting = store.due(session, now, CHUNK, uploads_only=uploads_only)
            if not waiting:
                return run
            for results in _ask_all(waiting, settings, end):
                with Session(model.meta.engine) as session:
                    _keep(session, results, settings, run)
                    session.commit()
                progress(len(results))
            if end is not None and time.monotonic() >= end:
                run.left = True
                return run


def _keep(session: Session, results: Sequence[_Result], settings: LinkSettings, run: Run) -> None:
    now = moment()
    for result in results:
        if result.answer is None:
            store.postpone(session, [result.link.resource_id], now + result.later)
            run.postponed += 1
            continue
        found = after(result.link, result.answer, now, settings.patience)
        store.save(session, [found])
        run.states[found[0].state] += 1


def _ask_all(
    waiting: Sequence[store.Due], settings: LinkSettings, end: float | None
) -> Iterator[list[_Result]]:
    """Yield results as they come: servers side by side, the addresses of one server in a row."""
    servers: queue.SimpleQueue[list[LinkState]] = queue.SimpleQueue()
    for links in _by_server([each.link for each in waiting]):
        servers.put(links)
    results: queue.SimpleQueue[_Result | None] = queue.SimpleQueue()
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.is_set():
                for result in _ask_server(servers.get_nowait(), settings, end, stop):
                    results.put(result)
        except queue.Empty:
            return
        finally:
            results.put(None)

    # Files are looked for in this thread: CKAN's settings are the thread's that loaded them.
    uploads = [each.link for each in waiting if each.link.upload]
    if uploads:
        yield [_Result(link, _look_for_file(link.resource_id)) for link in uploads]
    workers = [threading.Thread(target=work, daemon=True) for _ in range(settings.workers)]
    for worker in workers:
        worker.start()
    try:
        left = len(workers)
        while left:
            result = results.get()
            if result is None:
                left -= 1
            else:
                yield [result]
    finally:
        stop.set()


def _by_server(links: Sequence[LinkState]) -> list[list[LinkState]]:
    servers: dict[str, list[LinkState]] = defaultdict(list)
    for link in links:
        if link.upload:
            continue
        try:
            servers[target(link.url).host].append(link)
        except NoAddress:
            servers[""].append(link)
    return list(servers.values())


def _ask_server(
    links: Sequence[LinkState], settings: LinkSettings, end: float | None, stop: threading.Event
) -> Iterator[_Result]:
    """Ask the addresses of one server in a row, and leave a server alone that has enough of it."""
    failed: list[Answer] = []
    for position, link in enumerate(links):
        if stop.is_set() or (end is not None and time.monotonic() >= end):
            return
        answer = _ask(link, settings)
        yield _Result(link, answer)
        rest = links[position + 1 :]
        if answer.kind == "busy":
            wait = timedelta(seconds=answer.retry_after or 0)
            later = min(max(wait, settings.patience.soonest), settings.patience.interval)
            yield from (_Result(each, None, later) for each in rest)
            return
        failed = [*failed, answer] if answer.reason in _DEAD | _SLOW else []
        if len(failed) >= MOST_IN_A_ROW:
            # What takes no connection takes none for the next address either; what is only slow
            # may be so for one of them, so the others are neither asked nor blamed today.
            dead = all(each.reason in _DEAD for each in failed)
            yield from (_Result(each, answer if dead else None) for each in rest)
            return


def _ask(link: LinkState, settings: LinkSettings) -> Answer:
    try:
        return ask(link.url, settings.manners)
    except Exception:
        # An error of ours must neither end the run nor be the publisher's fault.
        _log.exception("The check of the address of resource %s failed", link.resource_id)
        return Answer(kind="not_asked", reason="unexpected")


def _look_for_file(resource_id: str) -> Answer:
    try:
        there = _is_stored(resource_id)
    except (OSError, TypeError, tk.ValidationError, files.exc.FilesError):
        there = False
    if there is None:
        return Answer(kind="not_asked", reason="storage")
    return Answer(kind="ok") if there else Answer(kind="failed", reason="no_file")


def _is_stored(resource_id: str) -> bool | None:
    """Return whether an uploaded file is there; None where its storage cannot say."""
    found: Any = uploader.get_resource_uploader({"id": resource_id, "url_type": "upload"})
    path = found.get_path(resource_id)
    storage = getattr(found, "storage", None)
    if storage is None:
        return Path(path).is_file()
    if not storage.supports(files.Capability.EXISTS):
        return None
    return storage.exists(files.FileData(path))
