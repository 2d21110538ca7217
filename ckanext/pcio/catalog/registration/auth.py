"""Who may do what: people of an office read the registration, sysadmins enter states."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict

from ckanext.pcio.catalog import queries as catalog


@tk.auth_allow_anonymous_access
def pcio_registration_show(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the action shows datasets they may see."""
    return _member(context)


@tk.auth_allow_anonymous_access
def pcio_registration_list(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the list holds datasets they may see."""
    return _member(context)


@tk.auth_allow_anonymous_access
def pcio_registration_update(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow sysadmins, whom CKAN does not ask about."""
    return {"success": False, "msg": tk._("Only system administrators enter states.")}


def _member(context: Context) -> AuthResult:
    user = context.get("user")
    if catalog.sees_everything(context) or (
        user and authz.has_user_permission_for_some_org(user, "read")
    ):
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("The state of registration is for people who belong to an office."),
    }
