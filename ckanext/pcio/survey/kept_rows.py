"""The datasets behind proposals, kept apart from them in parts: written, read, shown in short.

The same for the proposals of an edition and for the snapshot of a locked response.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import unmoved
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
        """Return the first `limit` rows of each question that may be seen. Two queries.

        What was published outside the catalog has no id and is shown to everybody. A dataset that
        is gone is shown only to who sees all.
        """
        wanted = sorted(questions)
        if visible is None:
            return self._first(owner, wanted, limit)
        hidden = self.hidden(owner, wanted, visible)
        return {
            name: (rows, hidden.get(name, 0))
            for name, rows in self._seen(owner, wanted, visible, limit).items()
        }

    def hidden(self, owner: str, questions: Sequence[str], visible: Predicate) -> dict[str, int]:
        """Return how many rows behind each question may not be seen; remembered."""
        columns = self.table.c
        listed = (
            sa.func.unnest(columns.datasets)
            .table_valued(sa.column("dataset", sa.UnicodeText))
            .render_derived("listed")
        )
        dataset = listed.c.dataset
        query = (
            sa.select(columns.question_id, sa.func.count().label("hidden"))
            .select_from(
                self.table.join(listed, sa.true()).outerjoin(
                    FACTS, (FACTS.c.package_id == dataset) & visible
                )
            )
            .where(
                self.owner == owner,
                columns.question_id.in_(questions),
                dataset != "",
                FACTS.c.package_id.is_(None),
            )
            .group_by(columns.question_id)
        )
        return {row["question_id"]: row["hidden"] for row in unmoved.rows(query)}

    def _seen(
        self, owner: str, questions: Sequence[str], visible: Predicate, limit: int
    ) -> dict[str, list[Row]]:
        """Return the first rows that may be seen, part by part until there are enough."""
        columns = self.table.c
        asked = (
            sa.select(columns.question_id)
            .where(self.owner == owner, columns.question_id.in_(questions))
            .distinct()
            .subquery("asked")
        )
        item = (
            sa.func.unnest(columns.datasets)
            .table_valued(sa.column("dataset", sa.UnicodeText), with_ordinality="place")
            .render_derived("item")
        )
        may = sa.exists().where((FACTS.c.package_id == item.c.dataset) & visible)
        first = (
            sa.select(
                columns.part,
                item.c.place,
                columns.rows.op("->")(sa.cast(item.c.place - 1, sa.Integer)).label("row"),
            )
            .select_from(self.table.join(item, sa.true()))
            .where(
                self.owner == owner,
                columns.question_id == asked.c.question_id,
                (item.c.dataset == "") | may,
            )
            .order_by(columns.part, item.c.place)
            .limit(limit)
            .lateral("first")
        )
        query = (
            sa.select(asked.c.question_id, first.c.row)
            .select_from(asked.outerjoin(first, sa.true()))
            .order_by(asked.c.question_id, first.c.part, first.c.place)
        )
        found: dict[str, list[Row]] = {}
        for name, row in model.Session.execute(query):
            found.setdefault(name, []).extend([row] if row is not None else [])
        return found

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
