"""The worklist in SQL: which work each dataset needs, what it gains, in which order it stands.

`survey.work` and `survey.gains` say the same over `DatasetFacts`; a test compares the two. What a
goal still needs is counted once over the whole province, also over datasets the reader does not
see: the answers are the province's, and the reader, who works in an office, learns numbers only.
The rows are those the reader may see.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import exchanged, unmoved
from ckanext.pcio.catalog.facts import SHARABLE_LEVELS
from ckanext.pcio.catalog.links.model import LINK
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.personal.model import SCAN
from ckanext.pcio.catalog.personal.states import FOUND
from ckanext.pcio.catalog.predicates import Predicate, predicates
from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
from ckanext.pcio.catalog.registration.states import states
from ckanext.pcio.standard.links import BROKEN
from ckanext.pcio.survey.gains import Goal, Progress
from ckanext.pcio.survey.scope import Pair
from ckanext.pcio.survey.work import KINDS, OPEN_STARS

_c = TABLE.c
SORTS: tuple[str, ...] = ("gain", "title", "missing", "oldest", "most_used")
"""Orders of the list; `survey.worklist_reading` knows what each compares."""


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
        "register": _c.package_id.in_(rejected()),
    }
    published = (_c.state == "active") & ~_c.private
    exposed = told & published & _c.package_id.in_(found.where(~SCAN.c.holds))
    return Work(slices, {name: kinds[name] for name in KINDS}, exposed)


def rejected() -> sa.Select[Any]:
    """Return the query of the datasets the registration of GD Catalog sent back."""
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
    for row in unmoved.rows(query):
        *flags, own, urgent, fit, number = row.values()
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


def kinds_needed(progress: Sequence[Progress], work: Work) -> dict[tuple[str, str, str], int]:
    """Return how many datasets that bring a goal nearer need each of its kinds of work. One query.

    The key is the goal's question, its part, and the kind.
    """
    keys, columns = [], []
    for each in progress:
        if each.distance:
            for kind in each.goal.by:
                keys.append((each.goal.question, each.goal.part, kind))
                number = sa.func.count().filter(work.gains(each) & work.kinds[kind])
                columns.append(number.label(f"number{len(columns)}"))
    if not columns:
        return {}
    [row] = unmoved.rows(sa.select(*columns).select_from(TABLE))
    return dict(zip(keys, row.values(), strict=True))


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
