"""Reading the register: one exchange, a list of them, totals, and what the survey needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.catalog.queries import TITLE_ORDER
from ckanext.pcio.catalog.queries import page as facts_page
from ckanext.pcio.registers.records import Exchange
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.usage.model import ACCOUNT

from .entry import LINKED
from .model import TABLE

ENDING_DAYS = 90
"""An exchange whose last day is within so many days is about to end."""

CALLS = ("api_data", "api_metadata", "download", "dump")
"""Kinds of use by an account that count as calls of an exchange; looking at a page is none."""

_x = TABLE.c
_OFFICE = aliased(model.Group, name="office")
_PARTNER = aliased(model.Group, name="partner_office")
_PARTNER_NAME = sa.func.coalesce(sa.func.nullif(_PARTNER.title, ""), _PARTNER.name, _x.partner)
# A blank level of a public dataset counts as open (`DatasetFacts.effective_level`).
LEVEL = sa.case(
    (FACTS.c.level.is_(None) & (FACTS.c.category == "public"), "open"), else_=FACTS.c.level
)
_LEVELS = sa.case((LEVEL == "open", 0), (LEVEL == "internal", 1), else_=2)

_USE = (
    sa.select(sa.func.sum(ACCOUNT.c.count).label("calls"), sa.func.max(ACCOUNT.c.day).label("day"))
    .where(
        ACCOUNT.c.account_id == _x.account_id,
        ACCOUNT.c.dataset_id == _x.dataset_id,
        ACCOUNT.c.kind.in_(CALLS),
        # Before it began, nothing is a call of the exchange.
        ACCOUNT.c.day >= _x.starts_on,
        _x.ends_on.is_(None) | (ACCOUNT.c.day <= _x.ends_on),
    )
    .lateral("use")
)
_COUNTED = sa.case(
    (_x.account_id.is_not(None), sa.func.coalesce(sa.cast(_USE.c.calls, sa.BigInteger), 0))
)

SORTS = {
    "level": (_LEVELS, TITLE_ORDER, FACTS.c.package_id, _x.partner, _x.id),
    "partner": (_PARTNER_NAME, TITLE_ORDER, _x.id),
    "ends_on": (_x.ends_on.asc().nulls_last(), TITLE_ORDER, _x.id),
}


def current(today: date) -> Predicate:
    """Return the predicate of exchanges that have not ended."""
    return _x.ends_on.is_(None) | (_x.ends_on >= today)


def ending(today: date) -> Predicate:
    """Return the predicate of linked exchanges about to end."""
    last = today + timedelta(days=ENDING_DAYS)
    return (_x.status == LINKED) & _x.ends_on.between(today, last)


def of_level(key: str) -> Predicate:
    """Return the predicate of exchanges of datasets of a level."""
    return LEVEL.in_([key])


def like(text: str) -> Predicate:
    """Return the predicate of exchanges whose partner's name contains `text`."""
    return _PARTNER_NAME.icontains(text, autoescape=True)


def _joined(*columns: Any) -> sa.Select[Any]:
    """Return the exchanges with dataset, office, partner and use.

    Those of deleted datasets, which have no facts, are left out.
    """
    return (
        sa.select(*columns)
        .select_from(TABLE)
        .join(FACTS, FACTS.c.package_id == _x.dataset_id)
        .outerjoin(_OFFICE, _OFFICE.id == FACTS.c.organization_id)
        .outerjoin(_PARTNER, _PARTNER.id == _x.partner_organization_id)
        .outerjoin(model.User, model.User.id == _x.account_id)
        .outerjoin(_USE, sa.true())
    )


def page(
    where: Predicate, sort: str = "level", limit: int | None = None, offset: int = 0
) -> list[dict[str, Any]]:
    """Return the exchanges that fit `where`, each as the columns of its table and of its joins."""
    query = _joined(
        TABLE,
        _PARTNER_NAME.label("partner_name"),
        _PARTNER.name.label("partner_organization"),
        FACTS.c.name.label("dataset"),
        FACTS.c.title.label("dataset_title"),
        FACTS.c.url.label("dataset_url"),
        FACTS.c.organization_id,
        FACTS.c.source_database,
        LEVEL.label("level"),
        _OFFICE.name.label("organization"),
        sa.func.coalesce(sa.func.nullif(_OFFICE.title, ""), _OFFICE.name).label(
            "organization_title"
        ),
        model.User.name.label("account"),
        _COUNTED.label("counted_calls"),
        _USE.c.day.label("counted_last_use"),
    )
    query = query.where(where).order_by(*SORTS[sort]).limit(limit).offset(offset)
    return [dict(row) for row in model.Session.execute(query).mappings()]


def totals(where: Predicate, today: date) -> list[dict[str, Any]]:
    """Return, by level, the numbers over the exchanges that fit `where`. One query.

    Each has `level`, `count`, and of those linked and not ended `linked`, `datasets`, `calls`,
    `records` and `last_use`; `ending` is how many of them are about to end.
    """
    linked = (_x.status == LINKED) & current(today)
    query = _joined(
        LEVEL.label("level"),
        sa.func.count().label("count"),
        sa.func.count().filter(linked).label("linked"),
        sa.func.count().filter(ending(today)).label("ending"),
        sa.func.count(sa.distinct(_x.dataset_id)).filter(linked).label("datasets"),
        _sum(sa.func.coalesce(_COUNTED + _x.told_calls, _COUNTED, _x.told_calls), linked, "calls"),
        _sum(_x.told_records, linked, "records"),
        sa.func.max(sa.func.greatest(_USE.c.day, _x.told_last_use))
        .filter(linked)
        .label("last_use"),
    )
    query = query.where(where).group_by(LEVEL, _LEVELS).order_by(_LEVELS, LEVEL)
    return [dict(row) for row in model.Session.execute(query).mappings()]


def partners(where: Predicate, today: date) -> int:
    """Return with how many agencies data are exchanged now, over what fits `where`."""
    query = _joined(sa.func.count(sa.distinct(_PARTNER_NAME)))
    return model.Session.execute(
        query.where(where, _x.status == LINKED, current(today))
    ).scalar_one()


def _sum(value: Any, where: Predicate, name: str) -> sa.Label[Any]:
    # The sum of big integers is a decimal in PostgreSQL.
    return sa.cast(sa.func.sum(value).filter(where), sa.BigInteger).label(name)


def dataset(where: Predicate) -> DatasetFacts | None:
    """Return the facts of the one dataset that fits `where`, or None."""
    found = facts_page(where, "title", 1)
    return found[0] if found else None


def choices(where: Predicate) -> Sequence[dict[str, Any]]:
    """Return the datasets an exchange can be recorded of: `name`, `title`, `office`."""
    query = (
        sa.select(
            FACTS.c.name,
            FACTS.c.title,
            sa.func.coalesce(sa.func.nullif(_OFFICE.title, ""), _OFFICE.name, "").label("office"),
        )
        .outerjoin(_OFFICE, _OFFICE.id == FACTS.c.organization_id)
        .where(where)
        .order_by(_OFFICE.title, TITLE_ORDER, FACTS.c.package_id)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]


def records(
    visible: frozenset[str] | None, *, detailed: bool = True, today: date | None = None
) -> tuple[Exchange, ...]:
    """Return the exchanges that have not ended, as the survey reads them. One query.

    Args:
        visible: ids of the datasets whose exchanges are wanted; None for all.
        detailed: whether the reader may know of single exchanges. Else partners are numbers, and
            there are no figures of use: those of one account would be its owner's.
        today: the day "ended" is asked for, by default the day it is in Thailand.

    """
    query = (
        sa.select(
            *(_x.dataset_id, _x.tier, _x.method, _x.status),
            *(_PARTNER_NAME.label("partner"), _x.told_calls, _x.told_records, _x.told_last_use),
            *(_COUNTED.label("counted"), _USE.c.day.label("day")),
        )
        .select_from(TABLE)
        .outerjoin(_PARTNER, _PARTNER.id == _x.partner_organization_id)
        .outerjoin(_USE, sa.true())
        .where(current(today or today_in_thailand()))
        .order_by(_x.dataset_id, _PARTNER_NAME, _x.id)
    )
    rows = [
        row for row in model.Session.execute(query) if visible is None or row.dataset_id in visible
    ]
    if detailed:
        return tuple(_record(row) for row in rows)
    numbers: dict[str, str] = {}
    return tuple(
        Exchange(
            dataset=row.dataset_id,
            partner=numbers.setdefault(row.partner, str(len(numbers) + 1)),
            tier=row.tier,
            method=row.method,
            status=row.status,
            detailed=False,
        )
        for row in rows
    )


def _record(row: Any) -> Exchange:
    return Exchange(
        dataset=row.dataset_id,
        partner=row.partner,
        tier=row.tier,
        method=row.method,
        status=row.status,
        calls=together(row.counted, row.told_calls),
        records=row.told_records,
        last_use=latest(row.day, row.told_last_use),
    )


def together(counted: int | None, told: int | None) -> int | None:
    """Return what was counted and what was told, added; None where there is neither."""
    known = [cast(int, number) for number in (counted, told) if number is not None]
    return sum(known) if known else None


def latest(*days: date | None) -> date | None:
    """Return the latest of the days that are known."""
    return max((day for day in days if day), default=None)
