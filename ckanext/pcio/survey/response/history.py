"""What happened to a survey, as far as a person may see it, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.survey.events import sentence

from . import organizations
from .access import Person
from .model import EVENT

Row = dict[str, Any]

# What an office does before it sends something is its own.
_DRAFTING = ("contributed", "attached", "detached")
# What events of the province's answer tell of drafts: nothing for others than the secretary.
_OF_DRAFTS = {"answered": ("before", "after", "reason", "origin"), "confirmed": ("before",)}
_REMINDED = "reminded"


def history(
    response_id: str,
    who: Person,
    language: str = "th",
    *,
    question: str | None = None,
    office: str | None = None,
    newest: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[list[Row], int]:
    """Return the events a person may see, oldest first or newest, and how many there are.

    `office` leaves those that are about one office. At most four queries.
    """
    wanted = _wanted(response_id, who, question, office)
    order = EVENT.c.id.desc() if newest else EVENT.c.id
    query = sa.select(EVENT).where(wanted).order_by(order).offset(offset).limit(limit)
    rows = [_for_eyes_of(who, dict(row)) for row in model.Session.execute(query).mappings()]
    count = len(rows)
    if offset or count == limit:
        count = model.Session.scalar(sa.select(sa.func.count(EVENT.c.id)).where(wanted)) or 0
    named = {each for row in rows for each in (row["organization_id"], *_offices(row["detail"]))}
    titles = organizations.titles(named)
    people = names(row["actor"] for row in rows)
    return [_told(row, titles, people, language) for row in rows], count


def names(ids: Any) -> dict[str, str]:
    """Return how people are called, by id; one query, none where nobody is asked for."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    user = model.User
    query = sa.select(user.id, user.fullname, user.name).where(user.id.in_(wanted))
    return {row.id: row.fullname or row.name for row in model.Session.execute(query)}


def _wanted(
    response_id: str, who: Person, question: str | None, office: str | None
) -> sa.ColumnElement[bool]:
    own = EVENT.c.organization_id.in_(who.belongs)
    committees = EVENT.c.organization_id.is_(None)
    if who.secretary:
        seen = sa.or_(committees, own, EVENT.c.kind.not_in(_DRAFTING))
    else:
        # What the committee attaches belongs to an answer that is a draft, or was one.
        seen = sa.or_(sa.and_(committees, EVENT.c.kind.not_in(_DRAFTING)), own)
    wanted = [EVENT.c.response_id == response_id, seen]
    if question:
        wanted.append(EVENT.c.question_id == question)
    if office:
        named = EVENT.c.detail.contains({"organizations": [office]})
        wanted.append(sa.or_(EVENT.c.organization_id == office, named))
    return sa.and_(*wanted)


def _for_eyes_of(who: Person, row: Row) -> Row:
    """Return an event without what it tells of others: who had to be reminded owes an answer."""
    if who.secretary:
        return row
    row = _without_drafts(row)
    if row["kind"] != _REMINDED:
        return row
    own = [each for each in _offices(row["detail"]) if each in who.belongs]
    return {**row, "detail": {**row["detail"], "organizations": own}}


def _without_drafts(row: Row) -> Row:
    """Return an event as everybody but the secretary reads it: of answers what was confirmed."""
    hidden = _OF_DRAFTS.get(row["kind"], ())
    return {**row, "detail": {k: v for k, v in row["detail"].items() if k not in hidden}}


def _told(row: Row, titles: Mapping[str, str], people: Mapping[str, str], language: str) -> Row:
    actor = people.get(row["actor"] or "", "")
    office = titles.get(row["organization_id"] or "")
    said = sentence(
        row["kind"],
        actor=actor,
        question=row["question_id"],
        office=office,
        offices=[titles[each] for each in _offices(row["detail"])],
        detail=row["detail"],
    )
    return {
        "at": row["at"].isoformat(),
        "kind": row["kind"],
        "actor": actor,
        "question": row["question_id"],
        "organization": office,
        "detail": row["detail"],
        "sentence": said.text(language),
    }


def _offices(detail: Mapping[str, Any]) -> list[str]:
    return list(detail.get("organizations") or ())
