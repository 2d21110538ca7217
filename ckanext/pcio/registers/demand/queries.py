"""Reading the register: lists, one demand, numbers by year, and records for the survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate, predicates
from ckanext.pcio.registers.records import Demand
from ckanext.pcio.standard.dates import today_in_thailand

from .access import Viewer
from .model import ANSWER, DEMAND, SUPPORT
from .words import ANSWERS

_c = DEMAND.c
PUBLIC = _c.moderation == "public"
STATE = sa.case(
    (~PUBLIC, _c.moderation), (_c.answer.is_not(None), _c.answer), else_=sa.literal("open")
)
# The id makes every order one order, so that no row is on two pages or on none.
SORTS: Mapping[str, tuple[Any, ...]] = {
    "supports": (_c.supports.desc(), _c.created_at.desc(), _c.id),
    "new": (_c.created_at.desc(), _c.id),
    "number": (_c.year.desc(), sa.func.length(_c.number), _c.number, _c.created_at, _c.id),
}
_ANSWER_AUTHOR = sa.select(sa.func.coalesce(model.User.fullname, model.User.name)).where(
    model.User.id == _c.answered_by
)


def readable(viewer: Viewer) -> Predicate:
    """Return the demands a viewer may read: the public ones, and those he has to check."""
    return PUBLIC | viewer.handled()


def filtered(viewer: Viewer, seen: Predicate, filters: Mapping[str, Any]) -> Predicate:
    """Return the demands that fit `filters`: state, year, organization (an id), dataset, q.

    Without a state, they are the public ones. `seen` are the facts of the datasets the caller may
    see; any other dataset has no demands.
    """
    where = readable(viewer)
    state = filters.get("state")
    if state == "answered":
        where &= PUBLIC & _c.answer.is_not(None)
    elif state:
        where &= state == STATE
    else:
        where &= PUBLIC
    if filters.get("year"):
        where &= _c.year == filters["year"]
    if filters.get("organization"):
        where &= _c.organization_id == filters["organization"]
    if filters.get("dataset"):
        reference = filters["dataset"]
        called = (FACTS.c.package_id == reference) | (FACTS.c.name == reference)
        where &= _c.dataset_id.in_(sa.select(FACTS.c.package_id).where(called, seen))
    for word in str(filters.get("q") or "").lower().split()[:10]:
        said = _c.title + " " + _c.description + " " + _c.purpose
        where &= sa.func.strpos(sa.func.lower(said), word) > 0
    return where


def total(where: Predicate) -> int:
    """Return how many demands fit `where`."""
    query = sa.select(sa.func.count()).select_from(DEMAND).where(where)
    return model.Session.execute(query).scalar_one()


def rows(
    viewer: Viewer,
    seen: Predicate,
    where: Predicate,
    *,
    sort: str = "new",
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Return the demands that fit `where` with their office and the dataset that meets them.

    One query. A dataset the caller may not see is left out, as one that is gone.
    """
    group = model.Group
    mine = sa.false()
    if viewer.user_id is not None:
        mine = (
            sa.exists()
            .where(SUPPORT.c.demand_id == _c.id, SUPPORT.c.user_id == viewer.user_id)
            .correlate(DEMAND)
        )
    query = (
        sa.select(
            DEMAND,
            STATE.label("state"),
            group.name.label("organization_name"),
            group.title.label("organization_title"),
            FACTS.c.package_id.label("seen_dataset"),
            FACTS.c.name.label("dataset_name"),
            FACTS.c.title.label("dataset_title"),
            sa.func.coalesce(_is_open(), sa.false()).label("dataset_open"),
            mine.label("supported"),
            _ANSWER_AUTHOR.scalar_subquery().label("author"),
        )
        .outerjoin(group, (group.id == _c.organization_id) & (group.state == "active"))
        .outerjoin(FACTS, (FACTS.c.package_id == _c.dataset_id) & seen)
        .where(where)
        .order_by(*SORTS[sort])
        .limit(limit)
        .offset(offset)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]


def _is_open() -> Predicate:
    return predicates(today_in_thailand())["open"]


def years(seen: Predicate) -> list[dict[str, int]]:
    """Return for each year the public demands, the answered, the fulfilled and the open datasets.

    `counted` is what the survey counts (rule P2.2.2): distinct open datasets that meet a demand,
    and distinct addresses outside the catalog.
    """
    fulfilled = _c.answer == "fulfilled"
    counted = sa.case((fulfilled & _is_open(), FACTS.c.package_id), (fulfilled, _c.url))
    query = (
        sa.select(
            _c.year,
            sa.func.count().label("demands"),
            sa.func.count().filter(_c.answer.is_not(None)).label("answered"),
            sa.func.count().filter(fulfilled).label("fulfilled"),
            sa.func.count(counted.distinct()).label("counted"),
        )
        .select_from(DEMAND)
        .outerjoin(FACTS, (FACTS.c.package_id == _c.dataset_id) & seen)
        .where(PUBLIC)
        .group_by(_c.year)
        .order_by(_c.year.desc())
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]


def offices_asked(viewer: Viewer) -> list[dict[str, str]]:
    """Return name and title of the offices that readable demands ask."""
    group = model.Group
    asked = sa.select(_c.organization_id).where(readable(viewer))
    query = sa.select(group.name, group.title).where(group.id.in_(asked), group.state == "active")
    return [dict(row) for row in model.Session.execute(query).mappings()]


def all_offices() -> list[dict[str, str]]:
    """Return name and title of every office of the portal."""
    group = model.Group
    query = sa.select(group.name, group.title).where(group.is_organization, group.state == "active")
    return [dict(row) for row in model.Session.execute(query).mappings()]


def history(demand_id: str) -> list[dict[str, Any]]:
    """Return every answer given, oldest first, with the name of who gave it."""
    user = model.User
    query = (
        sa.select(ANSWER, sa.func.coalesce(user.fullname, user.name).label("author"))
        .outerjoin(user, user.id == ANSWER.c.answered_by)
        .where(ANSWER.c.demand_id == demand_id)
        .order_by(ANSWER.c.version)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]


def records(visible: frozenset[str] | None) -> tuple[Demand, ...]:
    """Return the public demands for the survey; None is a reader who sees every dataset.

    A dataset that is not among `visible` is left out: its demand stays fulfilled, but the survey
    finds no open dataset for it.
    """
    query = (
        sa.select(_c.id, _c.title, _c.dataset_id, _c.url, _c.answer, _c.year)
        .where(PUBLIC)
        .order_by(_c.year.desc(), _c.created_at, _c.id)
    )
    return tuple(
        Demand(
            id=row.id,
            title=row.title,
            dataset=row.dataset_id if visible is None or row.dataset_id in visible else None,
            url=row.url,
            fulfilled=row.answer == ANSWERS[0],
            year=row.year,
        )
        for row in model.Session.execute(query)
    )
