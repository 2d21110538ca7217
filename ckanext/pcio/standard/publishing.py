"""Publishing a dataset checks all of it, also the files that did not change (CKAN edge).

CKAN's `package_update` validates only resources that differ from what is stored. A draft may hold
files that are not fit to be seen, and publishing it changes none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import logic, model

from ckanext.pcio.standard.record import read_private

_Action = Callable[[Any, dict[str, Any]], Any]
_STORED = "original_package"


@tk.chained_action
def package_update(up: _Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Update a dataset; where that publishes it, validate its unchanged resources too."""
    package = _package(data_dict)
    if package is None or context.get("pcio_import") or not _publishes(package, data_dict):
        return up(context, data_dict)
    stored = context.get(_STORED)
    if not stored or stored.get("id") != package.id:
        show = logic.fresh_context(context, ignore_auth=True)
        stored = tk.get_action("package_show")(show, {"id": package.id})
    data_dict.setdefault("resources", stored.get("resources", []))
    # What CKAN does not find among the stored resources, it validates.
    before = context.get(_STORED)
    context[_STORED] = {**stored, "resources": []}
    try:
        return up(context, data_dict)
    finally:
        context[_STORED] = before


def _package(data_dict: Mapping[str, Any]) -> Any:
    name = data_dict.get("id") or data_dict.get("name")
    return model.Package.get(name) if isinstance(name, str) else None


def _publishes(package: Any, data_dict: Mapping[str, Any]) -> bool:
    becomes_active = data_dict.get("state") == "active" and package.state != "active"
    stays_private = read_private(data_dict.get("private"))
    return becomes_active or (package.private and not stays_private)
