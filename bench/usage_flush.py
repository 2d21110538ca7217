"""How fast counted events become rows, against two plain ways of writing the same counters.

    python bench/usage_flush.py [--events 1000000] [--datasets 3000]

Brings up a PostgreSQL and a Redis of its own, with everything that makes them durable. Prints
seconds and events per second of the writer alone, and of a whole flush of events that were
recorded through the counting script. Baselines in the same run: one `INSERT … ON CONFLICT` for
each counter (`executemany`), and one for each event, measured on 20,000 events and drawn out.
Bars (design.md §11): 200,000 events a second; one million events within 10 seconds.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import Session

from ckanext.pcio.portal import databases
from ckanext.pcio.portal.layout import Layout
from ckanext.pcio.portal.processes import free_port
from ckanext.pcio.portal.services import Postgres, Redis
from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage import buffer, flush, partitions, writer
from ckanext.pcio.usage.events import EVENT_KINDS, Counter, Event
from ckanext.pcio.usage.model import ACCOUNT, BATCH, BY_DATASET, BY_RESOURCE, DAILY, MONTHLY, WATCH

DAYS = 7
RECORDED = 20_000
UPSERT = """
INSERT INTO {table} AS kept (dataset_id, {period}, resource_id, organization_id, kind, access,
    audience, count)
VALUES (%s, %s, %s, '', %s, %s, 'public', %s)
ON CONFLICT (dataset_id, {period}, resource_id, organization_id, kind, access, audience)
DO UPDATE SET count = kept.count + excluded.count
"""


@contextmanager
def stack() -> Iterator[None]:
    """A durable PostgreSQL and Redis, with the tables a flush needs."""
    layout = Layout(Path(tempfile.mkdtemp(prefix="pcio-bench-")).resolve())
    layout.make()
    postgres = Postgres(layout, free_port(), "secret")
    keeper = Redis(layout, free_port(), "secret")
    try:
        postgres.start()
        names = (databases.MAIN_USER, databases.READ_USER)
        passwords: dict[str, str] = dict.fromkeys(names, "secret")
        databases.ensure(postgres, main="ckan", datastore="data", passwords=passwords)
        keeper.start()
        tk.config.update(
            {
                "ckan.redis.url": keeper.url,
                "ckan.site_id": "bench",
                "ckan.jobs.timeout": 600,
                "ckanext.pcio.usage.flush_seconds": 3600,
            }
        )
        url = postgres.url(databases.MAIN_USER, "secret", "ckan")
        model.meta.engine = sa.create_engine(url)
        core = ("user", "group", "member", "package", "resource")
        tables = model.meta.metadata.tables
        model.meta.metadata.create_all(engine(), tables=[tables[name] for name in core])
        ours = [DAILY, MONTHLY, BY_DATASET, BY_RESOURCE, BATCH, ACCOUNT, WATCH]
        tk.BaseModel.metadata.create_all(engine(), tables=ours)
        yield
    finally:
        keeper.child.stop()
        postgres.child.stop()
        shutil.rmtree(layout.data, ignore_errors=True)


def engine() -> sa.Engine:
    """Return CKAN's engine."""
    assert model.meta.engine is not None
    return model.meta.engine


def counters(events: int, datasets: int, seed: int = 4) -> dict[Counter, int]:
    """Return what a week of `events` leaves in the buffer: some datasets are asked for often."""
    dice = random.Random(seed)
    days = [(date(2026, 11, 1) + timedelta(days=n)).isoformat() for n in range(DAYS)]
    population = range(datasets)
    weights = [1 / (n + 20) for n in population]
    found: dict[Counter, int] = {}
    for number in dice.choices(population, weights, k=events):
        kind = dice.choice(EVENT_KINDS)
        access = "machine" if kind.startswith("api") else "regular"
        counter = Counter(
            dice.choice(days),
            kind,
            access,
            "",
            "",
            f"dataset-{number:028d}",
            f"resource-{number:027d}",
        )
        found[counter] = found.get(counter, 0) + 1
    return found


def ours(found: dict[Counter, int], batch_id: str) -> None:
    """Write by the writer."""
    with Session(model.meta.engine) as session:
        writer.write(found, batch_id=batch_id, source="buffer", detail={}, session=session)
        session.commit()


def one_by_one(found: dict[Counter, int]) -> None:
    """Write one statement for each row of both tables, in one transaction."""
    partitions.ensure(engine(), {date.fromisoformat(c.day) for c in found})
    connection = engine().raw_connection()
    with closing(connection.cursor()) as cursor:
        for table, period in ((DAILY.name, "day"), (MONTHLY.name, "month")):
            rows = [
                (
                    *(c.dataset_id, c.day if period == "day" else f"{c.day[:8]}01"),
                    *(c.resource_id, c.kind, c.access, number),
                )
                for c, number in found.items()
            ]
            cursor.executemany(UPSERT.format(table=table, period=period), rows)
    connection.commit()
    connection.close()


def empty() -> None:
    """Begin with empty tables."""
    tables = ", ".join(table.name for table in (DAILY, MONTHLY, BY_DATASET, BY_RESOURCE, BATCH))
    with engine().begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {tables}"))


def timed(work: Callable[[], object]) -> float:
    """Return the seconds `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def record(events: int) -> float:
    """Record events through the counting script, 500 in one round trip; return the seconds."""
    now = datetime.now(THAILAND)
    made = [
        Event(
            at=now,
            kind=EVENT_KINDS[number % len(EVENT_KINDS)],
            access="regular",
            visitor=f"visitor {number % 2000}",
            url=f"{number}",
            dataset_id=f"recorded-{number % 300:027d}",
            resource_id=f"resource-{number % 300:027d}",
        )
        for number in range(events)
    ]
    return timed(
        lambda: [buffer.store(made[start : start + 500]) for start in range(0, events, 500)]
    )


def fill(found: dict[Counter, int]) -> None:
    """Add every event to the buffer one by one, as the counting script's last step does."""
    client = buffer.connection()
    names = [counter.packed() for counter, number in found.items() for _ in range(number)]
    random.Random(6).shuffle(names)
    for start in range(0, len(names), 2000):
        with client.pipeline(transaction=False) as pipe:
            for name in names[start : start + 2000]:
                pipe.hincrby(f"{buffer.prefix()}buffer", name, 1)
            pipe.execute()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--datasets", type=int, default=3000)
    arguments = parser.parse_args()
    with stack():
        measure(arguments.events, arguments.datasets)


def measure(events: int, datasets: int) -> None:
    """Print the table."""
    found = counters(events, datasets)
    print(f"{events:,} events in {len(found):,} counters, {datasets:,} datasets, {DAYS} days")
    print(f"{'':46}{'seconds':>9}{'events/s':>12}{'ratio':>8}")
    fresh = timed(lambda: ours(found, "first"))
    again = timed(lambda: ours(found, "second"))
    empty()
    rows = timed(lambda: one_by_one(found))
    empty()
    few = counters(20_000, datasets)
    singles = [counter for counter, number in few.items() for _ in range(number)]
    each = timed(lambda: [one_by_one({counter: 1}) for counter in singles[:2000]]) / 2000 * events
    empty()

    def line(name: str, seconds: float) -> None:
        print(f"{name:46}{seconds:9.2f}{events / seconds:12,.0f}{rows / seconds:7.1f}x")

    line("one INSERT … ON CONFLICT a counter (baseline)", rows)
    line("one transaction an event (extrapolated)", each)
    line("writer, new rows", fresh)
    line("writer, rows that are there", again)
    empty()
    fill(found)
    results: list[flush.FlushResult] = []
    line(
        "flush, from Redis to the commit",
        timed(lambda: results.append(flush.flush())),
    )
    print(f"flushed: {results[0].events:,} events in {results[0].counters:,} counters")
    seconds = record(RECORDED)
    print(f"recording, one process, 500 a round trip: {RECORDED / seconds:,.0f} events/s")


if __name__ == "__main__":
    main()
