"""The approved reuses as the survey reads them."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import aggregate_order_by

from ckanext.pcio.registers.records import Reuse
from ckanext.pcio.registers.vocabulary import REUSE_USER, label
from ckanext.pcio.standard.cells import plain

from .model import REUSE, REUSE_DATASET
from .states import APPROVED

# The form is filled in Thai, whatever the language of the report.
_LANGUAGE = "th"


def records(visible: frozenset[str] | None) -> tuple[Reuse, ...]:
    """Return the approved reuses of the datasets `visible` (None: of all). One query.

    `how` and `who` are the sentences of the form's table: what was made and how the data serves
    it, and the user's kind with the name.
    """
    query = (
        sa.select(
            REUSE.c.title,
            REUSE.c.how,
            REUSE.c.type,
            REUSE.c.user_kind,
            REUSE.c.user_name,
            REUSE.c.link,
            REUSE.c.used_on,
            sa.func.array_agg(
                aggregate_order_by(REUSE_DATASET.c.dataset_id, REUSE_DATASET.c.position)
            ).label("datasets"),
        )
        .join(REUSE_DATASET, REUSE_DATASET.c.reuse_id == REUSE.c.id)
        .where(REUSE.c.state == APPROVED)
        .group_by(REUSE.c.id)
        .order_by(REUSE.c.submitted_at, REUSE.c.id)
    )
    found = []
    for row in model.Session.execute(query):
        datasets = tuple(d for d in row.datasets if visible is None or d in visible)
        if datasets:
            found.append(
                Reuse(
                    datasets=datasets,
                    how=f"{row.title}: {plain(row.how)}",
                    who=_who(row.user_kind, row.user_name),
                    title=plain(row.title),
                    kind=row.type,
                    user_kind=row.user_kind,
                    link=row.link,
                    date=row.used_on,
                    approved=True,
                )
            )
    return tuple(found)


def _who(kind: str, name: str) -> str:
    words = label(REUSE_USER, kind, _LANGUAGE)
    return f"{name} ({words})" if name else words
