"""Tables of use: datasets, resources, offices, types and classes, each with the five numbers.

The first and the last are everybody's question ("which are used most, which not at all"), so
datasets without use are rows too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.catalog.queries import TITLE_ORDER

from . import scope as scopes
from .periods import Span
from .queries import between
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
    parts = [
        sa.select(*(table.c[key] for key in keys), table.c.kind, table.c["count"]).where(
            when, table.c.access != "robot", table.c.kind.in_(_WANTED), where(table)
        )
        for table, when in between(span)
    ]
    rows = sa.union_all(*parts).subquery("counted")
    columns = [_number(rows, name) for name in NUMBERS]
    names = [rows.c[key] for key in keys]
    return sa.select(*names, *columns).group_by(*names).subquery("used")


def _number(rows: sa.Subquery, name: str) -> sa.ColumnElement[Any]:
    total = sa.func.sum(rows.c["count"]).filter(rows.c.kind.in_(_KINDS[name]))
    return sa.cast(sa.func.coalesce(total, 0), sa.BigInteger).label(name)


def _of_datasets(table: sa.Table) -> Predicate:
    """Rows of datasets as a whole: visitors of a dataset, not of its files too."""
    return (table.c.dataset_id != "") & ((table.c.kind != "visitor") | (table.c.resource_id == ""))


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


def numbers_of(ids: Sequence[str], span: Span, key: str) -> dict[str, dict[str, int]]:
    """Return the five numbers of datasets or resources (`key` names the column). One query."""
    where = _of_datasets if key == "dataset_id" else _of_resources
    used = _used(span, [key], lambda table: table.c[key].in_(ids) & where(table))
    return {
        row[key]: {name: row[name] for name in NUMBERS}
        for row in model.Session.execute(sa.select(used)).mappings()
    }


def grouped(where: Predicate, span: Span, column: str) -> dict[Any, dict[str, int]]:
    """Return the numbers by a column of the facts table, and how many `datasets` are in each."""
    return _grouped(where, span, [FACTS.c[column]], lambda keys: keys[0])


def by_class(where: Predicate, span: Span) -> dict[str, dict[str, int]]:
    """Return the numbers of each class; a dataset of two classes is in both."""
    rules = scopes.classes()
    found = _grouped(where, span, [rules["open"], rules["sharable"]], tuple)
    result = {name: {**nought(), "datasets": 0} for name in rules}
    for (is_open, sharable), numbers in found.items():
        belongs = {"open": is_open, "sharable": sharable, "other": not (is_open or sharable)}
        for name in (name for name, yes in belongs.items() if yes):
            for key, number in numbers.items():
                result[name][key] += number
    return result


def _grouped(
    where: Predicate, span: Span, keys: Sequence[Any], key_of: Callable[[Any], Any]
) -> dict[Any, dict[str, int]]:
    used = _used(span, ["dataset_id"], _of_datasets)
    labelled = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    sums = [
        sa.cast(sa.func.coalesce(sa.func.sum(used.c[name]), 0), sa.BigInteger).label(name)
        for name in NUMBERS
    ]
    query = (
        sa.select(*labelled, *sums, sa.func.count().label("datasets"))
        .select_from(FACTS.outerjoin(used, used.c.dataset_id == FACTS.c.package_id))
        .where(where)
        .group_by(*(sa.literal_column(label.name) for label in labelled))
    )
    return {
        key_of(row[: len(labelled)]): {name: row._mapping[name] for name in (*NUMBERS, "datasets")}
        for row in model.Session.execute(query)
    }


def visitors_of_offices(span: Span) -> dict[str, int]:
    """Return each office's own visitors, each visitor once a day. One query."""
    parts = [
        sa.select(table.c.organization_id, table.c["count"]).where(
            when,
            table.c.dataset_id == "",
            table.c.organization_id != "",
            table.c.kind == "visitor",
            table.c.access != "robot",
        )
        for table, when in between(span)
    ]
    rows = sa.union_all(*parts).subquery()
    total = sa.cast(sa.func.sum(rows.c["count"]), sa.BigInteger)
    query = sa.select(rows.c.organization_id, total).group_by(rows.c.organization_id)
    return {row[0]: row[1] for row in model.Session.execute(query)}


def hidden_offices(visible: Predicate) -> set[str | None]:
    """Return the offices of which the caller does not see every dataset. One query."""
    query = sa.select(FACTS.c.organization_id).where(~visible).distinct()
    return set(model.Session.scalars(query))


def elsewhere(span: Span, *, deleted: bool) -> dict[str, int]:
    """Return the numbers of the catalog's own documents, or of datasets that were deleted."""

    def where(table: sa.Table) -> Predicate:
        if not deleted:
            return (table.c.dataset_id == "") & (table.c.kind != "visitor")
        there = sa.exists().where(FACTS.c.package_id == table.c.dataset_id)
        return _of_datasets(table) & ~there

    used = _used(span, ["dataset_id"], where)
    sums = [
        sa.cast(sa.func.coalesce(sa.func.sum(used.c[name]), 0), sa.BigInteger) for name in NUMBERS
    ]
    row = model.Session.execute(sa.select(*sums)).one()
    return dict(zip(NUMBERS, row, strict=True))
