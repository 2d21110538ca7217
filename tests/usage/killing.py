"""Killing everything at random moments, and an independent count of what had to survive.

Real processes on a real PostgreSQL and Redis of their own: writers record events and note in a
file which of them Redis acknowledged; flushers flush without end; a killer with a seeded dice sends
`kill -9` to any of them. Each event names a resource of its own, so the end shows for every single
event whether it was counted never, once or twice.

A longer run than the suite's: `PCIO_KILLS=600 ./pcio test -s tests/usage/test_kill.py`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter as Tally
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
import redis

from ckanext.pcio.portal import databases
from ckanext.pcio.portal.layout import Layout
from ckanext.pcio.portal.processes import free_port
from ckanext.pcio.portal.services import Postgres, Redis

from . import killed_roles

WRITERS = 2
FLUSHERS = 2
_CALM = 0.4


@dataclass
class Report:
    """What a run found; `wrong` is empty where every acknowledged event was counted once."""

    seed: int
    kills: Tally[str] = field(default_factory=Tally)
    acknowledged: int = 0
    unknown: int = 0
    """Events whose acknowledgement was cut off: counted once or not at all."""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kills = ", ".join(f"{name} {number}" for name, number in sorted(self.kills.items()))
        return (
            f"seed {self.seed}: {self.kills.total()} blows ({kills}); "
            f"{self.acknowledged} events acknowledged, {self.unknown} cut off; "
            f"{len(self.wrong)} wrong {self.wrong[:5]}"
        )


class Arena:
    """PostgreSQL, Redis, writers and flushers, all of which may be killed."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.layout = Layout(folder)
        self.layout.make()
        self.postgres = Postgres(self.layout, free_port(), "secret", durable=True)
        self.redis = Redis(self.layout, free_port(), "secret", durable=durable)
        self.tally = folder / "tally"
        self.processes: dict[str, BaseProcess] = {}
        self.context = multiprocessing.get_context("forkserver")
        # CKAN is imported once; each role is forked from there in milliseconds.
        self.context.set_forkserver_preload([killed_roles.__name__])
        self.births = 0

    def start(self) -> None:
        self.postgres.start()
        passwords = {databases.MAIN_USER: "secret", databases.READ_USER: "secret"}
        databases.ensure(self.postgres, main="ckan", datastore="data", passwords=passwords)
        self.redis.start()
        self._run(killed_roles.make_tables)

    @property
    def place(self) -> killed_roles.Place:
        return killed_roles.Place(
            database=self.postgres.url(databases.MAIN_USER, "secret", "ckan"),
            redis=self.redis.url,
            tally=str(self.tally),
        )

    def bring_up(self, name: str, flaw: str = "") -> None:
        """Start a writer or flusher."""
        self.births += 1
        role = killed_roles.write if name.startswith("writer") else killed_roles.flush
        process = self.context.Process(target=role, args=(self.place, self.births, flaw))
        process.start()
        self.processes[name] = process

    def kill(self, name: str) -> None:
        """End `name` as a power cut would end it."""
        if name == "redis":
            _kill_family(self.redis.child.process.pid)
            self.redis.child.process.wait()
        elif name == "postgres":
            _kill_family(self.postgres.child.process.pid)
            self.postgres.child.process.wait()
        else:
            self.processes[name].kill()
            self.processes[name].join()

    def revive(self, name: str, flaw: str) -> None:
        if name == "redis":
            self.redis.start()
        elif name == "postgres":
            self.postgres.start()
        else:
            self.bring_up(name, flaw)

    def wait_for_a_flush(self, seconds: float = 3) -> None:
        """Wait until a flush comes to its end; on a busy machine none might between two blows."""
        before, end = self._flushes(), time.monotonic() + seconds
        while self._flushes() == before and time.monotonic() < end:
            time.sleep(0.01)

    def _flushes(self) -> int:
        finished = Path(self.place.finished)
        return finished.stat().st_size if finished.exists() else 0

    def finish(self) -> None:
        """End the roles, and flush what is left."""
        for name in self.processes:
            self.kill(name)
        self._run(killed_roles.flush_the_rest)

    def stop(self) -> None:
        for name, process in self.processes.items():
            if process.is_alive():
                self.kill(name)
        for service in (self.redis, self.postgres):
            service.child.stop()

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis.url, socket_timeout=5)

    def _run(self, task) -> None:
        process = self.context.Process(target=task, args=(self.place,))
        process.start()
        process.join(60)
        assert process.exitcode == 0, f"{task.__name__} ended with {process.exitcode}"


def run(
    *, seed: int, kills: int, victims: tuple[str, ...] = (), flaw: str = "", durable: bool = True
) -> Report:
    """Let the dice fall `kills` times and return what the end shows.

    `flaw` makes the flushers work in a wrong order, and a Redis that is not `durable` keeps
    nothing on disk, to see that this is noticed.
    """
    dice = random.Random(seed)
    report = Report(seed)
    folder = Path(tempfile.mkdtemp(prefix="pcio-kill-")).resolve()
    arena = Arena(folder, durable=durable)
    roles = [f"writer {n}" for n in range(WRITERS)] + [f"flusher {n}" for n in range(FLUSHERS)]
    choice = victims or _DICE
    try:
        arena.start()
        for name in roles:
            arena.bring_up(name, flaw)
        while report.kills.total() < kills:
            if dice.random() < _CALM:
                arena.wait_for_a_flush()
            time.sleep(dice.uniform(0.0, 0.12))
            _strike(arena, dice, dice.choice(choice), report, flaw)
        arena.finish()
        _judge(arena, report)
    finally:
        arena.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return report


# Servers take longer to come back, so they are hit less often than the roles.
_DICE = (*("writer",) * 5, *("flusher",) * 9, *("redis",) * 5, "postgres", "rewrite", "pause")


def _strike(arena: Arena, dice: random.Random, kind: str, report: Report, flaw: str) -> None:
    report.kills[kind] += 1
    if kind == "rewrite":
        with contextlib.suppress(redis.RedisError):
            arena.client().bgrewriteaof()
        return
    names = [name for name in (*arena.processes, "redis", "postgres") if name.startswith(kind)]
    if kind == "pause":
        # A flusher that sleeps while another finishes its batch, and then goes on.
        process = arena.processes[f"flusher {dice.randrange(FLUSHERS)}"]
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(dice.uniform(0.05, 0.3))
        os.kill(process.pid, signal.SIGCONT)
        return
    victim = dice.choice(names)
    arena.kill(victim)
    if dice.random() < 0.2 and kind in ("redis", "postgres"):
        other = dice.choice(list(arena.processes))
        report.kills[other.split()[0]] += 1
        arena.kill(other)
        arena.bring_up(other, flaw)
    arena.revive(victim, flaw)


def _kill_family(pid: int) -> None:
    family = psutil.Process(pid)
    everyone = [family, *family.children(recursive=True)]
    for process in everyone:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(everyone[1:], timeout=10)


def _judge(arena: Arena, report: Report) -> None:
    """Compare the writers' own notes with the tables."""
    tried, acknowledged = set(), set()
    for line in arena.tally.read_text().splitlines():
        word, event = line.split()
        (tried if word == "try" else acknowledged).add(event)
    report.acknowledged = len(acknowledged)
    report.unknown = len(tried - acknowledged)
    connection = arena.postgres.connect("ckan")
    with contextlib.closing(connection), connection.cursor() as cursor:
        report.wrong += _each_event(cursor, tried, acknowledged)
        report.wrong += _sums(cursor, tried, acknowledged)
    left = [key.decode() for key in arena.client().scan_iter(f"pcio:usage:{killed_roles.SITE}:b*")]
    report.wrong += [f"left in Redis: {key}" for key in left]


def _each_event(cursor, tried: set[str], acknowledged: set[str]) -> list[str]:
    wrong = []
    for kind in ("view", "visitor"):
        cursor.execute(
            "SELECT resource_id, sum(count) FROM pcio_usage_daily "
            "WHERE resource_id <> '' AND kind = %s GROUP BY 1",
            [kind],
        )
        counted = {event: int(number) for event, number in cursor.fetchall()}
        for event, number in counted.items():
            if number != 1 or event not in tried:
                wrong.append(f"{kind} of {event} counted {number} times")
        wrong += [f"{kind} of {event} lost" for event in acknowledged - counted.keys()]
    return wrong


def _sums(cursor, tried: set[str], acknowledged: set[str]) -> list[str]:
    """Numbers many events share add up to as many as were counted one by one."""
    wrong = []
    cursor.execute("SELECT sum(count) FROM pcio_usage_daily WHERE kind = 'view'")
    views = cursor.fetchone()[0] or 0
    for name, condition in (
        ("unique investigations", "kind = 'unique_investigation'"),
        ("datasets' visitors", "kind = 'visitor' AND dataset_id <> '' AND resource_id = ''"),
        ("the portal's visitors", "kind = 'visitor' AND dataset_id = '' AND organization_id = ''"),
    ):
        cursor.execute(f"SELECT coalesce(sum(count), 0) FROM pcio_usage_daily WHERE {condition}")
        found = cursor.fetchone()[0]
        if found != views or not len(acknowledged) <= found <= len(tried):
            wrong.append(f"{name}: {found}, views: {views}, acknowledged: {len(acknowledged)}")
    cursor.execute(
        "SELECT (SELECT sum(count) FROM pcio_usage_daily), "
        "(SELECT sum(count) FROM pcio_usage_monthly)"
    )
    days, months = cursor.fetchone()
    if days != months:
        wrong.append(f"days {days}, months {months}")
    return wrong
