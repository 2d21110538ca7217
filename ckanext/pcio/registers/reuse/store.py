"""Reads and writes of the register's two tables; every list costs the same number of queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS

from .access import Officer
from .model import REUSE, REUSE_DATASET
from .states import APPROVED, REJECTED

Predicate = sa.ColumnElement[bool]

_LIKE_SPECIAL = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def get(reuse_id: str) -> dict[str, Any] | None:
    """Return the row `reuse_id`, or None."""
    row = model.Session.execute(sa.select(REUSE).where(REUSE.c.id == reuse_id)).mappings().first()
    return dict(row) if row else None


def find(
    where: Predicate, limit: int, offset: int, *, oldest: bool = False
) -> list[dict[str, Any]]:
    """Return the rows that fit `where`, the newest (or the oldest) first."""
    order = REUSE.c.submitted_at if oldest else REUSE.c.submitted_at.desc()
    query = sa.select(REUSE).where(where).order_by(order, REUSE.c.id).limit(limit).offset(offset)
    return [dict(row) for row in model.Session.execute(query).mappings()]


def total(where: Predicate) -> int:
    """Return how many rows fit `where`."""
    return model.Session.scalar(sa.select(sa.func.count()).select_from(REUSE).where(where)) or 0


def datasets(reuse_ids: Sequence[str], visible: Predicate) -> dict[str, list[dict[str, Any]]]:
    """Return id, name, title and office of the datasets of each reuse, as far as `visible`."""
    organization = model.Group
    query = (
        sa.select(
            REUSE_DATASET.c.reuse_id,
            FACTS.c.package_id,
            FACTS.c.name,
            FACTS.c.title,
            organization.name.label("organization"),
            organization.title.label("organization_title"),
        )
        .join(FACTS, FACTS.c.package_id == REUSE_DATASET.c.dataset_id)
        .outerjoin(organization, organization.id == FACTS.c.organization_id)
        .where(REUSE_DATASET.c.reuse_id.in_(reuse_ids), existing(visible))
        .order_by(REUSE_DATASET.c.position)
    )
    found: dict[str, list[dict[str, Any]]] = {reuse_id: [] for reuse_id in reuse_ids}
    for row in model.Session.execute(query):
        found[row.reuse_id].append(
            {
                "id": row.package_id,
                "name": row.name,
                "title": row.title or row.name,
                "organization": row.organization,
                "organization_title": row.organization_title or row.organization,
            }
        )
    return found


def dataset_ids(reuse_id: str) -> list[str]:
    """Return the ids of all datasets of a reuse, whoever may see them, in their order."""
    query = (
        sa.select(REUSE_DATASET.c.dataset_id)
        .where(REUSE_DATASET.c.reuse_id == reuse_id)
        .order_by(REUSE_DATASET.c.position)
    )
    return list(model.Session.scalars(query))


def dataset_counts(reuse_ids: Sequence[str]) -> dict[str, int]:
    """Return how many datasets each reuse names, whoever may see them."""
    query = (
        sa.select(REUSE_DATASET.c.reuse_id, sa.func.count())
        .where(REUSE_DATASET.c.reuse_id.in_(reuse_ids))
        .group_by(REUSE_DATASET.c.reuse_id)
    )
    return {reuse_id: number for reuse_id, number in model.Session.execute(query)}


def existing(visible: Predicate) -> Predicate:
    """Return the datasets that are there (drafts and deleted ones are not) and `visible`."""
    return (FACTS.c.state == model.State.ACTIVE) & visible


def public(visible: Predicate) -> Predicate:
    """Return the approved reuses of which at least one dataset is `visible`."""
    return (REUSE.c.state == APPROVED) & of_datasets(existing(visible))


def of_datasets(where: Predicate) -> Predicate:
    """Return the reuses with a dataset whose facts fit `where`."""
    return (
        sa.exists()
        .where(REUSE_DATASET.c.reuse_id == REUSE.c.id)
        .where(REUSE_DATASET.c.dataset_id == FACTS.c.package_id)
        .where(where)
        .correlate(REUSE)
    )


def decided_by(officer: Officer) -> Predicate:
    """Return the reuses the officer decides about; a dataset in the bin still has its office."""
    if officer.everything:
        return sa.true()
    return of_datasets(FACTS.c.organization_id.in_(sorted(officer.offices)))


def in_state(state: str) -> Predicate:
    """Return the reuses in `state`."""
    return REUSE.c.state == state


def filtered(filters: Mapping[str, Any], visible: Predicate) -> Predicate:
    """Return the reuses that fit the filters of `pcio_reuse_list`."""
    where = sa.true()
    if filters.get("type"):
        where &= REUSE.c.type == filters["type"]
    if filters.get("user"):
        where &= REUSE.c.user_kind == filters["user"]
    if filters.get("q"):
        where &= holds(filters["q"])
    if dataset := filters.get("dataset"):
        named = (FACTS.c.package_id == dataset) | (FACTS.c.name == dataset)
        where &= of_datasets(named & existing(visible))
    if office := filters.get("organization"):
        organization = sa.select(model.Group.id).where(
            (model.Group.id == office) | (model.Group.name == office)
        )
        where &= of_datasets(FACTS.c.organization_id.in_(organization) & existing(visible))
    return where


def holds(text: str) -> Predicate:
    """Return the reuses whose title, description or user contains `text`."""
    pattern = f"%{text.translate(_LIKE_SPECIAL)}%"
    columns = (REUSE.c.title, REUSE.c.how, REUSE.c.user_name)
    return sa.or_(*(column.ilike(pattern, escape="\\") for column in columns))


def fits(reuse_id: str, where: Predicate) -> bool:
    """Return whether the row `reuse_id` fits `where`."""
    return total((REUSE.c.id == reuse_id) & where) > 0


def insert(values: dict[str, Any], dataset_ids: Sequence[str]) -> None:
    """Add a reuse with its datasets; does not commit."""
    model.Session.execute(sa.insert(REUSE).values(values))
    _add_datasets(values["id"], dataset_ids)


def change(
    reuse_id: str, version: int, values: dict[str, Any], dataset_ids: Sequence[str] | None = None
) -> bool:
    """Change a reuse that is still at `version`; False, and nothing changed, where it is not.

    Does not commit. `dataset_ids` replaces its datasets, where given.
    """
    changed = model.Session.scalar(
        sa.update(REUSE)
        .where(REUSE.c.id == reuse_id, REUSE.c.version == version)
        .values({**values, "version": version + 1})
        .returning(REUSE.c.id)
    )
    if changed is None:
        return False
    if dataset_ids is not None:
        model.Session.execute(sa.delete(REUSE_DATASET).where(REUSE_DATASET.c.reuse_id == reuse_id))
        _add_datasets(reuse_id, dataset_ids)
    return True


def delete(reuse_id: str, version: int | None) -> bool:
    """Remove a reuse that is still at `version` (None: whatever it is at); does not commit."""
    where = REUSE.c.id == reuse_id
    if version is not None:
        where &= REUSE.c.version == version
    if model.Session.scalar(sa.delete(REUSE).where(where).returning(REUSE.c.id)) is None:
        return False
    model.Session.execute(sa.delete(REUSE_DATASET).where(REUSE_DATASET.c.reuse_id == reuse_id))
    return True


def same_link(link_key: str, besides: str | None) -> bool:
    """Return whether another entry that was not rejected has the link `link_key`."""
    where = (REUSE.c.link_key == link_key) & (REUSE.c.state != REJECTED)
    return total(where & (REUSE.c.id != besides) if besides else where) > 0


def user_names(ids: Collection[str | None]) -> dict[str, str]:
    """Return the names people have chosen to show, by the ids of their accounts."""
    query = sa.select(model.User.id, model.User.name, model.User.fullname).where(
        model.User.id.in_([user_id for user_id in set(ids) if user_id])
    )
    return {row.id: row.fullname or row.name for row in model.Session.execute(query)}


def _add_datasets(reuse_id: str, dataset_ids: Sequence[str]) -> None:
    rows = [
        {"reuse_id": reuse_id, "dataset_id": dataset_id, "position": position}
        for position, dataset_id in enumerate(dataset_ids)
    ]
    if rows:
        model.Session.execute(sa.insert(REUSE_DATASET), rows)
