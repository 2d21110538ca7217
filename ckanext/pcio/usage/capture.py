"""Counting what a request did, after its answer was made. One Redis round trip, no SQL.

While a request that may count is answered, CKAN's own signals tell which records it is about. When
the answer is good, what to count is put together, and it is sent to Redis only when the server has
handed over the whole answer, so nobody waits for it. No error of counting reaches the visitor.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import signals
from flask import Flask, Response, g, has_app_context, request
from sqlalchemy import event

from ckanext.pcio.standard.dates import THAILAND

from . import attribution, buffer, clients, visitor
from .attribution import NOTED_ACTIONS, Notes, Use
from .events import Event

_NOTES = "pcio_usage_notes"
# Asked for each record the session reads, so it has to be nearer than Flask's `g`.
_listening: ContextVar[Notes | None] = ContextVar("pcio_usage_listening", default=None)
# As long as a double click may last: so far into a day one may have begun on the day before.
_AFTER_MIDNIGHT = timedelta(seconds=31)
_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Make `app` count the answers it gives, unless the settings say not to."""
    if not tk.config["ckanext.pcio.usage.enabled"]:
        return
    if not isinstance(app, Flask):
        _log.error("Use is not counted: name pcio before extensions that replace the application")
        return
    for action in NOTED_ACTIONS:
        # By its name, as a page carries out a hundred others.
        signals.action_succeeded.connect(_note_action, sender=action)
    for mapped in (model.Package, model.Resource):
        if not event.contains(mapped, "load", _note_loaded):
            event.listen(mapped, "load", _note_loaded)
    finders = attribution.finders(app.view_functions)

    @_harmless
    def begin() -> None:
        _listening.set(None)
        finder = finders.get(request.endpoint or "")
        if finder is not None and attribution.is_countable(request, finder):
            notes = Notes(finder)
            setattr(g, _NOTES, notes)
            if attribution.needs_notes(finder):
                _listening.set(notes)

    def forget(_error: BaseException | None) -> None:
        _listening.set(None)

    app.before_request(begin)
    app.after_request(_end)
    app.teardown_request(forget)


def _harmless(function: Callable[..., None]) -> Callable[..., None]:
    """Return `function` so that no error of it reaches the visitor."""

    @wraps(function)
    def guarded(*arguments: Any, **named: Any) -> None:
        try:
            function(*arguments, **named)
        except Exception as error:
            _say(error)

    return guarded


def _notes() -> Notes | None:
    return g.get(_NOTES) if has_app_context() else None


@_harmless
def _note_action(action: str, **said: Any) -> None:
    """Note an action CKAN carried out, for the request or for another action."""
    notes = _listening.get()
    if notes is None:
        return
    result = said["result"]
    notes.calls[action] = (said["data_dict"], result)
    if action == "package_show" and isinstance(result, dict) and "id" in result:
        notes.dataset(result)


def _note_loaded(loaded: Any, _context: Any) -> None:
    """Note a dataset or resource the session read, for a request that cannot tell otherwise."""
    notes = _listening.get()
    if notes is not None:
        _note_columns(loaded, notes)


@_harmless
def _note_columns(loaded: Any, notes: Notes) -> None:
    """Note a dataset or resource by the columns that came with it."""
    columns = loaded.__dict__
    if isinstance(loaded, model.Resource):
        notes.resources[columns["id"]] = columns.get("package_id") or ""
    else:
        notes.dataset(columns)


@dataclass(slots=True)
class _Answer:
    """What an answer will count when it was given whole."""

    uses: list[Use]
    at: datetime
    identity: str
    account: str
    user_agent: str
    is_api: bool
    failed: bool = False

    @_harmless
    def count(self) -> None:
        """Send the events to Redis; raises nothing."""
        if not self.failed:
            buffer.attempt(self.at.date().isoformat(), len(self.uses), self._store)

    def _store(self) -> None:
        key = visitor.key(self.identity, self.at.date().isoformat())
        access = clients.access(self.user_agent, api=self.is_api)
        events = [
            Event(
                at=self.at,
                kind=use.kind,
                access=access,
                visitor=key,
                url=use.url,
                account=self.account,
                organization_id=use.organization_id,
                dataset_id=use.dataset_id,
                resource_id=use.resource_id,
            )
            for use in self.uses
        ]
        before = (self.at - _AFTER_MIDNIGHT).date()
        earlier = ""
        if before != self.at.date():
            earlier = visitor.key(self.identity, before.isoformat())
        buffer.store(events, earlier)

    def watch(self, parts: Iterable[Any]) -> Iterator[Any]:
        """Hand on the parts of a streamed answer, and remember if making them failed."""
        try:
            yield from parts
        except Exception:
            self.failed = True
            raise


def _end(response: Response) -> Response:
    _prepare(response)
    return response


@_harmless
def _prepare(response: Response) -> None:
    notes = _notes()
    found = attribution.uses(request, response, notes) if notes is not None else []
    if not found:
        return
    answer = _Answer(
        uses=found,
        at=datetime.now(THAILAND),
        identity=visitor.identity(request),
        account=visitor.account_id(),
        user_agent=request.headers.get("User-Agent", ""),
        is_api=request.endpoint == "api.action",
    )
    _after(response, answer)


def _after(response: Response, answer: _Answer) -> None:
    """Have `answer` counted when the server has handed over the whole of `response`."""
    body: Any = response.response
    if not response.direct_passthrough:
        if response.is_streamed:
            response.response = answer.watch(body)
        response.call_on_close(answer.count)
        return
    # A file goes to the server past the response, so that the kernel can send it: what the server
    # closes in the end is the file itself.
    close = getattr(body, "close", None)

    def close_and_count() -> None:
        if close is not None:
            close()
        answer.count()

    try:
        body.close = close_and_count
    except AttributeError:
        answer.count()


def _say(error: Exception) -> None:
    """Say in the log where counting failed: no message of an error, as it may hold an address."""
    trace = sys.exc_info()[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    _log.error("Use was not counted: %s at %s", type(error).__name__, place)
