"""Reading and writing the tables of a response. Nothing here commits."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import (
    ANSWER,
    ASSIGNMENT,
    CONTRIBUTION,
    EVENT,
    EVIDENCE,
    PROPOSAL,
    RESPONSE,
    SNAPSHOT,
)

Row = dict[str, Any]


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(timezone.utc)


def lock(edition: str) -> None:
    """Let one change of a response follow the other, to the end of the transaction."""
    key = sa.func.hashtext(f"pcio_response:{edition}")
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def response(edition: str) -> Row | None:
    """Return the response to an edition, or None where none was opened."""
    return _one(sa.select(RESPONSE).where(RESPONSE.c.edition == edition))


def create(edition: str, deadline: date | None, actor: str) -> Row:
    """Open a response and return it; `lock` first."""
    row = {
        "id": str(uuid.uuid4()),
        "edition": edition,
        "state": "open",
        "deadline": deadline,
        "created_at": now(),
        "created_by": actor,
    }
    model.Session.execute(sa.insert(RESPONSE), row)
    record(row["id"], "opened", actor, detail={"deadline": _day(deadline)})
    return response(edition) or row


def change(stored: Row, **changes: Any) -> None:
    """Change a response; its version rises."""
    model.Session.execute(
        sa.update(RESPONSE)
        .where(RESPONSE.c.id == stored["id"])
        .values({**changes, "version": stored["version"] + 1})
    )


def record(
    response_id: str,
    kind: str,
    actor: str,
    *,
    question: str | None = None,
    organization: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an event to the history."""
    model.Session.execute(
        sa.insert(EVENT),
        {
            "response_id": response_id,
            "question_id": question,
            "organization_id": organization,
            "kind": kind,
            "at": now(),
            "actor": actor,
            "detail": dict(detail or {}),
        },
    )


def answers(response_id: str) -> dict[str, Row]:
    """Return the answers by question."""
    query = sa.select(ANSWER).where(ANSWER.c.response_id == response_id)
    return {row["question_id"]: row for row in _all(query)}


def confirmed(response_id: str) -> set[str]:
    """Return the questions whose answers are confirmed."""
    query = sa.select(ANSWER.c.question_id).where(
        ANSWER.c.response_id == response_id, ANSWER.c.state == "confirmed"
    )
    return set(model.Session.scalars(query))


def write_answer(response_id: str, question: str, values: Mapping[str, Any]) -> None:
    """Write an answer whole."""
    _upsert(ANSWER, {"response_id": response_id, "question_id": question, **values})


def contributions(response_id: str, question: str | None = None) -> list[Row]:
    """Return what the offices contributed; to one question where it is named."""
    return _of_question(CONTRIBUTION, response_id, question)


def sent(response_id: str) -> set[tuple[str, str]]:
    """Return question and office of what was sent."""
    query = sa.select(CONTRIBUTION.c.question_id, CONTRIBUTION.c.organization_id).where(
        CONTRIBUTION.c.response_id == response_id, CONTRIBUTION.c.state == "sent"
    )
    return {(row.question_id, row.organization_id) for row in model.Session.execute(query)}


def given(response_id: str, questions: Collection[str]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return what offices answered to some questions, sent or not, by question and office."""
    table = CONTRIBUTION.c
    query = sa.select(table.question_id, table.organization_id, table.answer).where(
        table.response_id == response_id, table.question_id.in_(questions)
    )
    return {
        (row.question_id, row.organization_id): row.answer for row in model.Session.execute(query)
    }


def write_contribution(
    response_id: str, question: str, organization: str, values: Mapping[str, Any]
) -> None:
    """Write an office's contribution whole."""
    key = {"response_id": response_id, "question_id": question, "organization_id": organization}
    _upsert(CONTRIBUTION, {**key, **values})


def assignments(response_id: str, question: str | None = None) -> list[Row]:
    """Return which office was asked which question; who was asked one where it is named."""
    return _of_question(ASSIGNMENT, response_id, question)


def asked(response_id: str) -> set[tuple[str, str]]:
    """Return question and office of what was asked."""
    query = sa.select(ASSIGNMENT.c.question_id, ASSIGNMENT.c.organization_id).where(
        ASSIGNMENT.c.response_id == response_id
    )
    return {(row.question_id, row.organization_id) for row in model.Session.execute(query)}


def assign(rows: Iterable[Mapping[str, Any]]) -> None:
    """Ask offices; who was asked before gets the new deadline, where there is one."""
    for row in rows:
        kept = ("asked_at", "asked_by", "reminded_at")
        _upsert(ASSIGNMENT, row, keep=kept if row["deadline"] else (*kept, "deadline"))


def unassign(response_id: str, questions: list[str], organizations: list[str]) -> int:
    """Take questions back from offices; returns how many."""
    found = model.Session.execute(
        sa.delete(ASSIGNMENT).where(
            ASSIGNMENT.c.response_id == response_id,
            ASSIGNMENT.c.question_id.in_(questions),
            ASSIGNMENT.c.organization_id.in_(organizations),
        )
    )
    return int(found.rowcount)  # type: ignore[attr-defined]


def evidence(response_id: str, question: str | None = None) -> list[Row]:
    """Return the evidence that was not removed, in the order it was added."""
    query = sa.select(EVIDENCE).where(
        EVIDENCE.c.response_id == response_id, EVIDENCE.c.removed_at.is_(None)
    )
    if question:
        query = query.where(EVIDENCE.c.question_id == question)
    return _all(query.order_by(EVIDENCE.c.added_at, EVIDENCE.c.id))


def computed_at(edition: str, question: str) -> datetime | None:
    """Return when the proposal to a question was drawn; None where there is none."""
    query = sa.select(PROPOSAL.c.computed_at)
    return model.Session.scalar(
        query.where(PROPOSAL.c.edition == edition, PROPOSAL.c.question_id == question)
    )


def one_evidence(evidence_id: str) -> Row | None:
    """Return one piece of evidence, removed or not, with the edition it belongs to."""
    query = sa.select(EVIDENCE, RESPONSE.c.edition).join(
        RESPONSE, RESPONSE.c.id == EVIDENCE.c.response_id
    )
    return _one(query.where(EVIDENCE.c.id == evidence_id))


def add_evidence(row: Mapping[str, Any]) -> None:
    """Add a piece of evidence."""
    model.Session.execute(sa.insert(EVIDENCE), dict(row))


def given_up(response_id: str) -> tuple[str, ...]:
    """Return the evidence that was taken away and is in no form that was locked."""
    removed = sa.select(EVIDENCE.c.id).where(
        EVIDENCE.c.response_id == response_id,
        EVIDENCE.c.removed_at.is_not(None),
        EVIDENCE.c.kind == "file",
    )
    ids = set(model.Session.scalars(removed))
    locked = sa.select(SNAPSHOT.c.content).where(SNAPSHOT.c.response_id == response_id)
    for content in model.Session.scalars(locked) if ids else ():
        attached = (each for answer in content["answers"] for each in answer["attachments"])
        ids -= {each["id"] for each in attached}
    return tuple(sorted(ids))


def remove_evidence(evidence_id: str, actor: str) -> None:
    """Mark a piece of evidence as removed."""
    model.Session.execute(
        sa.update(EVIDENCE)
        .where(EVIDENCE.c.id == evidence_id)
        .values(removed_at=now(), removed_by=actor)
    )


def snapshot(response_id: str) -> Row | None:
    """Return the latest snapshot of a response, or None."""
    query = sa.select(SNAPSHOT).where(SNAPSHOT.c.response_id == response_id)
    return _one(query.order_by(SNAPSHOT.c.taken_at.desc()).limit(1))


def snapshot_id(response_id: str) -> str | None:
    """Return the id of the latest snapshot of a response, or None."""
    query = sa.select(SNAPSHOT.c.id).where(SNAPSHOT.c.response_id == response_id)
    return model.Session.scalar(query.order_by(SNAPSHOT.c.taken_at.desc()).limit(1))


def add_snapshot(row: Mapping[str, Any]) -> None:
    """Keep a snapshot."""
    model.Session.execute(sa.insert(SNAPSHOT), dict(row))


def _upsert(table: sa.Table, row: Mapping[str, Any], keep: tuple[str, ...] = ()) -> None:
    statement = insert(table).values(dict(row))
    keys = [column.name for column in table.primary_key]
    changes = {
        name: statement.excluded[name] for name in row if name not in keys and name not in keep
    }
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changes)
        if changes
        else statement.on_conflict_do_nothing()
    )


def _of_question(table: sa.Table, response_id: str, question: str | None) -> list[Row]:
    query = sa.select(table).where(table.c.response_id == response_id)
    return _all(query.where(table.c.question_id == question) if question else query)


def _one(query: sa.Select[Any]) -> Row | None:
    row = model.Session.execute(query).mappings().one_or_none()
    return dict(row) if row else None


def _all(query: sa.Select[Any]) -> list[Row]:
    return [dict(row) for row in model.Session.execute(query).mappings()]


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
