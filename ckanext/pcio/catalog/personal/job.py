"""The scan in the background. Its payload is a resource's id; its log lines are ids and counts."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import uploader

from ckanext.pcio.standard.personal import files
from ckanext.pcio.standard.personal.reading import GONE, Budget, NotTabular, Table, Unreadable
from ckanext.pcio.standard.personal.rules import rules
from ckanext.pcio.standard.personal.scan import Scanned, scan_tables

from . import states, store, table

log = logging.getLogger(__name__)

FAILED = "failed"
_TIMEOUT = 600
_LEFT_BEHIND = 20
_CHUNK = 1_048_576
_BY_HAND: ContextVar[bool] = ContextVar("pcio_personal_by_hand", default=False)


def enqueue(resource_id: str) -> None:
    """Let the background worker scan a resource; the row says that it is owed if this fails."""
    if _BY_HAND.get():
        return
    try:
        tk.enqueue_job(
            run,
            [resource_id],
            title="pcio: a file is checked for personal data",
            rq_kwargs={"timeout": _TIMEOUT},
        )
    except Exception as error:  # the save is done; that the queue is down must not undo it
        log.error("the scan of resource %s could not be queued: %s", resource_id, type(error))


@contextlib.contextmanager
def scanning_here() -> Iterator[None]:
    """Scan in this process what is asked for in the body, when it ends; no worker is needed."""
    token = _BY_HAND.set(True)
    try:
        yield
    finally:
        _BY_HAND.reset(token)
    for resource_id in store.owed():
        scan(resource_id)


def run(resource_id: str) -> None:
    """Scan a resource, then what workers that died have left behind."""
    scan(resource_id)
    for other in store.owed(_LEFT_BEHIND, [resource_id]):
        scan(other)


def scan(resource_id: str) -> str | None:
    """Scan a resource whose scan is owed; return its new state, or None where nothing was done.

    Two at once do no harm: one of them gets the row. A file replaced meanwhile is scanned again,
    because what was found is written only to the row as it was.
    """
    taken = store.claim(resource_id)
    model.Session.commit()
    if taken is None:
        return None
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != model.State.ACTIVE:
        store.remove([resource_id])
        model.Session.commit()
        return None
    values = _outcome(resource, taken)
    done = store.change(resource_id, taken["version"], values)
    model.Session.commit()
    if not done:
        log.info("resource %s was changed while it was scanned", resource_id)
        store.release(resource_id)
        model.Session.commit()
        enqueue(resource_id)
        return None
    log.info(
        "resource %s scanned: %s, %s rows, %s findings",
        *(resource_id, values["state"], values["rows_seen"], len(values["findings"])),
    )
    return values["state"]


def _outcome(resource: Any, taken: Mapping[str, Any]) -> dict[str, Any]:
    """Read a resource's content and return the columns of its scan."""
    values: dict[str, Any] = {
        "due": False,
        "started_at": None,
        "scanned_at": store.now(),
        "findings": [],
        "rows_seen": None,
        "partial": False,
        "problem": None,
        "hash": None,
        "size": None,
    }
    budget = Budget(rules().limits)
    problem = None
    scanned: list[Scanned] = []
    try:
        if resource.url_type == "upload":
            with _content(resource) as file:
                values["hash"], values["size"] = _digest(file)
                name = Path(resource.url or "").name
                try:
                    tables = files.tables(file, name, resource.format or "", budget)
                    scanned.append(scan_tables(tables, budget))
                except Unreadable as error:
                    problem = error.problem
                except NotTabular:
                    pass
        if table.present(resource.id):
            with table.opened(resource.id) as rows:
                scanned.append(scan_tables([Table("DataStore", rows=rows)], budget))
    except Exception as error:  # whatever breaks, a person decides; the text may hold values
        model.Session.rollback()
        log.error("the scan of resource %s broke off: %s", resource.id, type(error).__name__)
        known = GONE if isinstance(error, FileNotFoundError) else FAILED
        return {**values, "state": states.FOUND, "problem": known}
    found = [finding for one in scanned for finding in one.findings]
    values |= {
        "findings": [finding.as_dict() for finding in found],
        "rows_seen": sum(one.rows for one in scanned) if scanned else None,
        "partial": budget.partial,
        "problem": problem,
    }
    if any(finding.holds for finding in found):
        values["state"] = states.FOUND
    elif problem:
        values["state"] = states.UNREADABLE
    else:
        values["state"] = states.CLEAR if scanned else states.NOT_TABULAR
    return {**values, **_decided_before(taken, values)}


def _decided_before(taken: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a confirmation for what it was given for: the same bytes, or a table of the same kind.

    Rows are added to a table day by day; what was confirmed is which columns hold what.
    """
    if taken["confirmed_at"] is None:
        return {}
    if values["hash"] is not None:
        same = taken["hash"] == values["hash"] and _columns(taken) >= _columns(values)
    else:
        same = _columns(taken) >= _columns(values)
    if same and values["state"] == states.FOUND:
        return {"state": states.CONFIRMED}
    return {"confirmed_at": None, "confirmed_by": None, "reason": None}


def _columns(scan_: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["sheet"], one["column"], one["kind"]) for one in scan_["findings"]}


@contextlib.contextmanager
def _content(resource: Any) -> Iterator[IO[bytes]]:
    """Open the stored file of a resource; FileNotFoundError where the worker cannot see it."""
    upload: Any = uploader.get_resource_uploader({"url": resource.url, "url_type": "upload"})
    path = upload.get_path(resource.id)
    storage = getattr(upload, "storage", None)
    if storage is None:
        with Path(path).open("rb") as file:
            yield file
    else:
        with tempfile.TemporaryFile() as copy:
            _copy(storage, path, copy)
            yield copy


def _copy(storage: Any, path: Any, copy: IO[bytes]) -> None:
    """Fetch a file that may be on another server; a scan has to go back and forth in it."""
    from ckan.lib import files as ckan_files  # noqa: PLC0415 - new in CKAN 2.12

    location = ckan_files.FileData(ckan_files.Location(path))
    try:
        for chunk in storage.stream(location):
            copy.write(chunk)
    except ckan_files.exc.MissingFileError:
        raise FileNotFoundError from None
    copy.seek(0)


def _digest(file: IO[bytes]) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size
