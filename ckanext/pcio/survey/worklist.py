"""The worklist in SQL: which work each dataset needs, what it gains, in which order it stands.

`survey.work` and `survey.gains` say the same over `DatasetFacts`; a test compares the two. What a
goal still needs is counted once over the whole province, also over datasets the reader does not
see: the answers are the province's, and the reader, who works in an office, learns numbers only.
The rows are those the reader may see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import exchanged
from ckanext.pcio.catalog.facts import SHARABLE_LEVELS, DatasetFacts
from ckanext.pcio.catalog.links.model import LINK
from ckanext.pcio.catalog.model import TABLE, facts_from_row
from ckanext.pcio.catalog.personal.model import SCAN
from ckanext.pcio.catalog.personal.states import FOUND
from ckanext.pcio.catalog.predicates import Predicate, predicates
from ckanext.pcio.catalog.queries import TITLE_ORDER
from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
from ckanext.pcio.catalog.registration.states import states
from ckanext.pcio.standard.links import BROKEN
from ckanext.pcio.survey.gains import Goal, Progress
from ckanext.pcio.survey.scope import Pair
from ckanext.pcio.survey.work import KINDS, OPEN_STARS, Beside
from ckanext.pcio.usage.events import EVENT_KINDS
from ckanext.pcio.usage.model import BY_DATASET
from ckanext.pcio.usage.periods import last_twelve_months
from ckanext.pcio.usage.queries import of_columns

_c = TABLE.c
SORTS: tuple[str, ...] = ("gain", "title", "missing", "oldest", "most_used")


@dataclass(frozen=True, slots=True)
class Work:
    """The predicates of one day: slices of the catalog, kinds of work, and what is urgent."""

    slices: Mapping[str, Predicate]
    kinds: Mapping[str, Predicate]
    urgent: Predicate

    @property
    def any(self) -> Predicate:
        """Whether there is anything to do on a dataset."""
        return sa.or_(*self.kinds.values())

    def stands(self, goal: Goal) -> Predicate:
        """Whether a goal depends on the dataset, and the dataset is not right yet."""
        return self.slices[goal.of] & ~self.done(goal)

    def done(self, goal: Goal) -> Predicate:
        """Whether the dataset is as the goal wants it."""
        return sa.and_(*(self.slices[name] for name in goal.done))

    def gains(self, progress: Progress) -> Predicate:
        """Whether putting the dataset right brings the goal nearer."""
        if not progress.distance:
            return sa.false()
        stands = self.stands(progress.goal)
        return stands if progress.copies_count else stands & _c.own


def work(today: date, editable: Collection[str] | None = None) -> Work:
    """Return the predicates of the day `today`.

    `editable` holds the ids of the offices whose datasets the reader may change; None: of every
    one. What was found in a file is told to nobody else.
    """
    slices = predicates(today, exchanged.on_record(today))
    slices["linkable"] = slices["disclosable"] | _c.level.in_(sorted(SHARABLE_LEVELS))
    disclosable, readable = slices["disclosable"], _c.structured & _c.machine_readable
    told = sa.true() if editable is None else _c.organization_id.in_(sorted(editable))
    found = sa.select(SCAN.c.package_id).where(SCAN.c.state == FOUND)
    kinds = {
        "personal": told & _c.package_id.in_(found),
        "fill": sa.func.cardinality(_c.missing) > 0,
        "correct": sa.func.cardinality(_c.invalid) > 0,
        "publish": slices["waiting"],
        "data": disclosable & (_c.resources == 0),
        "dictionary": disclosable & ~_c.dictionary,
        "format": disclosable & (_c.resources > 0) & ((_c.stars < OPEN_STARS) | ~readable),
        "linkage": slices["linkable"] & ~slices["sharable"],
        "update": _c.frequency_unit.is_not(None) & slices["stale"],
        "license": disclosable & _c.open_license.is_(False),
        "link": _c.package_id.in_(sa.select(LINK.c.package_id).where(LINK.c.state == BROKEN)),
        "register": _c.package_id.in_(_rejected()),
    }
    published = (_c.state == "active") & ~_c.private
    exposed = told & published & _c.package_id.in_(found.where(~SCAN.c.holds))
    return Work(slices, {name: kinds[name] for name in KINDS}, exposed)


def _rejected() -> sa.Select[Any]:
    refused = [key for key, state in states().items() if state.stage == "refused"]
    return sa.select(REGISTRATION.c.package_id).where(REGISTRATION.c.state.in_(refused))


@dataclass(frozen=True, slots=True)
class Class:
    """Datasets that are alike to every goal."""

    slices: frozenset[str]
    """Those of the goals' slices the datasets are in."""
    own: bool
    urgent: bool
    fits: bool
    """Whether they are what is asked for."""
    datasets: int


def classes(goals: Sequence[Goal], work: Work, fits: Predicate) -> list[Class]:
    """Return the datasets of the portal by class; some dozens, whatever their number. One query.

    `fits` tells the datasets that are asked for. Where each goal stands, how many rows the list
    has, and which of them a page of it can hold, all come of this one reading of the table.
    """
    names = sorted({goal.of for goal in goals} | {name for goal in goals for name in goal.done})
    bits = [work.slices[name].is_(sa.true()) for name in names]
    marks = [_c.own, (work.urgent & fits).is_(sa.true()), fits.is_(sa.true())]
    columns = [bit.label(f"bit{number}") for number, bit in enumerate([*bits, *marks])]
    query = sa.select(*columns, sa.func.count()).group_by(*columns)
    found = []
    for *flags, own, urgent, fit, number in model.Session.execute(query):
        slices = frozenset(name for name, flag in zip(names, flags, strict=True) if flag)
        found.append(Class(slices, own, urgent, fit, number))
    return found


def standing(goals: Sequence[Goal], found: Sequence[Class], threshold: int) -> tuple[Progress, ...]:
    """Return where each goal stands over every dataset of the portal."""

    def number(names: frozenset[str]) -> Pair:
        within = [each for each in found if names <= each.slices]
        return Pair(
            sum(each.datasets for each in within), sum(each.datasets for each in within if each.own)
        )

    return tuple(
        Progress(
            goal=goal,
            of=number(frozenset({goal.of})),
            done=number(frozenset({goal.of, *goal.done})),
            threshold=threshold,
        )
        for goal in goals
    )


def gained(progress: Sequence[Progress], of: Class) -> tuple[Progress, ...]:
    """Return the goals that a dataset of a class brings nearer."""
    return tuple(
        each
        for each in progress
        if each.distance
        and (of.own or each.copies_count)
        and each.goal.of in of.slices
        and not of.slices.issuperset(each.goal.done)
    )


def gain(progress: Sequence[Progress], work: Work) -> sa.ColumnElement[int]:
    """Return what all the work on a dataset gains, as `gains.gain` does."""
    # Bound numbers arrive as PostgreSQL's small integers, which four whole ways overflow.
    zero = sa.cast(0, sa.BigInteger)
    parts = {}
    for each in progress:
        # Goals over the same datasets are one condition with the sum of their weights.
        key = (each.goal.of, each.goal.done, each.copies_count)
        condition, weight = parts.get(key, (work.gains(each), 0))
        if each.weight:
            parts[key] = (condition, weight + each.weight)
    return sum(
        (
            sa.case((condition, sa.cast(weight, sa.BigInteger)), else_=zero)
            for condition, weight in parts.values()
        ),
        zero,
    )


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
    rejected = _rejected().where(REGISTRATION.c.package_id.in_(package_ids))
    return Beside(
        today=today,
        exchanged=frozenset(model.Session.scalars(on_record)),
        broken=_files(model.Session.execute(broken)),
        personal=_files(found),
        exposed=frozenset(row.package_id for row in found if not row.holds),
        rejected=frozenset(model.Session.scalars(rejected)),
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


def offices(where: Predicate, work: Work) -> list[dict[str, Any]]:
    """Return numbers of each organization: `datasets`, `todo`, and each kind of work. One query."""
    columns = [sa.func.count().filter(rule).label(name) for name, rule in work.kinds.items()]
    query = (
        sa.select(
            _c.organization_id,
            sa.func.count().label("datasets"),
            sa.func.count().filter(work.any).label("todo"),
            *columns,
        )
        .where(where)
        .group_by(_c.organization_id)
    )
    return [dict(row) for row in model.Session.execute(query).mappings()]
