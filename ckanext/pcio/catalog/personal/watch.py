"""Noticing what is about to become public: in the save's own transaction, so that nothing slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy import event

from ckanext.pcio.catalog import after_commit, per_commit
from ckanext.pcio.catalog.model import TABLE as FACTS

from . import hold, job, states, store

_KIND_CHANGED = "pcio_kind_changed"
_NEW = model.DomainObjectOperation.new
_DELETED = model.DomainObjectOperation.deleted


def install() -> None:
    """Learn when a resource becomes a file, or ceases to be one: CKAN tells of addresses only.

    A file that is made something else and a file again keeps its address.
    """
    attribute: Any = model.Resource.url_type
    if not event.contains(attribute, "set", _note_kind):
        event.listen(attribute, "set", _note_kind, active_history=True)


def _note_kind(resource: Any, kind: Any, before: Any, _initiator: Any) -> None:
    if (kind or "") != (before or ""):
        setattr(resource, _KIND_CHANGED, True)


def note(entity: Any, operation: Any) -> None:
    """Ask for scans where a save brings new content, or makes a dataset public.

    Called for each Package and Resource about to be committed, before the facts are written: they
    still say whether the dataset was public.
    """
    if hold.mode() == hold.OFF:
        return
    if isinstance(entity, model.Resource):
        changed = getattr(entity, "url_changed", False) or getattr(entity, _KIND_CHANGED, False)
        if operation == _NEW or changed:
            per_commit.memory("personal touched")[entity.id] = True
    elif isinstance(entity, model.Package):
        if operation == _DELETED:  # purged
            store.remove(store.rows_of(entity.id))
        else:
            _settle(entity, new=operation == _NEW)


def foresee(package_ids: Sequence[str]) -> None:
    """Read for many datasets, all flushed, what `note` is about to ask for each."""
    if hold.mode() != hold.OFF:
        here, there = kept_by(package_ids), store.rows_by(package_ids)
        found = {one: (here.get(one, {}), there.get(one, {})) for one in package_ids}
        per_commit.memory("personal foreseen").update(found)


def _settle(package: Any, *, new: bool) -> None:
    if not per_commit.first("personal settled", package.id):
        return
    touched = per_commit.memory("personal touched").keys()
    foreseen = per_commit.memory("personal foreseen").pop(package.id, None)
    here, there = foreseen or (kept(package.id), store.rows_of(package.id))
    store.remove(there.keys() - here.keys())
    missing = here.keys() - there.keys()
    # What was public before anybody looked stays public: it is not for a save to take it away.
    first = missing if new or (missing and not _was_public(package.id)) else missing & touched
    changed = {one for one in here.keys() & there.keys() if there[one]["content"] != here[one]}
    for resource_id in sorted(first | changed):
        store.request(resource_id, package.id, here[resource_id], holds=True, state=states.WAITING)
        after_commit.call(job.enqueue, resource_id)


def kept(package_id: str) -> dict[str, str]:
    """Return what tells the content of each resource this portal keeps itself, by its id."""
    return kept_by([package_id]).get(package_id, {})


def kept_by(package_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what `kept` does, for many datasets by their ids."""
    resource: Any = model.Resource
    query = sa.select(
        *(resource.package_id, resource.id, resource.url, resource.url_type),
        *(resource.last_modified, resource.extras),
    ).where(resource.package_id.in_(package_ids), resource.state == model.State.ACTIVE)
    result: dict[str, dict[str, str]] = {}
    for one in model.Session.execute(query).mappings():
        content = content_of(dict(one))
        if content:
            result.setdefault(one["package_id"], {})[one["id"]] = content
    return result


def content_of(resource: Mapping[str, Any]) -> str:
    """Return what tells a resource's content from earlier content; empty where it is elsewhere.

    A changed description changes nothing here. `last_modified` counts for files only: CKAN sets it
    whenever rows of a table change.
    """
    parts = []
    if resource["url_type"] == "upload":
        parts.append(f"file {resource['url']} {resource['last_modified']}")
    if (resource["extras"] or {}).get("datastore_active") or _is_table(resource["url_type"]):
        parts.append("table")
    return ", ".join(parts)


def _is_table(url_type: str | None) -> bool:
    return p.plugin_loaded("datastore") and url_type in tk.h.datastore_rw_resource_url_types()


def _was_public(package_id: str) -> bool:
    query = sa.select(FACTS.c.private, FACTS.c.state).where(FACTS.c.package_id == package_id)
    before = model.Session.execute(query).first()
    # A dataset of a type without facts: what is known is that it was there.
    return before is None or (not before.private and before.state == model.State.ACTIVE)


def again(resource_id: str, package_id: str, content: str) -> None:
    """Ask for another look; readers keep what they have until it is done. Does not commit."""
    first = store.row(resource_id) is None
    state = states.WAITING if first else None
    store.request(resource_id, package_id, content, holds=False, state=state)


def table_written(resource_id: str, *, new: bool) -> None:
    """Ask for another look at a DataStore table that was written; does not commit.

    A new table is held until it was looked at. Rows added to one that readers have already are
    looked at soon after; they would otherwise lose it with every update.
    """
    if hold.mode() == hold.OFF:
        return
    resource = model.Resource.get(resource_id)
    if resource is None or not resource.package_id:
        return
    scan = store.row(resource_id)
    # What readers had before anybody looked is theirs, also when it is loaded anew.
    flagged = scan is not None and scan["state"] == states.FOUND and not scan["holds"]
    # What was found in the file beside it says nothing of a table that comes to be.
    holds = new and not flagged
    waits = scan is not None and scan["due"] and scan["started_at"] is None
    if scan is not None and waits and (not holds or scan["state"] in states.HOLDING):
        return
    content = scan["content"] if scan else "table"
    store.request(
        resource_id,
        resource.package_id,
        content,
        holds=holds,
        state=states.WAITING if holds or scan is None else None,
    )
    after_commit.call(job.enqueue, resource_id)
