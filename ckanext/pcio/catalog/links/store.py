"""Rows of `pcio_link`: in step with CKAN's resources, and what checks found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ckanext.pcio.catalog.records import DATASET_TYPE
from ckanext.pcio.standard.links import UNCHECKED, LinkState

from .model import LINK

# Resources whose address another plugin serves (a table of the DataStore) have no link to check.
_KEPT_HERE = "upload"
_FRESH = {
    "state": UNCHECKED,
    "status": None,
    "reason": "",
    "checked_at": None,
    "answered_at": None,
    "failures": 0,
    "next_at": sa.func.now(),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A row whose time has come."""

    package_id: str
    link: LinkState


def _wanted(package_ids: Collection[str] | None) -> sa.Select[Any]:
    resources = model.resource_table
    uploaded = sa.func.coalesce(resources.c.url_type, "") == _KEPT_HERE
    linked = sa.func.coalesce(resources.c.url_type, "") == ""
    query = (
        sa.select(
            resources.c.id,
            resources.c.package_id,
            sa.func.coalesce(resources.c.url, ""),
            uploaded,
        )
        .join(model.Package, model.Package.id == resources.c.package_id)
        .where(
            resources.c.state == model.State.ACTIVE,
            uploaded | linked,
            model.Package.type == DATASET_TYPE,
            model.Package.state != model.State.DELETED,
        )
    )
    if package_ids is not None:
        query = query.where(resources.c.package_id.in_(package_ids))
    return query


def follow(package_ids: Collection[str] | None = None) -> bool:
    """Bring the rows in step with the resources of some datasets, or of all; do not commit.

    A new resource, and one with another address, is unchecked and due at once. Two statements for
    any number of datasets. Returns whether there is something new to check.
    """
    columns = ["resource_id", "package_id", "url", "upload"]
    statement = insert(LINK).from_select(columns, _wanted(package_ids))
    new = statement.excluded
    changed = LINK.c.url.is_distinct_from(new.url) | LINK.c.upload.is_distinct_from(new.upload)
    moved = LINK.c.package_id.is_distinct_from(new.package_id)
    written = model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=["resource_id"],
            set_={"package_id": new.package_id, "url": new.url, "upload": new.upload, **_FRESH},
            where=changed | moved,
        )
    )
    # The same question again, because a sub-query of an IN would be asked for each row.
    wanted = _wanted(package_ids).subquery()
    gone = sa.delete(LINK).where(~sa.exists().where(wanted.c.id == LINK.c.resource_id))
    if package_ids is not None:
        gone = gone.where(LINK.c.package_id.in_(package_ids))
    model.Session.execute(gone)
    return bool(written.rowcount)  # pyright: ignore[reportAttributeAccessIssue]


def due(session: Session, now: datetime, limit: int, *, uploads_only: bool) -> list[Due]:
    """Return the rows whose time has come, the longest waiting first."""
    names = [column.name for column in LINK.columns if column.name != "next_at"]
    query = (
        sa.select(*(LINK.c[name] for name in names))
        .where(_is_due(now, uploads_only=uploads_only))
        .order_by(LINK.c.next_at, LINK.c.resource_id)
        .limit(limit)
    )
    result = []
    for row in session.execute(query).mappings():
        values = dict(row)
        result.append(Due(values.pop("package_id"), LinkState(**values)))
    return result


def count_due(session: Session, now: datetime, *, uploads_only: bool) -> int:
    """Return how many rows' time has come."""
    query = sa.select(sa.func.count()).select_from(LINK)
    return session.execute(query.where(_is_due(now, uploads_only=uploads_only))).scalar_one()


def next_time(session: Session, *, uploads_only: bool) -> datetime | None:
    """Return when the next row's time comes."""
    query = sa.select(sa.func.min(LINK.c.next_at))
    return session.execute(query.where(LINK.c.upload) if uploads_only else query).scalar_one()


def _is_due(now: datetime, *, uploads_only: bool) -> sa.ColumnElement[bool]:
    time_has_come = LINK.c.next_at <= now
    return time_has_come & LINK.c.upload if uploads_only else time_has_come


def ask_again(session: Session, package_id: str | None = None) -> int:
    """Make the addresses of one dataset, or all, due at once; return how many."""
    statement = sa.update(LINK).values(next_at=sa.func.now())
    if package_id is not None:
        statement = statement.where(LINK.c.package_id == package_id)
    return session.execute(statement).rowcount  # pyright: ignore[reportAttributeAccessIssue]


def save(session: Session, found: Sequence[tuple[LinkState, datetime]]) -> None:
    """Write what checks found, where the resource still has the address that was checked."""
    for link, next_at in found:
        session.execute(
            sa.update(LINK)
            .where(LINK.c.resource_id == link.resource_id, LINK.c.url == link.url)
            .values(**_checked(link), next_at=next_at)
        )


def postpone(session: Session, resource_ids: Collection[str], until: datetime) -> None:
    """Ask some addresses later, without having asked them now."""
    session.execute(
        sa.update(LINK).where(LINK.c.resource_id.in_(resource_ids)).values(next_at=until)
    )


def _checked(link: LinkState) -> Mapping[str, Any]:
    names = ("state", "status", "reason", "checked_at", "answered_at", "failures")
    return {name: getattr(link, name) for name in names}
