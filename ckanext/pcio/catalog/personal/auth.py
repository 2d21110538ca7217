"""Who may do what: personal data in files that are about to become public."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthFunction, AuthResult, Context, DataDict

from . import hold, offices

_CHANGE = "package_update"


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def resource_show(
    next_auth: AuthFunction, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Refuse the content of a file that is held to all who cannot change its dataset.

    CKAN asks this before a download, a view, the proxy and every read of the DataStore.
    """
    asked: DataDict = data_dict or {}
    answer = next_auth(context, asked)
    if not answer.get("success"):
        return answer
    resource: Any = context.get("resource") or model.Resource.get(str(asked.get("id")))
    if resource is not None and hold.withheld(context, resource):
        return {"success": False, "msg": hold.sentence()}
    return answer


def pcio_personal_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the dataset."""
    return _editors_only(context, data_dict)


def pcio_personal_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the dataset."""
    return _editors_only(context, data_dict)


def pcio_personal_withdraw(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the dataset."""
    return _editors_only(context, data_dict)


def pcio_personal_scan(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the dataset."""
    return _editors_only(context, data_dict)


def pcio_personal_list(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow editors and admins of an office."""
    if offices.edited(context) is not None:
        return {"success": True}
    return {"success": False, "msg": tk._("Only editors of an office may see this list.")}


def _editors_only(context: Context, data_dict: DataDict) -> AuthResult:
    package_id = offices.package_of(str(data_dict["id"]))
    if package_id is not None:
        fresh = tk.fresh_context(context)
        if authz.is_authorized(_CHANGE, fresh, {"id": package_id}).get("success"):
            return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only people who may change the dataset see what was found in its files."),
    }
