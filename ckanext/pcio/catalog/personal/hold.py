"""Whether readers get the content of a file, or it is held until it was looked at.

Metadata is never held. What is held is everything for which CKAN asks `resource_show`: the file,
its rows in the DataStore, its views.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context
from flask import current_app, g, has_app_context
from werkzeug.exceptions import Forbidden

from .model import SCAN
from .states import HOLDING

HOLD, WARN, OFF = "hold", "warn", "off"
MODES = (HOLD, WARN, OFF)
_SEEN = "pcio_personal_held"
_REFUSED = "pcio_personal_refused"


def mode() -> str:
    """Return what the portal's setting says: hold, warn or off."""
    chosen = tk.config["ckanext.pcio.personal.mode"]
    return chosen if chosen in MODES else HOLD


def held_in(package_id: str) -> frozenset[str]:
    """Return the resources of a dataset whose content is held. One statement in a request.

    Pages ask for each resource of a dataset; they get one answer for all.
    """
    seen: dict[str, frozenset[str]] = {}
    if has_app_context():
        seen = g.setdefault(_SEEN, seen)
    if package_id not in seen:
        query = sa.select(SCAN.c.resource_id).where(
            SCAN.c.package_id == package_id, SCAN.c.holds, SCAN.c.state.in_(sorted(HOLDING))
        )
        seen[package_id] = frozenset(model.Session.scalars(query))
    return seen[package_id]


def forget() -> None:
    """Ask the database again, because something was changed in this request."""
    if has_app_context():
        g.pop(_SEEN, None)


def is_held(resource: model.Resource) -> bool:
    """Return whether the content of a resource is held from readers.

    In a private dataset it is not: its readers are the office's own people.
    """
    if mode() != HOLD or not resource.package_id:
        return False
    if resource.id not in held_in(resource.package_id):
        return False
    package = resource.package
    return package is not None and not package.private and package.state == model.State.ACTIVE


def withheld(context: Context, resource: model.Resource) -> bool:
    """Return whether the caller, who may read the dataset, does not get this resource's content.

    Who may change the dataset always does.
    """
    if context.get("ignore_auth") or not is_held(resource):
        return False
    allowed = authz.is_authorized(
        "package_update",
        tk.fresh_context(context),
        {"id": resource.package_id},
    )
    refused = not allowed.get("success")
    if refused and has_app_context():
        setattr(g, _REFUSED, True)
    return refused


def refused_here() -> bool:
    """Return whether this request was refused because a file is held."""
    return has_app_context() and bool(g.get(_REFUSED))


def install(app: Any) -> None:
    """Answer 403 where a page of CKAN's does not expect that it may not have a resource."""
    app.register_error_handler(tk.NotAuthorized, _forbidden)


def _forbidden(error: Exception) -> Any:
    if not refused_here():
        raise error
    return current_app.handle_http_exception(Forbidden(sentence()))


def sentence() -> str:
    """Return what a reader is told."""
    return tk._(
        "This file is being checked for personal data and cannot be downloaded yet. Its "
        "description stays public; please try again later."
    )
