"""Publishing a dataset checks all of it, also the files that did not change (CKAN edge).

CKAN's `package_update` validates only resources that differ from what is stored. A draft may hold
files that are not fit to be seen, and publishing it changes none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import logic, model
from ckan.lib import plugins as lib_plugins

from ckanext.pcio.standard.helpers import pcio_messages
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


@tk.chained_action
def bulk_update_public(up: _Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Publish several datasets of an organization: all of them, or none where one is not fit."""
    tk.check_access("bulk_update_public", context, data_dict)
    refused = {}
    for package in _packages(data_dict):
        errors = _errors_when_public(context, package)
        if errors:
            refused[package.title or package.name] = pcio_messages(errors)
    if refused:
        said = [f"{title}: {' '.join(messages)}" for title, messages in refused.items()]
        raise tk.ValidationError({"datasets": said})
    return up(context, data_dict)


def _packages(data_dict: Mapping[str, Any]) -> list[Any]:
    wanted = [each for each in data_dict.get("datasets") or () if isinstance(each, str)]
    package = model.Package
    query = sa.select(package).where(
        package.id.in_(wanted), package.owner_org == data_dict.get("org_id")
    )
    return list(model.Session.scalars(query))


def _errors_when_public(context: Any, package: Any) -> Mapping[str, Any]:
    show = logic.fresh_context(context, ignore_auth=True, use_cache=False)
    stored = tk.get_action("package_show")(show, {"id": package.id})
    kind = lib_plugins.lookup_package_plugin(package.type)
    checking: Any = {
        **logic.fresh_context(context),
        **{"model": model, "session": model.Session, "package": package},
        _STORED: {**stored, "resources": []},
    }
    published = {**stored, "private": False}
    schema = kind.update_package_schema()
    _checked, errors = lib_plugins.plugin_validate(
        kind, checking, published, schema, "package_update"
    )
    return errors


def _package(data_dict: Mapping[str, Any]) -> Any:
    name = data_dict.get("id") or data_dict.get("name")
    return model.Package.get(name) if isinstance(name, str) else None


def _publishes(package: Any, data_dict: Mapping[str, Any]) -> bool:
    becomes_active = data_dict.get("state") == "active" and package.state != "active"
    stays_private = read_private(data_dict.get("private"))
    return becomes_active or (package.private and not stays_private)
