"""Rows of the worklist, read a page at a time, and what other tables know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import exchanged
from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.links.model import LINK
from ckanext.pcio.catalog.model import TABLE, facts_from_row
from ckanext.pcio.catalog.personal.model import SCAN
from ckanext.pcio.catalog.personal.states import FOUND
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.catalog.queries import TITLE_ORDER
from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
from ckanext.pcio.standard.links import BROKEN
from ckanext.pcio.survey.gains import Progress
from ckanext.pcio.survey.work import Beside
from ckanext.pcio.survey.worklist import Class, Work, gain, gained, rejected
from ckanext.pcio.usage.events import EVENT_KINDS
from ckanext.pcio.usage.model import BY_DATASET
from ckanext.pcio.usage.periods import last_twelve_months
from ckanext.pcio.usage.queries import of_columns

_c = TABLE.c


@dataclass(frozen=True, slots=True)
class Row:
    """A dataset of the worklist."""

    facts: DatasetFacts
    organization_id: str | None


def by_gain(
    asked: Predicate,
    work: Work,
    progress: Sequence[Progress],
    found: Sequence[Class],
    today: date,
    limit: int,
    offset: int,
) -> list[Row]:
    """Return rows in the order "gain": urgent ones, what gains most, the most used, the title.

    `found` are the classes of what is asked for, and `asked` tells those datasets. Two queries at
    the most: use is added up only of datasets whose gain can stand on the page, and titles are
    compared only where use is equal.
    """
    order: dict[tuple[bool, int], list[Class]] = {}
    for each in found:
        key = (not each.urgent, -sum(p.weight for p in gained(progress, each)))
        order.setdefault(key, []).append(each)
    position = before = number = 0
    touched: list[Class] = []
    for key in sorted(order):
        datasets = sum(each.datasets for each in order[key])
        if position + datasets <= offset:
            before += datasets
        elif position < offset + limit:
            number += datasets
            touched.extend(order[key])
        position += datasets
    if not touched:
        return []
    keys = [sa.case((work.urgent, 0), else_=1), gain(progress, work).desc()]
    where = asked & _alike(work, progress, touched)
    use = Use(today, number)
    return _rows(where, [*keys, use.number.desc()], limit, offset - before, use)


def _alike(work: Work, progress: Sequence[Progress], touched: Sequence[Class]) -> Predicate:
    """Return which datasets are urgent and gain as those of the classes do."""
    conditions = {each.goal.key: work.gains(each) for each in progress if each.weight}
    patterns = set()
    for one in touched:
        nearer = {each.goal.key for each in gained(progress, one)}
        patterns.add((one.urgent, *(key in nearer for key in conditions)))
    rules = [work.urgent, *conditions.values()]
    return sa.or_(
        *(
            sa.and_(
                *(
                    rule.is_(sa.true()) if holds else rule.is_not(sa.true())
                    for rule, holds in zip(rules, pattern, strict=True)
                )
            )
            for pattern in sorted(patterns)
        )
    )


def page(
    asked: Predicate, sort: str, number: int, today: date, limit: int, offset: int = 0
) -> list[Row]:
    """Return rows in the order `sort`, any of `SORTS` but "gain". One query.

    `number` is how many rows there are.
    """
    missing = sa.func.cardinality(_c.missing) + sa.func.cardinality(_c.invalid)
    use = Use(today, number) if sort == "most_used" else None
    keys: Mapping[str, list[sa.ColumnElement[Any]]] = {
        "title": [],
        "missing": [missing.desc()],
        "oldest": [_c.last_updated.asc().nulls_first()],
        "most_used": [use.number.desc()] if use else [],
    }
    return _rows(asked, keys[sort], limit, offset, use)


def _rows(
    where: Predicate,
    keys: Sequence[sa.ColumnElement[Any]],
    limit: int,
    offset: int,
    use: Use | None = None,
) -> list[Row]:
    """Return rows by `keys`, in which `use` may be, then by title."""
    query = sa.select(
        TABLE, model.Group.name.label("org_name"), model.Group.title.label("org_title")
    ).outerjoin(model.Group, model.Group.id == _c.organization_id)
    if keys:
        # A title is costly to compare, so only the rows that may stand on the page are.
        place = sa.func.rank().over(order_by=keys).label("place")
        near = (
            sa.select(_c.package_id, place)
            .select_from(use.source if use else TABLE)
            .where(where)
            .order_by(place)
            .fetch(offset + limit, with_ties=True)
            .subquery("near")
        )
        query = query.join(near, near.c.package_id == _c.package_id).order_by(near.c.place)
    else:
        query = query.where(where)
    rows = []
    query = query.order_by(TITLE_ORDER, _c.package_id).offset(offset).limit(limit)
    for row in model.Session.execute(query).mappings():
        values = dict(row)
        name, title = values.pop("org_name"), values.pop("org_title")
        office = values["organization_id"]
        rows.append(Row(facts_from_row(values, name, title), office))
    return rows


class Use:
    """The use of datasets in the last twelve months, as lists of `number` datasets ask for it."""

    # Up to so many datasets are looked up one by one; above, all use is read and joined.
    ONE_BY_ONE = 4000

    def __init__(self, today: date, number: int) -> None:
        table = BY_DATASET.c
        total = of_columns(BY_DATASET, *EVENT_KINDS)
        recent = table.month.between(*last_twelve_months(today))
        self.source: sa.FromClause = TABLE
        if number <= self.ONE_BY_ONE:
            of_one = sa.select(total).where(recent, table.dataset_id == _c.package_id)
            self.number: sa.ColumnElement[int] = of_one.scalar_subquery()
        else:
            every = sa.select(table.dataset_id, total.label("used")).where(recent)
            used = every.group_by(table.dataset_id).subquery("used")
            self.source = TABLE.outerjoin(used, used.c.dataset_id == _c.package_id)
            self.number = sa.func.coalesce(used.c.used, 0)


def used(package_ids: Sequence[str], today: date) -> dict[str, int]:
    """Return the use of datasets in the last twelve months. One query."""
    table = BY_DATASET.c
    query = (
        sa.select(table.dataset_id, of_columns(BY_DATASET, *EVENT_KINDS))
        .where(table.dataset_id.in_(package_ids), table.month.between(*last_twelve_months(today)))
        .group_by(table.dataset_id)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def beside(rows: Sequence[Row], today: date, editable: Collection[str] | None = None) -> Beside:
    """Return what other tables know of the datasets. One query for each table.

    `editable` as of `work`.
    """
    package_ids = [row.facts.id for row in rows]
    told = [r.facts.id for r in rows if editable is None or r.organization_id in editable]

    on_record = exchanged.on_record(today).where(exchanged.TABLE.c.package_id.in_(package_ids))
    broken = (
        sa.select(LINK.c.package_id, LINK.c.resource_id)
        .where(LINK.c.package_id.in_(package_ids), LINK.c.state == BROKEN)
        .order_by(LINK.c.resource_id)
    )
    personal = (
        sa.select(SCAN.c.package_id, SCAN.c.resource_id, SCAN.c.holds)
        .where(SCAN.c.package_id.in_(told), SCAN.c.state == FOUND)
        .order_by(SCAN.c.resource_id)
    )
    found = model.Session.execute(personal).all()
    sent_back = rejected().where(REGISTRATION.c.package_id.in_(package_ids))
    return Beside(
        today=today,
        exchanged=frozenset(model.Session.scalars(on_record)),
        broken=_files(model.Session.execute(broken)),
        personal=_files(found),
        exposed=frozenset(row.package_id for row in found if not row.holds),
        rejected=frozenset(model.Session.scalars(sent_back)),
    )


def _files(rows: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for package_id, resource_id, *_rest in rows:
        found[package_id] = (*found.get(package_id, ()), resource_id)
    return found


def first_files(package_ids: Sequence[str]) -> dict[str, str]:
    """Return the id of the first file of each of the datasets that has one. One query."""
    resource = model.Resource
    query = (
        sa.select(resource.package_id, resource.id)
        .where(resource.package_id.in_(package_ids), resource.state == model.State.ACTIVE)
        .order_by(resource.package_id, resource.position)
        .distinct(resource.package_id)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}
