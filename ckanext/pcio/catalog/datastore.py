"""The DataStore's actions, followed by a look at the dataset's facts.

A changed data dictionary changes no row of CKAN's own tables, so `IDomainObjectModification`
does not tell of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from . import sync
from .dictionary import adopting
from .personal import watch

_Action = Callable[[Context, dict[str, Any]], Any]


def _refreshing(up: _Action, context: Context, data_dict: dict[str, Any]) -> Any:
    asked = data_dict.get("resource_id")
    before = model.Resource.get(asked) if isinstance(asked, str) else None
    had_table = before is not None and bool((before.extras or {}).get("datastore_active"))
    result = up(context, data_dict)
    resource_id = data_dict.get("resource_id") or (result or {}).get("resource_id")
    resource = model.Resource.get(resource_id) if resource_id else None
    if resource is not None and resource.package_id:
        sync.write([resource.package_id])
        watch.table_written(resource.id, new=not had_table)
        if not context.get("defer_commit"):
            model.repo.commit()
    return result


@tk.chained_action
def datastore_create(up: _Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Create or change a table, then refresh the facts of its dataset.

    A dictionary written before there was a table goes over to the table.
    """

    def create(context: Context, data_dict: dict[str, Any]) -> Any:
        result = up(context, data_dict)
        resource_id = data_dict.get("resource_id") or (result or {}).get("resource_id")
        if resource_id:
            adopting.adopt(resource_id, lambda words: up(tk.fresh_context(context), words))
        return result

    return _refreshing(create, context, data_dict)


@tk.chained_action
def datastore_delete(up: _Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Delete a table or rows of it, then refresh the facts of its dataset."""
    return _refreshing(up, context, data_dict)


def chained_actions() -> dict[str, Any]:
    """Return the chained actions; none where the portal has no DataStore."""
    if not p.plugin_loaded("datastore"):
        return {}
    return {"datastore_create": datastore_create, "datastore_delete": datastore_delete}
