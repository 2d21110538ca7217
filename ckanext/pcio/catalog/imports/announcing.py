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
from ckan.lib.search import index as ckan_index
from ckan.lib.search.common import make_connection

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
    person = model.User.get(user)
    documents: list[dict[str, Any]] = []
    for row in rows:
        context: Any = {"user": user, "auth_user_obj": person, "ignore_auth": True}
        try:
            default, custom = logic.package_show_default_and_custom_schemas(
                context, row["package_id"]
            )
        except tk.ObjectNotFound:  # deleted meanwhile, which its deleter has announced
            continue
        with _gathered_in(documents):
            index.update_dict({**default, "with_custom_schema": custom}, defer_commit=True)
        _record_activity(row, custom, person)
    if documents:
        make_connection().add(docs=documents, commit=False)
    store.settle_rows(import_id, [row["number"] for row in rows], announced=True)
    index.commit()
    model.Session.commit()
    model.Session.expunge_all()
    return len(rows)


class _Gathering:
    """Stands where the connection to the search service does, and keeps what it is told."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self._documents = documents

    def add(self, docs: list[dict[str, Any]], **_options: Any) -> None:
        self._documents.extend(docs)

    def delete(self, **options: Any) -> None:
        make_connection().delete(**options)


@contextmanager
def _gathered_in(documents: list[dict[str, Any]]) -> Iterator[None]:
    """Gather documents that CKAN would send one by one, each over a connection of its own.

    CKAN builds a document and sends it in one function. Jobs and commands have one thread, so
    nobody else indexes meanwhile.
    """
    real = ckan_index.make_connection
    ckan_index.make_connection = lambda *_: _Gathering(documents)  # type: ignore[assignment]
    try:
        yield
    finally:
        ckan_index.make_connection = real


def _record_activity(row: dict[str, Any], package: dict[str, Any], actor: Any) -> None:
    """Record what ckanext-activity records of a save, from the dataset rendered already."""
    if not p.plugin_loaded("activity"):
        return
    stored = model.Session.get(model.Package, row["package_id"])
    if actor is None or stored is None:
        return
    context: Any = {"user": actor.name, "auth_user_obj": actor}
    context.update({"ignore_auth": True, "defer_commit": True})
    tk.get_action("activity_create")(
        context,
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
