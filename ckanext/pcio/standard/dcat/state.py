"""What a DCAT document depends on, asked of the database in few statements.

A document is unchanged while its key, the state of the records in it and the settings are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset, as far as it is needed to know whether its description changed."""

    id: str
    name: str
    title: str
    type: str
    owner_org: str
    public: bool
    digest: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The public datasets as a whole: changes when any of them comes, goes or changes."""

    number: int
    newest: datetime | None
    digest: tuple[Any, ...]


def _sum(words: Any) -> Any:
    """Return a sum over the digests of texts: their order makes no difference."""
    return sa.func.coalesce(sa.func.sum(sa.cast(sa.func.hashtext(words), sa.BigInteger)), 0)


def _public() -> Any:
    table = model.package_table
    return sa.and_(table.c.state == "active", table.c.private.is_(False))


def _names() -> Any:
    """Digest the names of offices and groups: they stand in the documents."""
    table = model.group_table
    words = table.c.id + table.c.name + sa.func.coalesce(table.c.title, "") + table.c.state
    return sa.select(_sum(words)).scalar_subquery()


def _memberships(*where: Any) -> Any:
    """Digest which dataset is in which group: CKAN dates no dataset when that changes."""
    table = model.member_table
    words = table.c.group_id + table.c.table_id + table.c.state
    asked = sa.select(_sum(words)).where(table.c.table_name == "package", *where)
    return asked.scalar_subquery()


def listing() -> Listing:
    """Return the state of everything anybody may see; one statement."""
    table = model.package_table
    member = table.c.id + sa.cast(table.c.metadata_modified, sa.Text)
    asked = sa.select(
        sa.func.count(),
        sa.func.max(table.c.metadata_modified),
        _sum(member),
        _names(),
        _memberships(),
    ).where(_public())
    number, newest, *sums = model.Session.execute(asked).one()
    return Listing(number, newest, (number, str(newest), *map(int, sums)))


def newest_change() -> datetime | None:
    """Return when a public dataset last changed, or None where there is none."""
    table = model.package_table
    return model.Session.execute(
        sa.select(sa.func.max(table.c.metadata_modified)).where(_public())
    ).scalar()


def dataset(reference: str) -> Dataset | None:
    """Return the dataset of this id or name, public or not; one statement."""
    package, resource = model.package_table, model.resource_table
    # What a resource keeps beside its metadata, such as whether the DataStore holds it.
    kept = resource.c.id + sa.cast(resource.c.extras, sa.Text) + resource.c.state
    resources = sa.select(_sum(kept)).where(resource.c.package_id == package.c.id)
    asked = (
        sa.select(
            package.c.id,
            package.c.name,
            package.c.title,
            package.c.type,
            package.c.owner_org,
            _public().label("public"),
            package.c.metadata_modified,
            resources.scalar_subquery(),
            _names(),
            _memberships(model.member_table.c.table_id == package.c.id),
        )
        .where(sa.or_(package.c.id == reference, package.c.name == reference))
        .order_by(package.c.id == reference)
        .limit(1)
    )
    row = model.Session.execute(asked).first()
    if row is None:
        return None
    key, name, title, kind, office, public, modified, *sums = row
    digest = (key, str(modified), *map(int, sums))
    return Dataset(key, name, title or "", kind or "dataset", office or "", bool(public), digest)
