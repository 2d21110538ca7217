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


def standing(goals: Sequence[Goal], work: Work, threshold: int) -> tuple[Progress, ...]:
    """Return where each goal stands over every dataset of the portal. One query."""
    columns: dict[str, sa.ColumnElement[int]] = {}
    for goal in goals:
        of, done = work.slices[goal.of], work.done(goal)
        columns.setdefault(_of(goal), sa.func.count().filter(of).label(_of(goal)))
        columns.setdefault(_done(goal), sa.func.count().filter(of & done).label(_done(goal)))
    query = sa.select(_c.own, *columns.values()).group_by(_c.own)
    counted = {row["own"]: row for row in model.Session.execute(query).mappings()}

    def number(name: str) -> Pair:
        own = counted[True][name] if True in counted else 0
        return Pair(own + (counted[False][name] if False in counted else 0), own)

    return tuple(
        Progress(goal=goal, of=number(_of(goal)), done=number(_done(goal)), threshold=threshold)
        for goal in goals
    )


def _of(goal: Goal) -> str:
    return f"of {goal.of}"


def _done(goal: Goal) -> str:
    return f"{goal.of} done {' '.join(goal.done)}"


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
    used: int
    """Investigations of the last twelve months."""


def page(
    where: Predicate,
    sort: str,
    by_gain: Sequence[sa.ColumnElement[Any]],
    today: date,
    limit: int,
    offset: int = 0,
) -> list[Row]:
    """Return the rows that fit `where`, in the order `sort` names. One query.

    `by_gain` is what the order "gain" begins with.
    """
    used = _used(today)
    number = sa.func.coalesce(used.c.used, 0)
    by_title = (TITLE_ORDER, _c.package_id)
    missing = sa.func.cardinality(_c.missing) + sa.func.cardinality(_c.invalid)
    orders: Mapping[str, Sequence[sa.ColumnElement[Any]]] = {
        "gain": (*by_gain, number.desc(), *by_title),
        "title": by_title,
        "missing": (missing.desc(), *by_title),
        "oldest": (_c.last_updated.asc().nulls_first(), *by_title),
        "most_used": (number.desc(), *by_title),
    }
    # The rows are chosen by their ids first: sorting carries no long texts.
    chosen = (
        sa.select(_c.package_id, number.label("used"))
        .outerjoin(used, used.c.dataset_id == _c.package_id)
        .where(where)
        .order_by(*orders[sort])
        .offset(offset)
        .limit(limit)
    )
    found = model.Session.execute(chosen).all()
    numbers = {row.package_id: row.used for row in found}
    query = (
        sa.select(TABLE, model.Group.name.label("org_name"), model.Group.title.label("org_title"))
        .outerjoin(model.Group, model.Group.id == _c.organization_id)
        .where(_c.package_id.in_(numbers))
    )
    rows = {}
    for row in model.Session.execute(query).mappings():
        values = dict(row)
        name, title = values.pop("org_name"), values.pop("org_title")
        key, office = values["package_id"], values["organization_id"]
        rows[key] = Row(facts_from_row(values, name, title), office, numbers[key])
    return [rows[key] for key in numbers if key in rows]


def _used(today: date) -> sa.Subquery:
    first, last = last_twelve_months(today)
    table = BY_DATASET.c
    return (
        sa.select(table.dataset_id, of_columns(BY_DATASET, *EVENT_KINDS).label("used"))
        .where(table.month.between(first, last), table.dataset_id != "")
        .group_by(table.dataset_id)
        .subquery("used")
    )


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


def total(where: Predicate) -> int:
    """Return how many rows fit `where`. One query."""
    query = sa.select(sa.func.count()).select_from(TABLE).where(where)
    return model.Session.execute(query).scalar_one()


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
