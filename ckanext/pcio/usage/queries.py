"""Sums over the tables of use, limited to what a reader may see. No loop over datasets.

Whole months are read from `MONTHLY` where one dataset is asked about and from its sums `BY_DATASET`
where many are; the days at the edges of a range from `DAILY`. A `visitor` row belongs to one scope
(resource, dataset, organization, portal), so a sum takes those of one scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.standard.dates import today_in_thailand

from . import partitions
from .events import ACCESSES, AUDIENCES, EVENT_KINDS
from .model import BATCH, BY_DATASET, DAILY, MONTHLY
from .periods import Span, last_twelve_months
from .statistics import Sum

_NO_ROBOTS = "robot"
BADGE_NUMBERS: tuple[str, ...] = ("view", "download", "api", "dump")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose use is asked for: a dataset, a resource, or the datasets a query finds."""

    dataset_id: str = ""
    resource_id: str = ""
    datasets: sa.Select[Any] | sa.CompoundSelect[Any] | None = None
    """Ids of the datasets, where it is not one; None and no `dataset_id`: every row there is."""
    organization_id: str = ""
    visitors_of_scope: bool = False
    """Visitors of the office or portal as a whole, each once a day; else those of its datasets."""

    def events(self, table: sa.Table) -> Predicate:
        """Return which rows are added up."""
        if self.dataset_id:
            of_dataset = table.c.dataset_id == self.dataset_id
            if self.resource_id:
                return of_dataset & (table.c.resource_id == self.resource_id)
            return of_dataset & ((table.c.kind != "visitor") | (table.c.resource_id == ""))
        own = table.c.kind != "visitor"
        if not self.visitors_of_scope:
            own |= (table.c.dataset_id != "") & (table.c.resource_id == "")
        if self.datasets is None:
            return own
        return own & table.c.dataset_id.in_(self.datasets)

    def visitors(self, table: sa.Table) -> Predicate | None:
        """Return the rows of the scope's own visitors, where they are not among `events`."""
        if self.dataset_id or not self.visitors_of_scope:
            return None
        return (
            (table.c.dataset_id == "")
            & (table.c.resource_id == "")
            & (table.c.organization_id == self.organization_id)
            & (table.c.kind == "visitor")
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and until when."""

    since: date | None
    as_of: datetime | None
    live_since: date | None
    """The first day that was counted live, and not read from older records."""
    days_from: date | None
    """The first month that is kept by day."""


def written() -> Written:
    """Return the first counted day and when numbers were last written. Two short queries."""
    # Subqueries, so that each reads one end of an index.
    first = sa.select(sa.func.min(BATCH.c.first_day)).where(BATCH.c.first_day.is_not(None))
    live = live_since()
    last = sa.select(sa.func.max(BATCH.c.written_at))
    columns = (part.scalar_subquery() for part in (first, last, live))
    since, as_of, first_live = model.Session.execute(sa.select(*columns)).one()
    months = partitions.existing(model.Session.connection())
    return Written(since, as_of, first_live, min(months, default=None))


def live_since() -> sa.Select[Any]:
    """Return the query of the first day that was counted live."""
    days = BATCH.c.first_day
    return sa.select(sa.func.min(days)).where(days.is_not(None), BATCH.c.source == "buffer")


def sums(scope: Scope, span: Span) -> list[Sum]:
    """Return the sums of a scope by day or month, kind, access and audience.

    One query where the range is of months or of days, two where it is of both.
    """
    found, parts = [], []
    if span.months and not scope.dataset_id:
        found = _months(scope, span.months)
        span = Span(None, span.days)
    for table, when in between(span):
        for chosen in (scope.events(table), scope.visitors(table)):
            if chosen is not None:
                parts.append(_grouped(table, when & chosen))
    if parts:
        found.extend(Sum(*row) for row in model.Session.execute(sa.union_all(*parts)))
    return found


_MARGINS: tuple[tuple[str, tuple[str, str, str]], ...] = (
    *((kind, (kind, "", "")) for kind in EVENT_KINDS),
    *((kind, (kind, "", "")) for kind in ("unique_investigation", "unique_request")),
    *((f"access_{name}", ("", name, "")) for name in ACCESSES),
    *((f"audience_{name}", ("", "", name)) for name in AUDIENCES),
    ("visitor", ("visitor", "", "")),
)
"""Columns of `BY_DATASET`, each with the kind, access and audience it is the sum of."""


def _months(scope: Scope, months: tuple[date, date]) -> list[Sum]:
    """Return the sums of many datasets by month: of each kind, access and audience alone."""
    table = BY_DATASET.c
    when = table.month.between(*months)
    chosen = when if scope.datasets is None else when & table.dataset_id.in_(scope.datasets)
    visitors = sa.literal(0)
    if not scope.visitors_of_scope:
        visitors = sa.func.sum(table.visitor).filter(table.dataset_id != "")
    events = [sa.func.sum(table[name]) for name, _ in _MARGINS[:-1]]
    parts = [sa.select(table.month, *events, visitors).where(chosen).group_by(table.month)]
    if scope.visitors_of_scope:
        own = (table.dataset_id == "") & (table.organization_id == scope.organization_id)
        nothing = [sa.literal(0) for _ in events]
        query = sa.select(table.month, *nothing, sa.func.sum(table.visitor))
        parts.append(query.where(when & own).group_by(table.month))
    return [
        Sum(month, *names, int(number))
        for month, *numbers in model.Session.execute(sa.union_all(*parts))
        for number, (_, names) in zip(numbers, _MARGINS, strict=True)
        if number
    ]


def between(span: Span, months: sa.Table = MONTHLY) -> list[tuple[sa.Table, Predicate]]:
    """Return the tables a range is read from, each with the condition of its days."""
    found: list[tuple[sa.Table, Predicate]] = []
    if span.months:
        found.append((months, months.c.month.between(*span.months)))
    found.extend((DAILY, DAILY.c.day.between(*days)) for days in span.days)
    return found


def _grouped(table: sa.Table, where: Predicate) -> sa.Select[Any]:
    day = table.c.day if table is DAILY else table.c.month
    names = (day, table.c.kind, table.c.access, table.c.audience)
    total = sa.cast(sa.func.sum(table.c.count), sa.BigInteger)
    return sa.select(*names, total).where(where).group_by(*names)


def of_columns(table: sa.FromClause, *names: str) -> sa.ColumnElement[int]:
    """Return the sum of columns, 0 where there is no row."""
    total = sa.func.sum(sum((table.c[name] for name in names[1:]), table.c[names[0]]))
    return sa.cast(sa.func.coalesce(total, 0), sa.BigInteger)


def totals(dataset_ids: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return views, downloads, API reads and dumps of datasets since counting began. One query.

    Datasets without use are left out. Robots are not counted.
    """
    query = (
        sa.select(
            BY_DATASET.c.dataset_id,
            of_columns(BY_DATASET, "view").label("view"),
            of_columns(BY_DATASET, "download").label("download"),
            of_columns(BY_DATASET, "api_data", "api_metadata").label("api"),
            of_columns(BY_DATASET, "dump").label("dump"),
        )
        .where(BY_DATASET.c.dataset_id.in_(list(dataset_ids)))
        .group_by(BY_DATASET.c.dataset_id)
        .having(of_columns(BY_DATASET, *EVENT_KINDS) != 0)
    )
    found = {}
    for row in model.Session.execute(query).mappings():
        numbers = dict(row)
        found[numbers.pop("dataset_id")] = numbers
    return found


def rank(where: Predicate) -> dict[str, int]:
    """Return the investigations of the last 12 months of each dataset that fits `where`.

    `where` is over the facts table (`catalog.queries.visible`). Datasets without use are left out.
    One query.
    """
    first, today = last_twelve_months(today_in_thailand())
    datasets = sa.select(FACTS.c.package_id).where(where)
    query = (
        sa.select(BY_DATASET.c.dataset_id, of_columns(BY_DATASET, *EVENT_KINDS))
        .where(BY_DATASET.c.month.between(first, today), BY_DATASET.c.dataset_id.in_(datasets))
        .group_by(BY_DATASET.c.dataset_id)
        .having(of_columns(BY_DATASET, *EVENT_KINDS) != 0)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


@dataclass(frozen=True, slots=True)
class DatasetNumbers:
    """What the page of a dataset shows."""

    year: dict[str, int]
    """Views, downloads, API reads and dumps of the last 12 months."""
    ever: dict[str, int]
    resources: dict[str, int]
    """Downloads of each resource since counting began."""


def of_dataset(dataset_id: str) -> DatasetNumbers:
    """Return the numbers of one dataset's page. One query."""
    first, _today = last_twelve_months(today_in_thailand())
    recent = (MONTHLY.c.month >= first).label("recent")
    names = (MONTHLY.c.resource_id, MONTHLY.c.kind, recent)
    query = (
        sa.select(*names, sa.cast(sa.func.sum(MONTHLY.c.count), sa.BigInteger).label("n"))
        .where(
            MONTHLY.c.dataset_id == dataset_id,
            MONTHLY.c.kind.in_(EVENT_KINDS),
            MONTHLY.c.access != _NO_ROBOTS,
        )
        .group_by(*names)
    )
    year, ever = dict.fromkeys(BADGE_NUMBERS, 0), dict.fromkeys(BADGE_NUMBERS, 0)
    resources: dict[str, int] = {}
    for row in model.Session.execute(query):
        number = "api" if row.kind.startswith("api") else row.kind
        ever[number] += row.n
        if row.recent:
            year[number] += row.n
        if row.resource_id and number == "download":
            resources[row.resource_id] = resources.get(row.resource_id, 0) + row.n
    return DatasetNumbers(year, ever, resources)


DAY_COLUMNS = ("date", "dataset_id", "resource_id", "kind", "access", "audience", "count")


def day_rows(scope: Scope, start: date, end: date) -> sa.Select[Any]:
    """Return the query of the daily rows of datasets, as the export writes them."""
    # A file of datasets: visitors of an office or of the portal are not of any dataset.
    of_dataset = (DAILY.c.kind != "visitor") | (DAILY.c.dataset_id != "")
    where: list[Any] = [DAILY.c.day.between(start, end), of_dataset]
    if scope.resource_id:
        where.append(DAILY.c.resource_id == scope.resource_id)
    if scope.dataset_id:
        where.append(DAILY.c.dataset_id == scope.dataset_id)
    elif scope.datasets is not None:
        where.append(DAILY.c.dataset_id.in_(scope.datasets))
    columns: Sequence[Any] = (
        *(DAILY.c.day, DAILY.c.dataset_id, DAILY.c.resource_id, DAILY.c.kind),
        *(DAILY.c.access, DAILY.c.audience, DAILY.c.count),
    )
    return sa.select(*columns).where(*where).order_by(*columns[:-1])
