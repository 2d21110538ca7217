"""Reading and writing of the tables of scans and decisions; nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate

from . import hold, states
from .model import DECISION, SCAN

STALE = timedelta(minutes=15)
"""A scan that began so long ago has died with its worker."""


def now() -> datetime:
    """Return the moment, with its time zone."""
    return datetime.now(timezone.utc)


def row(resource_id: str) -> dict[str, Any] | None:
    """Return the scan of a resource, or None."""
    found = model.Session.execute(sa.select(SCAN).where(SCAN.c.resource_id == resource_id))
    first = found.mappings().first()
    return dict(first) if first else None


def rows_of(package_id: str) -> dict[str, dict[str, Any]]:
    """Return the scans of a dataset's resources by their ids."""
    return rows_by([package_id]).get(package_id, {})


def rows_by(package_ids: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what `rows_of` does, for many datasets by their ids."""
    query = sa.select(SCAN).where(SCAN.c.package_id.in_(package_ids))
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in model.Session.execute(query).mappings():
        found.setdefault(one["package_id"], {})[one["resource_id"]] = dict(one)
    return found


def request(
    resource_id: str, package_id: str, content: str, *, holds: bool, state: str | None = None
) -> None:
    """Ask for a scan. `state` is the one meanwhile; None leaves an existing row in its own."""
    values = {
        "resource_id": resource_id,
        "package_id": package_id,
        "state": state or states.WAITING,
        "holds": holds,
        "due": True,
        "content": content,
        "requested_at": now(),
    }
    statement = insert(SCAN).values(values)
    again: dict[str, Any] = {
        "due": True,
        "package_id": package_id,
        "requested_at": sa.case(
            (SCAN.c.due, SCAN.c.requested_at), else_=statement.excluded["requested_at"]
        ),
        "version": SCAN.c.version + 1,
    }
    if state is not None:
        again |= {"state": state, "holds": holds, "content": content, "started_at": None}
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["resource_id"], set_=again)
    )
    hold.forget()


def remove(resource_ids: Collection[str]) -> None:
    """Forget the scans of resources whose content is no longer here; decisions stay."""
    if resource_ids:
        model.Session.execute(sa.delete(SCAN).where(SCAN.c.resource_id.in_(sorted(resource_ids))))
        hold.forget()


def claim(resource_id: str) -> dict[str, Any] | None:
    """Take on a scan that is owed; None where none is, or another worker is at it."""
    free = SCAN.c.started_at.is_(None) | (SCAN.c.started_at < now() - STALE)
    statement = (
        sa.update(SCAN)
        .where(SCAN.c.resource_id == resource_id, SCAN.c.due, free)
        .values(started_at=now())
        .returning(*SCAN.c)
    )
    taken = model.Session.execute(statement).mappings().first()
    return dict(taken) if taken else None


def change(resource_id: str, version: int, values: Mapping[str, Any]) -> bool:
    """Change a scan that is still at `version`; False, and nothing changed, where it is not."""
    changed = model.Session.scalar(
        sa.update(SCAN)
        .where(SCAN.c.resource_id == resource_id, SCAN.c.version == version)
        .values(**values, version=version + 1)
        .returning(SCAN.c.resource_id)
    )
    hold.forget()
    return changed is not None


def release(resource_id: str) -> None:
    """Let go of a scan whose row was changed meanwhile, so that it can begin anew."""
    statement = sa.update(SCAN).where(SCAN.c.resource_id == resource_id)
    model.Session.execute(statement.values(started_at=None))


def owed(limit: int | None = None, besides: Sequence[str] = ()) -> list[str]:
    """Return the resources whose scan is owed and that nobody is at, the longest waiting first."""
    free = SCAN.c.started_at.is_(None) | (SCAN.c.started_at < now() - STALE)
    query = (
        sa.select(SCAN.c.resource_id)
        .where(SCAN.c.due, free, SCAN.c.resource_id.notin_(besides))
        .order_by(SCAN.c.requested_at)
        .limit(limit)
    )
    return list(model.Session.scalars(query))


def decide(scan: Mapping[str, Any], decision: str, reason: str, user_id: str | None) -> None:
    """Write down a decision; it is never changed or removed."""
    model.Session.execute(
        sa.insert(DECISION).values(
            resource_id=scan["resource_id"],
            package_id=scan["package_id"],
            decision=decision,
            reason=reason,
            hash=scan["hash"],
            findings=scan["findings"],
            decided_by=user_id,
            decided_at=now(),
        )
    )


def decisions(package_id: str) -> list[dict[str, Any]]:
    """Return the decisions about a dataset's files, the latest first."""
    query = (
        sa.select(DECISION)
        .where(DECISION.c.package_id == package_id)
        .order_by(DECISION.c.id.desc())
    )
    return [dict(one) for one in model.Session.execute(query).mappings()]


def listed(where: Predicate, limit: int, offset: int) -> list[dict[str, Any]]:
    """Return scans with their file's and dataset's names: what holds first, then the oldest."""
    resource, group = model.Resource, model.Group
    order = (
        (SCAN.c.state != states.FOUND),
        SCAN.c.holds.desc(),
        SCAN.c.requested_at,
        SCAN.c.resource_id,
    )
    query = (
        sa.select(
            SCAN,
            resource.name.label("resource_name"),
            resource.url.label("resource_url"),
            FACTS.c.name.label("dataset_name"),
            FACTS.c.title.label("dataset_title"),
            FACTS.c.private.label("private"),
            group.title.label("office_title"),
        )
        .join(FACTS, FACTS.c.package_id == SCAN.c.package_id)
        .join(resource, resource.id == SCAN.c.resource_id)
        .outerjoin(group, group.id == FACTS.c.organization_id)
        .where(where)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [dict(one) for one in model.Session.execute(query).mappings()]


def count_by_state(where: Predicate) -> dict[str, int]:
    """Return how many scans are in each state."""
    query = (
        sa.select(SCAN.c.state, sa.func.count())
        .join(FACTS, FACTS.c.package_id == SCAN.c.package_id)
        .where(where)
        .group_by(SCAN.c.state)
    )
    counted = {state: number for state, number in model.Session.execute(query)}
    return {state: counted.get(state, 0) for state in states.STATES}


def late(requested_at: str) -> bool:
    """Return whether a scan asked for at `requested_at` (ISO) should have been done by now."""
    return datetime.fromisoformat(requested_at) < now() - STALE


def overview() -> dict[str, Any]:
    """Return counts over the whole portal, for who runs it."""
    held = SCAN.c.holds & SCAN.c.state.in_(sorted(states.HOLDING))
    query = sa.select(
        sa.func.count().label("scans"),
        sa.func.count().filter(SCAN.c.due).label("owed"),
        sa.func.min(SCAN.c.requested_at).filter(SCAN.c.due).label("oldest"),
        sa.func.count().filter(held).label("held"),
        sa.func.count().filter(SCAN.c.state == states.FOUND).label("found"),
        sa.func.count().filter(SCAN.c.state == states.UNREADABLE).label("unreadable"),
    )
    return dict(model.Session.execute(query).mappings().one())
