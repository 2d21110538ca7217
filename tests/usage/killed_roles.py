"""What the processes of the kill harness do: writers, flushers, and flushers that do it wrongly."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

import ckan.plugins.toolkit as tk
import redis
import sqlalchemy as sa
from ckan import model
from sqlalchemy.exc import SQLAlchemyError

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage import batches, buffer, writer
from ckanext.pcio.usage import flush as flushing
from ckanext.pcio.usage.events import Event
from ckanext.pcio.usage.model import ACCOUNT, BATCH, BY_DATASET, BY_RESOURCE, DAILY, MONTHLY, WATCH

DATASETS = 12
SITE = "kill"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Place:
    """Where the services are, and the file of acknowledged events."""

    database: str
    redis: str
    tally: str

    @property
    def finished(self) -> str:
        """A file with a letter for each flush that came to its end."""
        return f"{self.tally}.finished"

    def enter(self) -> None:
        # Nothing is left behind if the suite itself is killed.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        tk.config.update(
            {
                "ckan.redis.url": self.redis,
                "ckan.site_id": SITE,
                "ckan.jobs.timeout": 60,
                "ckanext.pcio.usage.flush_seconds": 3600,
            }
        )
        model.meta.engine = sa.create_engine(self.database, pool_pre_ping=True)


def make_tables(place: Place) -> None:
    """Make the tables a flush reads and writes."""
    place.enter()
    names = ("user", "group", "member", "package", "resource")
    core = [model.meta.metadata.tables[name] for name in names]
    model.meta.metadata.create_all(model.meta.engine, tables=core)
    ours = [DAILY, MONTHLY, BY_DATASET, BY_RESOURCE, BATCH, ACCOUNT, WATCH]
    tk.BaseModel.metadata.create_all(model.meta.engine, tables=ours)


def write(place: Place, number: int, _flaw: str) -> None:
    """Record events, each of a resource of its own; note what was tried and what acknowledged."""
    place.enter()
    notes = os.open(place.tally, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    serial = 0
    while True:
        serial += 1
        name = f"{number}-{serial}"
        os.write(notes, f"try {name}\n".encode())
        try:
            buffer.store([_event(name, serial)])
        except redis.RedisError:
            time.sleep(0.01)
            continue
        os.write(notes, f"ack {name}\n".encode())
        time.sleep(0.001)


def _event(name: str, serial: int) -> Event:
    return Event(
        at=datetime.now(THAILAND),
        kind="view",
        access="regular",
        visitor=f"visitor {name}",
        url=name,
        dataset_id=f"dataset {serial % DATASETS}",
        resource_id=name,
    )


def flush(place: Place, number: int, flaw: str) -> None:
    """Flush without end."""
    place.enter()
    _stumble(random.Random(number))
    if flaw:
        _FLAWS[flaw]()
    finished = os.open(place.finished, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        try:
            flushing.flush()
            os.write(finished, b".")
        except (redis.RedisError, SQLAlchemyError, batches.Unsettled):
            time.sleep(0.02)
        time.sleep(0.005)


def flush_the_rest(place: Place) -> None:
    place.enter()
    flushing.flush()


def _stumble(dice: random.Random) -> None:
    """Wait a little before or after some steps, so that no moment between two is too short."""

    def slowed(step):
        def slow(*args, **kwargs):
            time.sleep(dice.choice((0, 0, 0.01)))
            result = step(*args, **kwargs)
            time.sleep(dice.choice((0, 0, 0.01)))
            return result

        return slow

    for name in ("seal", "read", "forget"):
        setattr(batches.Batches, name, slowed(getattr(batches.Batches, name)))
    writer.write = slowed(writer.write)


def _forget_before_writing() -> None:
    """The batch is dropped from Redis before the database has it."""
    read, forget = batches.Batches.read, batches.Batches.forget

    def read_and_forget(self, batch_id, progress):
        counters = read(self, batch_id, progress)
        forget(self, batch_id)
        return counters

    batches.Batches.read = read_and_forget


def _a_new_id_each_time() -> None:
    """The database is not told which batch it is, so it cannot know that it has it."""
    right = writer.write

    def nameless(counters, *, batch_id, **rest):
        return right(counters, batch_id=uuid.uuid4().hex, **rest)

    writer.write = nameless


def _read_and_delete_the_buffer() -> None:
    """Without sealing: events that arrive between reading and deleting are dropped unread."""

    def seal(self):
        return ["buffer"] if self.client.exists(f"{self.prefix}buffer") else []

    batches.Batches.seal = seal
    batches.Batches.left = lambda self: []
    batches.Batches._key = lambda self, _batch_id: f"{self.prefix}buffer"


_FLAWS = {
    "forget before writing": _forget_before_writing,
    "a new id each time": _a_new_id_each_time,
    "read and delete the buffer": _read_and_delete_the_buffer,
}
