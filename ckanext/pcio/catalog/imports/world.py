"""What the portal holds already of what a batch of rows asks for: a few queries for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import records
from ckanext.pcio.standard.slug import MAX_LENGTH, slugify

from .wanted import Wanted


@dataclass(frozen=True)
class Office:
    """The office whose datasets a workbook holds."""

    id: str
    name: str
    title: str


@dataclass(frozen=True)
class Target:
    """A dataset of the portal that a row may mean."""

    id: str
    name: str
    title: str
    owner_org: str | None
    state: str
    private: bool
    type: str
    modified: str
    """When it was last changed; the row was judged against that."""


@dataclass
class World:
    """The datasets that a batch of rows may mean."""

    by_id: dict[str, Target] = field(default_factory=dict)
    by_name: dict[str, Target] = field(default_factory=dict)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Package dicts of `records.read`, of the office's own datasets only."""


def names_for(wanted: Wanted, office: Office) -> tuple[str, ...]:
    """Return the names a row may have: its own, or what its title makes.

    The second is for a title whose name another dataset has; it is the same each time.
    """
    if wanted.name:
        return (wanted.name,)
    mark = hashlib.sha256(f"{office.id}\n{wanted.title}".encode()).hexdigest()[:6]
    return (slugify(wanted.title), f"{slugify(wanted.title, MAX_LENGTH - 7)}-{mark}")


def look(wishes: Sequence[Wanted], office: Office) -> World:
    """Return what the portal holds of what `wishes` name."""
    ids = {wish.id for wish in wishes if wish.id}
    names = {name for wish in wishes for name in names_for(wish, office)}
    table = model.package_table
    query = sa.select(
        *(table.c[name] for name in ("id", "name", "title", "owner_org", "state", "private")),
        *(table.c.type, table.c.metadata_modified),
    ).where(table.c.id.in_(ids) | table.c.name.in_(names))
    world = World()
    for row in model.Session.execute(query):
        target = Target(
            **{"id": row.id, "name": row.name, "title": row.title or "", "state": row.state},
            owner_org=row.owner_org,
            private=bool(row.private),
            type=row.type,
            modified=row.metadata_modified.isoformat() if row.metadata_modified else "",
        )
        world.by_id[target.id] = world.by_name[target.name] = target
    own = [target.id for target in world.by_id.values() if target.owner_org == office.id]
    world.stored = {stored["id"]: stored for stored in records.read(own)}
    return world
