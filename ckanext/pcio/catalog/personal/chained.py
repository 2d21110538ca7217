"""Actions of CKAN's that meet files which are held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from . import hold, watch

_Action = Callable[[Context, dict[str, Any]], Any]


@tk.side_effect_free
@tk.chained_action
def resource_view_list(up: _Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Return the views of a resource; of a file that is held, none to who may not have it.

    Pages of datasets ask for them, and the dataset is there to be seen.
    """
    try:
        return up(context, data_dict)
    except tk.NotAuthorized:
        resource = model.Resource.get(str(data_dict.get("id")))
        if resource is None or not hold.withheld(context, resource):
            raise
        tk.check_access("package_show", tk.fresh_context(context), {"id": resource.package_id})
        return []


@tk.chained_action
def datastore_upsert(up: _Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Write rows of a table, then have it looked at again."""
    resource_id = data_dict.get("resource_id")
    result = up(context, data_dict)
    if isinstance(resource_id, str) and not data_dict.get("dry_run"):
        watch.table_written(resource_id, new=False)
        model.repo.commit()
    return result


def chained_actions() -> dict[str, Any]:
    """Return the chained actions; the DataStore's only where there is one."""
    chained: dict[str, Any] = {"resource_view_list": resource_view_list}
    if p.plugin_loaded("datastore"):
        chained["datastore_upsert"] = datastore_upsert
    return chained
