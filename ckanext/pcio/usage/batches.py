"""Batches: the buffer, put aside under an id until the database has it.

An id is given once and kept until the batch's numbers are committed, so whoever finds a batch that
a killed flusher left can finish it, and the database knows whether it was written already.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, cast

import ckan.plugins.toolkit as tk
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from . import buffer
from .events import Counter

PIECE = 5000
"""Counters read in one answer, so that other clients of Redis get their turn."""
_SECONDS = 10.0
_SETTLE_SECONDS = 2.5
_WAITAOF = (7, 2)

# A repeated call with the same id (an answer that was lost) must not overwrite the batch.
_SEAL = """
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then
  redis.call('RENAME', KEYS[1], KEYS[3])
  redis.call('SADD', KEYS[2], ARGV[1])
  redis.call('DEL', KEYS[4])
end
return redis.call('SISMEMBER', KEYS[2], ARGV[1])
"""


class Unsettled(Exception):
    """Redis did not get a batch onto its disk in time; nothing was written, try again later."""


class Batches:
    """The waiting batches of this portal."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self.client = client
        self.prefix = prefix

    def left(self) -> list[str]:
        """Return the ids of batches that wait: a flusher was killed, or is at work elsewhere."""
        ids: Any = self.client.smembers(f"{self.prefix}batches")
        return sorted(one.decode() for one in ids)

    def seal(self) -> list[str]:
        """Put the buffer aside as a batch, in one step; return its id, or nothing."""
        fresh = uuid.uuid4().hex
        names = ("buffer", "batches", f"batch:{fresh}", "since")
        keys = [self.prefix + name for name in names]
        return [fresh] if self.client.eval(_SEAL, len(keys), *keys, fresh) else []

    def settle(self) -> None:
        """Wait until what was sealed is on Redis's disk.

        Otherwise a Redis that is killed now could come back with the buffer as it was before,
        while the database already has the batch: everything in it would be counted twice.

        Raises:
            Unsettled: the disk is too slow.

        """
        policy = durability(self.client)
        if policy != "everysec":
            return  # `always` is on disk when it answers; of the others nothing can be known
        if _version(self.client) >= _WAITAOF:
            self._wait_for_append_file()
            return
        time.sleep(_SETTLE_SECONDS)
        end = time.monotonic() + _SECONDS
        while self.client.info("persistence").get("aof_pending_bio_fsync"):
            if time.monotonic() > end:
                raise Unsettled
            time.sleep(0.1)

    def waiting(self) -> int:
        """Return how many counters wait, in the buffer and in batches."""
        keys = [f"{self.prefix}buffer", *(self._key(one) for one in self.left())]
        return sum(self.client.hlen(key) for key in keys)

    def read(
        self, batch_id: str, progress: Callable[[int], None] = lambda _: None
    ) -> dict[Counter, int]:
        """Return the counters of a batch; empty where another flusher has finished it.

        Raises:
            Unsettled: the batch changed under our hands, which none does that is still waiting.

        """
        key = self._key(batch_id)
        size = self.client.hlen(key)
        found: dict[bytes, bytes] = {}
        cursor = None
        while cursor != 0:
            cursor, piece = self.client.hscan(key, cursor or 0, count=PIECE)
            found.update(cast("dict[bytes, bytes]", piece))
            progress(len(piece))
        if len(found) == size:
            return unpacked(found)
        if self.client.sismember(f"{self.prefix}batches", batch_id):
            raise Unsettled
        return {}

    def forget(self, batch_id: str) -> None:
        """Drop a batch the database has."""
        with self.client.pipeline(transaction=True) as pipe:
            pipe.unlink(self._key(batch_id))
            pipe.srem(f"{self.prefix}batches", batch_id)
            pipe.execute()

    def _key(self, batch_id: str) -> str:
        return f"{self.prefix}batch:{batch_id}"

    def _wait_for_append_file(self) -> None:
        with self.client.pipeline(transaction=False) as pipe:
            # WAITAOF waits for the writes of its own connection, so there has to be one.
            pipe.set(f"{self.prefix}settled", "1", ex=60)
            pipe.execute_command("WAITAOF", 1, 0, int(_SECONDS * 500))
            local = pipe.execute()[1][0]
        if not local:
            raise Unsettled


def connect() -> Batches:
    """Return the batches of this portal; patient, and never asking twice by itself."""
    client = redis.Redis.from_url(
        tk.config["ckan.redis.url"],
        socket_connect_timeout=_SECONDS,
        socket_timeout=_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return Batches(client, buffer.prefix())


def durability(client: redis.Redis) -> str:
    """Return when Redis writes to disk: always, everysec, no, or "none" without append-only file.

    A server that does not show its settings is taken to be at the default, `everysec`.
    """
    if not client.info("persistence").get("aof_enabled"):
        return "none"
    return setting(client, "appendfsync") or "everysec"


def setting(client: redis.Redis, name: str) -> str | None:
    """Return a setting of the server; None where it does not tell (rented servers often)."""
    try:
        found = client.config_get(name)
    except redis.ResponseError:
        return None
    return found.get(name)


def unpacked(fields: dict[bytes, bytes]) -> dict[Counter, int]:
    """Return the counters of a hash; a name that is none keeps its text, for the writer to tell."""
    counters: dict[Counter, int] = {}
    for name, number in fields.items():
        text = name.decode("utf-8", "replace")
        try:
            counter = Counter.unpacked(text)
        except ValueError:
            counter = Counter(day="", kind=text, access="")
        counters[counter] = counters.get(counter, 0) + int(number)
    return counters


def _version(client: redis.Redis) -> tuple[int, int]:
    major, minor = str(client.info("server")["redis_version"]).split(".")[:2]
    return int(major), int(minor)
