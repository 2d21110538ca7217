"""The work behind an import: in the background worker, or on the command line.

One job works off everything an office has pending, oldest first, so a job that was lost (Redis was
down, the worker was killed) is made up for by any later one. Each import is done by the person who
uploaded it, with the rights that person has at the moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.lib import jobs
from redis.exceptions import RedisError

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.workbook.found import WorkbookRefused

from . import announcing, checking, files, lock, states, store, writing
from .judging import Rules
from .remarks import texts
from .world import Office

log = logging.getLogger(__name__)

# A job ends by itself; the limit is for one that hangs.
_LONGEST = 6 * 3600
Progress = Callable[[int], None]
Row = dict[str, Any]


def _silent(_done: int) -> None:
    """Report to nobody: the page reads the table."""


class Stopped(Exception):
    """The import cannot go on; `message` says why, for a person."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


def enqueue(organization_id: str) -> bool:
    """Ask the background worker to work off an office's imports; False where Redis is down."""
    try:
        jobs.enqueue(
            work,
            [organization_id],
            title="pcio import",
            rq_kwargs={"timeout": _LONGEST},
        )
    except RedisError as error:
        log.warning("no background job for an import: %s", error)
        return False
    return True


def work(organization_id: str) -> None:
    """Work off the pending imports of an office; leave them to whoever is at it already."""
    purge()
    # Whoever asks while the lock is let go finds it free, or is seen by the question that follows.
    while store.next_pending(organization_id) is not None:
        model.Session.rollback()
        with lock.of_office(organization_id) as ours:
            if not ours:
                return
            while (pending := store.next_pending(organization_id)) is not None:
                take(pending)
    model.Session.rollback()


def take(pending: Row, progress: Progress = _silent, *, own_process: bool = True) -> None:
    """Do what an import waits for, its check or its writing; the office's lock is held."""
    import_id = pending["id"]
    model.Session.rollback()
    try:
        if pending["state"] in states.CHECKS:
            _check(pending, progress)
        else:
            _write(pending, progress, own_process=own_process)
    except checking.Cancelled:
        model.Session.rollback()
    except (WorkbookRefused, Stopped) as error:
        model.Session.rollback()
        _fail(import_id, error.message)
    except Exception:
        model.Session.rollback()
        log.exception("import %s", import_id)
        _fail(import_id, Message(_OUR_FAULT))


_OUR_FAULT = N_(
    "Something went wrong in the portal, not in the workbook. The administrator finds the reason "
    "in the portal's log. What was written up to there is complete; the import can be continued."
)


def _fail(import_id: str, message: Message) -> None:
    store.change(import_id, state="failed", error=texts(message), finished=store.now())
    model.Session.commit()


def _check(pending: Row, progress: Progress) -> None:
    rules = rules_of(pending)
    _begin(pending, "checking", states.CHECKS)
    checking.check(pending["id"], files.path_of(pending["id"]), rules, progress)


def _write(pending: Row, progress: Progress, *, own_process: bool) -> None:
    import_id = pending["id"]
    rules = rules_of(pending)
    _begin(pending, "importing", states.IMPORTS)
    with announcing.beside(import_id, rules.user, own_process=own_process):
        writing.write(import_id, rules, progress, lambda: _still_allowed(pending))
    store.change(
        import_id,
        only_in=("importing",),
        **{"state": "finished", "finished": store.now(), "totals": store.totals(import_id)},
    )
    model.Session.commit()


def _begin(pending: Row, state: str, only_in: tuple[str, ...]) -> None:
    started = pending["started"] or store.now()
    if not store.change(pending["id"], only_in=only_in, state=state, started=started):
        raise checking.Cancelled
    model.Session.commit()


def rules_of(pending: Row) -> Rules:
    """Return what decides about the rows; raises `Stopped` where the person may not import."""
    user = _still_allowed(pending)
    group = model.Session.get(model.Group, pending["organization_id"])
    if group is None or group.state != model.State.ACTIVE:
        raise Stopped(Message(N_("The office is not in this portal any more.")))
    options = pending["options"]
    return Rules(
        office=Office(group.id, group.name, group.title or group.name),
        user=user.name,
        person=user,
        sysadmin=bool(user.sysadmin),
        publish=bool(options.get("publish")),
        owner_text=options.get("owner_text") or "",
    )


def _still_allowed(pending: Row) -> model.User:
    """Return the person, who may have lost the right meanwhile."""
    user = model.Session.get(model.User, pending["user_id"])
    if user is None or not user.is_active or not may_import(user, pending["organization_id"]):
        raise Stopped(
            Message(
                N_(
                    "Whoever started the import may not change the datasets of this office any "
                    "more. Nothing further was written."
                )
            )
        )
    return user


def may_import(user: model.User, organization_id: str) -> bool:
    """Return whether a person may both create and change the datasets of an office."""
    return bool(user.sysadmin) or all(
        authz.has_user_permission_for_group_or_org(organization_id, user.name, permission)
        for permission in ("create_dataset", "update_dataset")
    )


def purge() -> int:
    """Delete imports and workbooks older than the portal keeps them; return how many imports."""
    old = store.older_than(tk.config["ckanext.pcio.import_keep_days"])
    store.remove(old)
    known = store.ids()
    model.Session.commit()
    for import_id in old:
        files.drop(import_id)
    files.drop_strays(known)
    return len(old)
