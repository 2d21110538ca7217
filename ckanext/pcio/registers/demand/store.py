"""Writing the register. Nothing here commits: the action does, once all of it is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.model.types import make_uuid
from sqlalchemy.dialects.postgresql import insert

from .access import Viewer
from .model import ANSWER, DEMAND, SUPPORT
from .queries import STATE, readable

_ANSWER_COLUMNS = ("answer", "dataset_id", "url", "note", "expected_on")


def find(data_dict: Mapping[str, Any], viewer: Viewer) -> Any:
    """Return the demand `data_dict["id"]` as a row with its `state`.

    Raises `ObjectNotFound` where there is none, or none that the viewer may read.
    """
    query = sa.select(DEMAND, STATE.label("state")).where(
        DEMAND.c.id == str(data_dict.get("id")).replace("\x00", ""), readable(viewer)
    )
    row = model.Session.execute(query).one_or_none()
    if row is None:
        raise tk.ObjectNotFound(tk._("There is no such request."))
    return row


def dataset_reference(written: Any) -> str:
    """Return the id or name of a dataset, out of it or out of the address of its page."""
    text = str(written or "").strip()
    _, found, tail = text.rpartition("/dataset/")
    if found:
        text = unquote(tail.split("?")[0].split("#")[0].strip("/").split("/")[0])
    return text.replace("\x00", "")


def organization_id(reference: str | None) -> str | None:
    """Return the id of the organization called `reference`; raises `ValidationError`."""
    if not reference:
        return None
    group = model.Group.get(reference)
    if group is None or not group.is_organization or group.state != "active":
        raise tk.ValidationError({"organization": [tk._("Organization not found")]})
    return group.id


def create(values: Mapping[str, Any], **more: Any) -> str:
    """Write a new demand and return its id."""
    demand_id = make_uuid()
    row = {"id": demand_id, "created_at": now(), **values, **more}
    model.Session.execute(sa.insert(DEMAND).values(row))
    return demand_id


def update(demand_id: str, version: int | None, changes: Mapping[str, Any]) -> None:
    """Write `changes` to a demand that still is at `version`; None takes it as it is."""
    _write(demand_id, version, changes)


def answer(demand_id: str, version: int, given: Mapping[str, Any], user_id: str | None) -> None:
    """Write an answer to a demand that still is at `version`, and add it to the history."""
    moment = now()
    row = {name: given.get(name) for name in _ANSWER_COLUMNS} | {
        "answered_at": moment,
        "answered_by": user_id,
    }
    reached = _write(demand_id, version, row)
    model.Session.execute(
        sa.insert(ANSWER).values({"demand_id": demand_id, "version": reached, **row})
    )


def _write(demand_id: str, version: int | None, changes: Mapping[str, Any]) -> int:
    """Change the demand and return its new version; raises `ValidationError` for an old one."""
    where = DEMAND.c.id == demand_id
    if version is not None:
        where &= DEMAND.c.version == version
    statement = (
        sa.update(DEMAND)
        .where(where)
        .values({**changes, "version": DEMAND.c.version + 1})
        .returning(DEMAND.c.version)
    )
    reached = model.Session.execute(statement).scalar_one_or_none()
    if reached is None:
        # The sentence is shown with what the other one wrote, so the reader can compare.
        raise tk.ValidationError(
            {
                "version": [
                    tk._(
                        "Somebody else changed this request meanwhile. "
                        "Read what is there now, and send yours again if it is still right."
                    )
                ]
            }
        )
    return reached


def delete(demand_id: str) -> None:
    """Remove a demand with its supports and answers."""
    for table in (SUPPORT, ANSWER):
        model.Session.execute(sa.delete(table).where(table.c.demand_id == demand_id))
    model.Session.execute(sa.delete(DEMAND).where(DEMAND.c.id == demand_id))


def support(demand_id: str, user_id: str | None) -> bool:
    """Count a support; return False where this user's was counted before."""
    if user_id is not None:
        row = {"demand_id": demand_id, "user_id": user_id, "supported_at": now()}
        added = insert(SUPPORT).values(row).on_conflict_do_nothing().returning(SUPPORT.c.user_id)
        if model.Session.execute(added).first() is None:
            return False
    return _add_supports(demand_id, 1)


def unsupport(demand_id: str, user_id: str) -> bool:
    """Take a user's support back; return False where there was none."""
    mine = (SUPPORT.c.demand_id == demand_id) & (SUPPORT.c.user_id == user_id)
    removed = sa.delete(SUPPORT).where(mine).returning(SUPPORT.c.user_id)
    return model.Session.execute(removed).first() is not None and _add_supports(demand_id, -1)


def _add_supports(demand_id: str, number: int) -> bool:
    statement = (
        sa.update(DEMAND)
        .where(DEMAND.c.id == demand_id)
        .values(supports=DEMAND.c.supports + number)
        .returning(DEMAND.c.id)
    )
    if model.Session.execute(statement).scalar_one_or_none() is None:
        # Deleted since it was read: the support of nothing is not kept either.
        raise tk.ObjectNotFound(tk._("There is no such request."))
    return True


def supports(demand_id: str) -> int:
    """Return how many support a demand."""
    query = sa.select(DEMAND.c.supports).where(DEMAND.c.id == demand_id)
    return model.Session.execute(query).scalar_one()


def now() -> datetime:
    """Return the moment, with its time zone."""
    return datetime.now(timezone.utc)
