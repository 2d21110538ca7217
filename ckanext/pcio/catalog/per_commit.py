"""What is remembered until the running transaction is committed or rolled back.

CKAN tells of a dataset again for each of its changed resources, tags and members, all after one and
the same flush. What follows from a save is done at the first of these, and not at the others.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from sqlalchemy import event

_KEPT = "pcio_per_commit"


def memory(purpose: str) -> dict[str, Any]:
    """Return the notes of `purpose`; empty in a new transaction, and after a savepoint.

    A savepoint is a commit of its own: what is changed after it is told of again.
    """
    session = model.Session()
    if _KEPT not in session.info:
        session.info[_KEPT] = {}
        event.listen(session, "after_commit", _forget)
        event.listen(session, "after_soft_rollback", _forget)
    return session.info[_KEPT].setdefault(purpose, {})


def first(purpose: str, *ids: str) -> list[str]:
    """Return those of `ids` that are asked about for the first time in this transaction."""
    known = memory(purpose)
    fresh = [one for one in dict.fromkeys(ids) if one not in known]
    known.update(dict.fromkeys(fresh))
    return fresh


def _forget(session: Any, *_previous: Any) -> None:
    session.info[_KEPT].clear()
