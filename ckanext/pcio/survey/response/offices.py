"""How far each office is with what it was asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import authz, model

from ckanext.pcio.survey.form import Instrument

from . import organizations
from .access import Person
from .model import EVENT

Row = dict[str, Any]

WRITTEN = "letter"
"""Event: a letter went out to an office."""
UNWRITTEN = "letter_failed"
"""Event: no letter to an office could be sent."""


def standing(
    instrument: Instrument,
    response: Mapping[str, Any] | None,
    asked: Iterable[Row],
    given: Iterable[Row],
    skipped: Iterable[str],
    settled: Collection[str],
    who: Person,
) -> list[Row]:
    """Return the offices a person looks after, by title: what each was asked, sent and still owes.

    To the secretary every office that was asked, those that were deleted since last; to everybody
    else those he belongs to. Questions the form skips are not asked; those `settled`, which the
    committee has confirmed, wait for nobody. A constant number of queries.
    """
    by_office: dict[str, list[Row]] = defaultdict(list)
    left_out = set(skipped)
    for row in asked:
        if row["question_id"] not in left_out:
            by_office[row["organization_id"]].append(row)
    wanted = set(by_office) | who.belongs if who.secretary else set(who.belongs)
    states = {(row["question_id"], row["organization_id"]): row["state"] for row in given}
    letters = _letters(response["id"], wanted) if response else {}
    people = _reachable(wanted) if who.secretary and response else {}
    usual = response["deadline"] if response else None
    return [
        {
            **office,
            "mine": office["id"] in who.belongs,
            "contributes": office["id"] in who.contributes,
            "people": people.get(office["id"], 0),
            "reminded_at": _iso(letters.get((office["id"], WRITTEN))),
            "unreachable_at": _iso(letters.get((office["id"], UNWRITTEN))),
            **_counts(instrument, by_office[office["id"]], states, settled, usual, office, who),
        }
        for office in organizations.remembered(wanted)
        if by_office[office["id"]] or office["id"] in who.belongs
    ]


def _counts(
    instrument: Instrument,
    asked: list[Row],
    states: Mapping[tuple[str, str], str],
    settled: Collection[str],
    usual: date | None,
    office: Row,
    who: Person,
) -> Row:
    """Return the numbers of one office; a draft is told to nobody but its office.

    One that was deleted owes nothing.
    """
    put = {row["question_id"]: row for row in asked}
    questions = [question for question in instrument.questions if question.id in put]
    state = {question.id: states.get((question.id, office["id"])) for question in questions}
    unsent = [each for each in state if state[each] != "sent"]
    waiting = [] if office["gone"] else [each for each in unsent if each not in settled]
    days = [put[each]["deadline"] or usual for each in waiting]
    own = office["id"] in who.belongs
    return {
        "asked": len(questions),
        "sent": [each for each in state if state[each] == "sent"],
        "settled": [each for each in unsent if each in settled],
        "drafts": [each for each in waiting if own and state[each] == "draft"],
        "waiting": waiting,
        "deadline": _iso(min((day for day in days if day), default=None)),
        "pillars": [
            {
                "pillar": pillar.number,
                "asked": sum(q.pillar == pillar.number for q in questions),
                "sent": sum(q.pillar == pillar.number and state[q.id] == "sent" for q in questions),
            }
            for pillar in instrument.pillars
        ],
    }


def _letters(response_id: str, offices: set[str]) -> dict[tuple[str, str], Any]:
    """Return when a letter was last sent, or could not be, by office and which of the two."""
    if not offices:
        return {}
    query = (
        sa.select(EVENT.c.organization_id, EVENT.c.kind, sa.func.max(EVENT.c.at).label("at"))
        .where(
            EVENT.c.response_id == response_id,
            EVENT.c.kind.in_((WRITTEN, UNWRITTEN)),
            EVENT.c.organization_id.in_(offices),
        )
        .group_by(EVENT.c.organization_id, EVENT.c.kind)
    )
    return {(row.organization_id, row.kind): row.at for row in model.Session.execute(query)}


def _reachable(offices: set[str]) -> dict[str, int]:
    """Return how many people with an e-mail address may answer for each office."""
    if not offices:
        return {}
    member, user = model.Member, model.User
    query = (
        sa.select(member.group_id, sa.func.count(user.id.distinct()))
        .join(user, member.table_id == user.id)
        .where(
            member.table_name == "user",
            member.state == model.State.ACTIVE,
            member.group_id.in_(offices),
            member.capacity.in_(authz.get_roles_with_permission("update_dataset")),
            user.state == model.State.ACTIVE,
            user.email.is_not(None),
        )
        .group_by(member.group_id)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None
