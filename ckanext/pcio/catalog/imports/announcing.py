"""Telling the search index and the activity stream of datasets that an import wrote.

CKAN does both for each dataset by itself, and renders the dataset anew for each. Here a dataset is
rendered once for both. What is announced is kept with the row, in one transaction with the
activity: after a kill the rest is announced, and nothing twice.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import logic, model
from ckan.lib import search
from ckan.lib.plugins import get_permission_labels

from . import store

BATCH = 50
_KINDS = {"new": "new package", "update": "changed package"}
_PAUSE = 0.2


def announce(import_id: str, user: str) -> int:
    """Announce some written datasets, commit, and return how many they were."""
    rows = store.to_announce(import_id, BATCH)
    if not rows:
        model.Session.rollback()
        return 0
    index: Any = search.index_for("Package")
    for row in rows:
        context: Any = {"user": user, "ignore_auth": True}
        try:
            default, custom = logic.package_show_default_and_custom_schemas(
                context, row["package_id"]
            )
        except tk.ObjectNotFound:  # deleted meanwhile, which its deleter has announced
            continue
        index.update_dict({**default, "with_custom_schema": custom}, defer_commit=True)
        _record_activity(row, custom, user)
    store.settle_rows(import_id, [row["number"] for row in rows], announced=True)
    index.commit()
    model.Session.commit()
    model.Session.expunge_all()
    return len(rows)


def _record_activity(row: dict[str, Any], package: dict[str, Any], user: str) -> None:
    """Record what ckanext-activity records of a save, from the dataset rendered already."""
    if not p.plugin_loaded("activity"):
        return
    actor = model.User.get(user)
    stored = model.Session.get(model.Package, row["package_id"])
    if actor is None or stored is None:
        return
    tk.get_action("activity_create")(
        {"ignore_auth": True, "user": user, "defer_commit": True},
        {
            "user_id": actor.id,
            "object_id": row["package_id"],
            "activity_type": _KINDS[row["outcome"]],
            "data": {"package": package, "actor": actor.name},
            "permission_labels": get_permission_labels().get_dataset_labels(stored),
        },
    )


@contextmanager
def beside(import_id: str, user: str, *, own_process: bool) -> Iterator[None]:
    """Announce while the body writes: in a process of its own, then the rest.

    The second processor renders and indexes what the first has written. Whatever becomes of that
    process, the rest is announced here at the end.
    """
    if not own_process:
        yield
        _announce_all(import_id, user)
        return
    model.Session.remove()
    forks = multiprocessing.get_context("fork")
    told, tells = forks.Pipe(duplex=False)
    process = forks.Process(target=_until_told, args=(import_id, user, told, tells), daemon=True)
    process.start()
    told.close()
    try:
        yield
    finally:
        tells.close()
        process.join()
    _announce_all(import_id, user)


def _announce_all(import_id: str, user: str) -> None:
    while announce(import_id, user):
        pass


def _until_told(import_id: str, user: str, told: Connection, tells: Connection) -> None:
    """Announce until the other end of the pipe is closed, also by the death of its process."""
    tells.close()
    if model.meta.engine is not None:
        # Connections that came over the fork are the parent's.
        model.meta.engine.dispose(close=False)
    os.nice(1)
    while True:
        number = announce(import_id, user)
        if told.poll(0 if number else _PAUSE):
            return
