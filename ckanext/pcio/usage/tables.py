"""Tables of use: datasets, resources, offices, types and classes, each with the five numbers.

The first and the last are everybody's question ("which are used most, which not at all"), so
datasets without use are rows too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.catalog.queries import TITLE_ORDER

from . import scope as scopes
from .choice import CLASSES
from .model import BY_DATASET, BY_RESOURCE, DAILY
from .periods import Span
from .queries import between, of_columns
from .statistics import NUMBERS, nought

DATASETS, RESOURCES = "datasets", "resources"
TABLES = (DATASETS, RESOURCES, "organizations", "data_types", "classes")
SORTS = tuple(sign + name for name in (*NUMBERS, "title") for sign in ("-", ""))

_KINDS: Mapping[str, tuple[str, ...]] = {
    "view": ("view",),
    "download": ("download",),
    "api": ("api_data", "api_metadata"),
    "dump": ("dump",),
    "unique_visitors": ("visitor",),
}
_WANTED = tuple(kind for kinds in _KINDS.values() for kind in kinds)


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a table, in which order."""

    sort: str
    limit: int
    offset: int

    @property
    def column(self) -> str:
        """What is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")


def _used(span: Span, keys: Sequence[str], where: Callable[[sa.Table], Predicate]) -> sa.Subquery:
    """Return the five numbers by `keys` (columns of the tables of use) in a range."""
    months = BY_RESOURCE if "resource_id" in keys else BY_DATASET
    parts = [
        _by_kind(table, keys, when & where(table))
        if table is DAILY
        else sa.select(
            *(table.c[key] for key in keys),
            *(_together(table, name).label(name) for name in NUMBERS),
        ).where(when, where(table))
        for table, when in between(span, months)
    ]
    rows = sa.union_all(*parts).subquery("counted")
    columns = [of_columns(rows, name).label(name) for name in NUMBERS]
    names = [rows.c[key] for key in keys]
    return sa.select(*names, *columns).group_by(*names).subquery("used")


def _by_kind(table: sa.Table, keys: Sequence[str], where: Predicate) -> sa.Select[Any]:
    """Return the five numbers of each row by day: its own, and noughts."""
    numbers = [
        sa.case((table.c.kind.in_(_KINDS[name]), table.c["count"]), else_=0).label(name)
        for name in NUMBERS
    ]
    return sa.select(*(table.c[key] for key in keys), *numbers).where(
        table.c.access != "robot", table.c.kind.in_(_WANTED), where
    )


def _together(table: sa.Table, name: str) -> sa.ColumnElement[Any]:
    first, *rest = (table.c[kind] for kind in _KINDS[name])
    return sum(rest, first)


def _of_datasets(table: sa.Table) -> Predicate:
    """Rows of datasets as a whole: visitors of a dataset, not of its files too."""
    of_dataset = table.c.dataset_id != ""
    if table is DAILY:
        return of_dataset & ((table.c.kind != "visitor") | (table.c.resource_id == ""))
    return of_dataset


def _of_resources(table: sa.Table) -> Predicate:
    return table.c.resource_id != ""


def datasets(where: Predicate, span: Span, page: Page) -> tuple[int, list[dict[str, Any]]]:
    """Return the number of datasets and one page of them. One query."""
    used = _used(span, ["dataset_id"], _of_datasets)
    titled = (FACTS.c.package_id, FACTS.c.name, FACTS.c.title, FACTS.c.organization_id)
    query = (
        sa.select(*titled, *_shown(used), sa.func.count().over().label("found"))
        .select_from(FACTS.outerjoin(used, used.c.dataset_id == FACTS.c.package_id))
        .where(where)
        .order_by(*_order(page, used, TITLE_ORDER), FACTS.c.package_id)
    )
    return _paged(query, page, "package_id")


def resources(where: Predicate, span: Span, page: Page) -> tuple[int, list[dict[str, Any]]]:
    """Return the number of resources and one page of them. One query."""
    used = _used(span, ["dataset_id", "resource_id"], _of_resources)
    table = model.resource_table
    title = sa.func.coalesce(sa.func.nullif(table.c.name, ""), table.c.id)
    query = (
        sa.select(
            *(table.c.id, title.label("title"), table.c.format, FACTS.c.package_id),
            *(FACTS.c.name.label("dataset"), FACTS.c.title.label("dataset_title")),
            *(*_shown(used), sa.func.count().over().label("found")),
        )
        .select_from(
            table.join(FACTS, FACTS.c.package_id == table.c.package_id).outerjoin(
                used,
                (used.c.dataset_id == FACTS.c.package_id) & (used.c.resource_id == table.c.id),
            )
        )
        .where(table.c.state == "active", where)
        .order_by(*_order(page, used, title), table.c.id)
    )
    return _paged(query, page, "id")


def _shown(used: sa.Subquery) -> list[sa.ColumnElement[Any]]:
    return [sa.func.coalesce(used.c[name], 0).label(name) for name in NUMBERS]


def _order(page: Page, used: sa.Subquery, title: Any) -> list[Any]:
    if page.column == "title":
        return [title.desc() if page.descending else title]
    number = sa.func.coalesce(used.c[page.column], 0)
    return [number.desc() if page.descending else number, title]


def _paged(query: Any, page: Page, key: str) -> tuple[int, list[dict[str, Any]]]:
    found = model.Session.execute(query.limit(page.limit).offset(page.offset)).mappings().all()
    rows = [dict(row) for row in found]
    count = rows[0]["found"] if rows else 0
    if not rows and page.offset:
        count = len(
            model.Session.execute(query.with_only_columns(sa.literal(1)).order_by(None)).all()
        )
    for row in rows:
        del row["found"]
        row["id"] = row.pop(key)
    return count, rows


def numbers_of(
    ids: Sequence[str], span: Span, key: str, dataset_ids: Sequence[str] = ()
) -> dict[str, dict[str, int]]:
    """Return the five numbers of datasets or resources (`key` names the column). One query.

    `dataset_ids` are the resources' datasets, which is how their rows are found.
    """

    def where(table: sa.Table) -> Predicate:
        if key == "dataset_id":
            return table.c.dataset_id.in_(ids) & _of_datasets(table)
        return table.c.dataset_id.in_(dataset_ids) & table.c.resource_id.in_(ids)

    used = _used(span, [key], where)
    return {
        row[key]: {name: row[name] for name in NUMBERS}
        for row in model.Session.execute(sa.select(used)).mappings()
    }


class Cell(NamedTuple):
    """The datasets of one office, type and class together."""

    organization_id: str | None
    data_type: str | None
    is_open: bool
    sharable: bool
    numbers: Mapping[str, int]
    """The five numbers, and how many `datasets` they are of."""


def cells(where: Predicate, span: Span) -> list[Cell]:
    """Return what the tables of offices, types and classes are made of. One query."""
    used = _used(span, ["dataset_id"], _of_datasets)
    rules = scopes.classes()
    keys = (FACTS.c.organization_id, FACTS.c.data_type, rules["open"], rules["sharable"])
    labelled = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    sums = [of_columns(used, name) for name in NUMBERS]
    query = (
        sa.select(*labelled, *sums, sa.func.count())
        .select_from(FACTS.outerjoin(used, used.c.dataset_id == FACTS.c.package_id))
        .where(where)
        .group_by(*(sa.literal_column(label.name) for label in labelled))
    )
    names = (*NUMBERS, "datasets")
    return [
        Cell(office, kind, is_open, sharable, dict(zip(names, numbers, strict=True)))
        for office, kind, is_open, sharable, *numbers in model.Session.execute(query)
    ]


def grouped(found: Iterable[Cell], column: str) -> dict[Any, dict[str, int]]:
    """Return the numbers by office or type, and how many `datasets` are in each."""
    result: dict[Any, dict[str, int]] = {}
    for cell in found:
        _add(result.setdefault(getattr(cell, column), {**nought(), "datasets": 0}), cell)
    return result


def by_class(found: Iterable[Cell]) -> dict[str, dict[str, int]]:
    """Return the numbers of each class; a dataset of two classes is in both."""
    result = {name: {**nought(), "datasets": 0} for name in CLASSES}
    for cell in found:
        of_none = not (cell.is_open or cell.sharable)
        belongs = {"open": cell.is_open, "sharable": cell.sharable, "other": of_none}
        for name in (name for name, yes in belongs.items() if yes):
            _add(result[name], cell)
    return result


def _add(numbers: dict[str, int], cell: Cell) -> None:
    for name, number in cell.numbers.items():
        numbers[name] += number


def visitors_of_offices(span: Span) -> dict[str, int]:
    """Return each office's own visitors, each visitor once a day. One query."""

    def where(table: sa.Table) -> Predicate:
        of_office = (table.c.dataset_id == "") & (table.c.organization_id != "")
        if table is not DAILY:
            return of_office
        return of_office & (table.c.kind == "visitor") & (table.c.resource_id == "")

    used = _used(span, ["organization_id"], where)
    query = sa.select(used.c.organization_id, used.c.unique_visitors)
    return {row[0]: row[1] for row in model.Session.execute(query)}


def hidden_offices(visible: Predicate) -> set[str | None]:
    """Return the offices of which the caller does not see every dataset. One query."""
    query = sa.select(FACTS.c.organization_id).where(~visible).distinct()
    return set(model.Session.scalars(query))


def elsewhere(span: Span, *, deleted: bool) -> dict[str, int]:
    """Return the numbers of the catalog's own documents, or of datasets that were deleted."""

    def where(table: sa.Table) -> Predicate:
        if not deleted:
            of_nothing = table.c.dataset_id == ""
            return of_nothing & (table.c.kind != "visitor") if table is DAILY else of_nothing
        there = sa.exists().where(FACTS.c.package_id == table.c.dataset_id)
        return _of_datasets(table) & ~there

    used = _used(span, ["dataset_id"], where)
    sums = [
        sa.cast(sa.func.coalesce(sa.func.sum(used.c[name]), 0), sa.BigInteger) for name in NUMBERS
    ]
    row = model.Session.execute(sa.select(*sums)).one()
    found = dict(zip(NUMBERS, row, strict=True))
    # Visitors of no dataset are those of an office or of the portal.
    return found if deleted else {**found, "unique_visitors": 0}
