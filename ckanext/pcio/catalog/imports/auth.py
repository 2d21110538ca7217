"""Who may import: who may create and change the datasets of the office."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict

from . import store
from .job import may_import


@tk.auth_allow_anonymous_access
def pcio_import_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow editors and administrators of the office; without an office, of any."""
    user = _user(context)
    organization = data_dict.get("organization")
    if user is None:
        return _refused()
    if not organization:
        some = user.sysadmin or authz.has_user_permission_for_some_org(user.name, "create_dataset")
        return {"success": True} if some else _refused()
    group = model.Group.get(organization) if isinstance(organization, str) else None
    if group is None or not group.is_organization or group.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("There is no such office."))
    return {"success": True} if may_import(user, group.id) else _refused()


@tk.auth_allow_anonymous_access
def pcio_import_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may import for the import's office."""
    return _of_import(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_import_rows(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may import for the import's office."""
    return _of_import(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_import_run(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may import for the import's office."""
    return _of_import(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_import_cancel(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may import for the import's office."""
    return _of_import(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_import_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may import for the import's office."""
    return _of_import(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_import_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may import for some office; the list holds imports of such offices."""
    return pcio_import_create(context, {"organization": data_dict.get("organization")})


def _of_import(context: Context, data_dict: DataDict) -> AuthResult:
    user = _user(context)
    if user is None:
        return _refused()
    if not (user.sysadmin or authz.has_user_permission_for_some_org(user.name, "create_dataset")):
        return _refused()
    found = store.get(data_dict["id"])
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such import."))
    return {"success": True} if may_import(user, found["organization_id"]) else _refused()


def _user(context: Context) -> model.User | None:
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    return user if isinstance(user, model.User) and user.is_active else None


def _refused() -> AuthResult:
    return {
        "success": False,
        "msg": tk._("Only editors and administrators of an office import workbooks."),
    }
