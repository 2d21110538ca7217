"""What happened to a survey, as far as a person may see it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model

from . import organizations, store
from .access import Person

Row = dict[str, Any]

# What an office does before it sends something is its own.
_DRAFTING = frozenset({"contributed", "attached", "detached"})


def history(response_id: str, who: Person, question: str | None) -> list[Row]:
    """Return the events a person may see, oldest first."""
    rows = [row for row in store.events(response_id, question) if _sees(who, row)]
    offices = organizations.titles(row["organization_id"] for row in rows)
    people = names(row["actor"] for row in rows)
    return [
        {
            "at": row["at"].isoformat(),
            "kind": row["kind"],
            "actor": people.get(row["actor"] or "", ""),
            "question": row["question_id"],
            "organization": offices.get(row["organization_id"] or ""),
            "detail": row["detail"],
        }
        for row in rows
    ]


def names(ids: Any) -> dict[str, str]:
    """Return how people are called, by id; one query, none where nobody is asked for."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    user = model.User
    query = sa.select(user.id, user.fullname, user.name).where(user.id.in_(wanted))
    return {row.id: row.fullname or row.name for row in model.Session.execute(query)}


def _sees(who: Person, row: Row) -> bool:
    office = row["organization_id"]
    if office is None or office in who.belongs:
        return True
    return who.secretary and row["kind"] not in _DRAFTING
