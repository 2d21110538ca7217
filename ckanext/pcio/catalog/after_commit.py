"""Work that may begin only when a save is in the database: background jobs, above all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from sqlalchemy import event

_WAITING = "pcio_after_commit"


def call(function: Callable[..., None], *arguments: Any) -> None:
    """Call `function` once the running transaction is committed; never where it is rolled back.

    The same call asked for twice in one transaction is made once. `function` is called outside
    any transaction, so it must not use the session; it must not raise either, because the save
    is done.
    """
    session = model.Session()
    if _WAITING not in session.info:
        session.info[_WAITING] = {}
        event.listen(session, "after_commit", _run)
        event.listen(session, "after_rollback", _forget)
    session.info[_WAITING][(function, arguments)] = None


def _run(session: Any) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is released; the transaction can still be rolled back
    waiting = list(session.info[_WAITING])
    session.info[_WAITING].clear()
    for function, arguments in waiting:
        function(*arguments)


def _forget(session: Any) -> None:
    session.info[_WAITING].clear()
