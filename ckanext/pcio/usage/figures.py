"""Gathering what the doctor judges: Redis, PostgreSQL, settings, each as far as it answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import redis
import rq
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from sqlalchemy.exc import SQLAlchemyError

from ckanext.pcio.standard.dates import THAILAND

from . import batches, clients
from .doctor import Figures, KindFigures
from .events import EVENT_KINDS
from .model import DAILY

_OF_DATASTORE = frozenset({"api_data", "dump"})
_OLDEST = timedelta(days=400)


def gather(days: int | None = None) -> Figures:
    """Return the figures of now; what does not answer stays None."""
    now = datetime.now(THAILAND)
    figures = Figures(
        now=now,
        days=days or int(tk.config["ckanext.pcio.usage.silence_days"]),
        flush_seconds=int(tk.config["ckanext.pcio.usage.flush_seconds"]),
        proxies=int(tk.config["ckanext.pcio.usage.proxies"]),
        robots=clients.robots_list().date,
        enabled=bool(tk.config["ckanext.pcio.usage.enabled"]),
        absent=frozenset() if p.plugin_loaded("datastore") else _OF_DATASTORE,
    )
    last: dict[str, datetime] = {}
    try:
        source = batches.connect()
        last = _last(source)
        figures = dataclasses.replace(figures, **_from_redis(source))
    except redis.RedisError:
        figures = dataclasses.replace(figures, redis=False)
    try:
        return dataclasses.replace(figures, **_from_database(figures, last))
    except SQLAlchemyError:
        return dataclasses.replace(figures, database=False)


def first_event() -> date | None:
    """Return the day live counting began; None before that, or where Redis does not answer."""
    source = batches.connect()
    try:
        found = source.client.get(f"{source.prefix}first")
    except redis.RedisError:
        return None
    return _moment(found).date() if found else None


def _from_redis(source: batches.Batches) -> dict[str, Any]:
    client, prefix = source.client, source.prefix
    lost: Any = client.hgetall(f"{prefix}lost")
    since, failures = client.mget(f"{prefix}since", f"{prefix}failures")
    queue = rq.Queue(jobs.add_queue_name_prefix(jobs.DEFAULT_QUEUE_NAME), connection=client)
    seconds, fraction = client.time()
    limit = batches.setting(client, "maxmemory")
    return {
        "waiting": source.waiting(),
        "since": _moment(since) if since else None,
        "batches": len(source.left()),
        "failures": int(failures or 0),
        "lost": {day.decode(): int(number) for day, number in lost.items()},
        "redis_clock": seconds + fraction / 1e6 - datetime.now(THAILAND).timestamp(),
        "durability": batches.durability(client),
        "policy": batches.setting(client, "maxmemory-policy"),
        "limited": limit not in (None, "0"),
        "workers": len(rq.Worker.all(queue=queue)),
        "scheduler": bool(client.exists(f"rq:scheduler-lock:{queue.name}")),
    }


def _last(source: batches.Batches) -> dict[str, datetime]:
    found: Any = source.client.hgetall(f"{source.prefix}last")
    return {kind.decode(): _moment(at) for kind, at in found.items()}


def _from_database(figures: Figures, last: Mapping[str, datetime]) -> dict[str, Any]:
    today = figures.now.date()
    with cast("sa.Engine", model.meta.engine).connect() as connection:
        # The clock is asked with nothing else in between.
        clock = connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar()
        ahead = float(clock or 0) - datetime.now(THAILAND).timestamp()
        kinds = _kinds(connection, today, figures.days)
        visitors, views = _visitors(connection, today - timedelta(days=1))
    for kind, at in last.items():
        if kind in EVENT_KINDS:
            written = kinds.get(kind, KindFigures(None, 0))
            kinds[kind] = dataclasses.replace(written, last=at)
    return {"database_clock": ahead, "kinds": kinds, "visitors": visitors, "views": views}


def _kinds(connection: sa.Connection, today: date, days: int) -> dict[str, KindFigures]:
    """Return what the tables have of each kind."""
    recent = sa.func.sum(DAILY.c.count).filter(DAILY.c.day > today - timedelta(days=days))
    query = (
        sa.select(DAILY.c.kind, sa.func.max(DAILY.c.day), sa.func.coalesce(recent, 0))
        .where(DAILY.c.kind.in_(EVENT_KINDS), DAILY.c.day > today - _OLDEST)
        .group_by(DAILY.c.kind)
    )
    return {
        kind: KindFigures(None, int(number), day) for kind, day, number in connection.execute(query)
    }


def _visitors(connection: sa.Connection, first: date) -> tuple[int, int]:
    """Return visitors and events of people (no machines, no robots) from the day `first` on."""
    counted = sa.and_(DAILY.c.day >= first, DAILY.c.access == "regular")
    portal = sa.and_(
        DAILY.c.kind == "visitor", DAILY.c.dataset_id == "", DAILY.c.organization_id == ""
    )
    query = sa.select(
        sa.func.coalesce(sa.func.sum(DAILY.c.count).filter(portal), 0),
        sa.func.coalesce(sa.func.sum(DAILY.c.count).filter(DAILY.c.kind.in_(EVENT_KINDS)), 0),
    ).where(counted)
    visitors, views = connection.execute(query).one()
    return int(visitors), int(views)


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text.decode()).astimezone(THAILAND)
