"""Who may do what with the register of public demand.

Everybody may ask, support and read what is published. The office asked checks a demand and
answers it; one that asks no office is checked by any office. Whoever may change a dataset may say
that it meets a demand. Deleting and importing are for administrators.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import logic
from ckan.types import AuthResult, Context, DataDict

from . import store
from .access import viewer


@tk.auth_allow_anonymous_access
def pcio_demand_create(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the demand is not shown before an officer has checked it."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def pcio_demand_support(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody, for demands that are published."""
    return {"success": True}


def pcio_demand_unsupport(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody who logged in: only they can be found again among the supporters."""
    if viewer(context).user_id is None:
        return _refused(tk._("Only a support given with a login can be taken back."))
    return {"success": True}


@tk.auth_allow_anonymous_access
def pcio_demand_show(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; what the caller may not read is not found."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def pcio_demand_list(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the list holds what the caller may read."""
    return {"success": True}


def pcio_demand_update(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow the office asked, any office where none is asked, and administrators."""
    who = viewer(context)
    if who.user_id is None:
        return _refused(tk._("Please log in as an officer."))
    if who.handles(store.find(data_dict, who).organization_id):
        return {"success": True}
    return _refused(tk._("Only the office asked may check and change this request."))


def pcio_demand_answer(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow the office asked, and who may change the dataset that meets the demand."""
    who = viewer(context)
    if who.user_id is None:
        return _refused(tk._("Please log in as an officer."))
    asked = store.find(data_dict, who).organization_id
    if who.speaks_for(asked) or _may_change(context, data_dict):
        return {"success": True}
    return _refused(
        tk._("Only the office asked, or the office of the dataset that meets it, may answer.")
    )


def _may_change(context: Context, data_dict: dict[str, Any]) -> bool:
    """Whether the answer names a dataset that the caller may change."""
    reference = store.dataset_reference(data_dict.get("dataset"))
    if not reference or data_dict.get("answer") != "fulfilled":
        return False
    user: Context = {"user": context.get("user") or ""}
    try:
        return logic.check_access("package_update", user, {"id": reference})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False


def pcio_demand_delete(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow administrators only: an office hides what it should not show, and nothing is lost."""
    return _refused(tk._("Only an administrator may delete a request; hide it instead."))


def pcio_demand_import(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow administrators only."""
    return _refused(tk._("Only an administrator may import the yearly list."))


def _refused(message: str) -> AuthResult:
    return {"success": False, "msg": message}
