"""The datasets behind proposals, kept apart from them in parts: written, read, shown in short.

The same for the proposals of an edition and for the snapshot of a locked response.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate

from .response.model import PROPOSAL_ROWS, SNAPSHOT_ROWS

Row = dict[str, Any]
PART = 200
"""Rows of evidence in a row of the table."""
_BATCH = 100


Shown = tuple[list[Row], int]
"""The rows a reader is shown of those behind a proposal, and how many he may not see."""


class Rows:
    """The rows of a table whose first column tells whose they are."""

    def __init__(self, table: sa.Table, owner: str) -> None:
        self.table = table
        self.owner = table.c[owner]

    def replace(
        self, connection: sa.Connection, owner: str, behind: Mapping[str, Iterable[Row]]
    ) -> None:
        """Keep the rows behind each question in place of all that were kept for `owner`."""
        connection.execute(sa.delete(self.table).where(self.owner == owner))
        batch: list[Row] = []
        for question, rows in sorted(behind.items(), key=lambda each: each[0]):
            for part in _parts(rows):
                key = {self.owner.name: owner, "question_id": question}
                batch.append({**key, **part})
                if len(batch) == _BATCH:
                    connection.execute(sa.insert(self.table), batch)
                    batch = []
        if batch:
            connection.execute(sa.insert(self.table), batch)

    def every(self, owner: str, question: str | None = None) -> dict[str, list[Row]]:
        """Return all rows by question, or those of one. One query."""
        columns = self.table.c
        query = sa.select(columns.question_id, columns.rows).where(self.owner == owner)
        if question is not None:
            query = query.where(columns.question_id == question)
        found: dict[str, list[Row]] = {}
        for name, rows in model.Session.execute(query.order_by(columns.question_id, columns.part)):
            found.setdefault(name, []).extend(rows)
        return found

    def shown(
        self, owner: str, questions: Collection[str], visible: Predicate | None, limit: int
    ) -> dict[str, Shown]:
        """Return the first `limit` rows of each question that may be seen. One query.

        What was published outside the catalog has no id and is shown to everybody. A dataset that
        is gone is shown only to who sees all.
        """
        wanted = sorted(questions)
        if visible is None:
            return self._first(owner, wanted, limit)
        item = (
            sa.func.unnest(self.table.c.datasets)
            .table_valued(sa.column("dataset", sa.UnicodeText), with_ordinality="place")
            .render_derived("item")
        )
        seen = (
            sa.select(
                self.table.c.question_id,
                self.table.c.part,
                item.c.place,
                ((item.c.dataset == "") | FACTS.c.package_id.is_not(None)).label("may"),
            )
            .select_from(
                self.table.join(item, sa.true()).outerjoin(
                    FACTS, (FACTS.c.package_id == item.c.dataset) & visible
                )
            )
            .where(self.owner == owner, self.table.c.question_id.in_(wanted))
            .cte("seen")
        )
        hidden = (
            sa.select(
                seen.c.question_id, sa.func.count().filter(~seen.c.may).label("hidden")
            ).group_by(seen.c.question_id)
        ).cte("hidden")
        order = sa.func.row_number().over(
            partition_by=seen.c.question_id, order_by=(seen.c.part, seen.c.place)
        )
        first = (
            sa.select(seen.c.question_id, seen.c.part, seen.c.place, order.label("number")).where(
                seen.c.may
            )
        ).cte("first")
        row = self.table.c.rows.op("->")(sa.cast(first.c.place - 1, sa.Integer))
        query = (
            sa.select(hidden.c.question_id, hidden.c.hidden, row)
            .select_from(
                hidden.outerjoin(
                    first,
                    (first.c.question_id == hidden.c.question_id) & (first.c.number <= limit),
                ).outerjoin(
                    self.table,
                    (self.owner == owner)
                    & (self.table.c.question_id == first.c.question_id)
                    & (self.table.c.part == first.c.part),
                )
            )
            .order_by(hidden.c.question_id, first.c.number)
        )
        return _gathered(model.Session.execute(query))

    def _first(self, owner: str, questions: Sequence[str], limit: int) -> dict[str, Shown]:
        columns = self.table.c
        query = sa.select(columns.question_id, columns.rows).where(
            self.owner == owner,
            columns.question_id.in_(questions),
            columns.part <= max(limit - 1, 0) // PART,
        )
        found: dict[str, list[Row]] = {}
        for name, rows in model.Session.execute(query.order_by(columns.question_id, columns.part)):
            found.setdefault(name, []).extend(rows)
        return {name: (rows[:limit], 0) for name, rows in found.items()}


OF_PROPOSALS = Rows(PROPOSAL_ROWS, "edition")
OF_SNAPSHOTS = Rows(SNAPSHOT_ROWS, "snapshot_id")


def take_over(edition: str, snapshot_id: str) -> None:
    """Keep the rows behind the present proposals with a snapshot; does not commit."""
    here = PROPOSAL_ROWS.c
    copied = sa.select(
        sa.literal(snapshot_id), here.question_id, here.part, here.datasets, here.rows
    ).where(here.edition == edition)
    names = [column.name for column in SNAPSHOT_ROWS.columns]
    model.Session.execute(sa.insert(SNAPSHOT_ROWS).from_select(names, copied))


def _parts(rows: Iterable[Row]) -> Iterator[Row]:
    left, number = iter(rows), 0
    while part := list(islice(left, PART)):
        yield {"part": number, "datasets": [row["dataset"] for row in part], "rows": part}
        number += 1


def _gathered(result: Any) -> dict[str, Shown]:
    rows: dict[str, list[Row]] = {}
    hidden: dict[str, int] = {}
    for question, number, row in result:
        hidden[question] = number
        rows.setdefault(question, []).extend([row] if row is not None else [])
    return {question: (rows[question], hidden[question]) for question in rows}
