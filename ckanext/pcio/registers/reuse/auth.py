"""Who may do what with the register of reuses of open data."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.pcio.catalog.queries import visible

from . import access, own_link, store


@tk.auth_allow_anonymous_access
def pcio_reuse_create(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; an officer looks at it before anybody else does."""
    return {"success": True}


def pcio_reuse_update(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow officers of an office that owns one of the datasets."""
    return _officers_only(context, data_dict)


def pcio_reuse_review(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow officers of an office that owns one of the datasets."""
    return _officers_only(context, data_dict)


def pcio_reuse_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow officers of an office that owns one of the datasets."""
    return _officers_only(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_reuse_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow everybody an approved one; any to its submitter and to officers."""
    reuse_id = data_dict["id"]
    if own_link.fits(reuse_id, data_dict.get("key") or "") or store.fits(
        reuse_id, store.public(visible(context))
    ):
        return {"success": True}
    return _officers_only(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_reuse_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow everybody the approved ones; entries in another state are for officers."""
    if not data_dict.get("state") or access.officer(context):
        return {"success": True}
    return {"success": False, "msg": tk._("Only officers may list entries by their state.")}


def _officers_only(context: Context, data_dict: DataDict) -> AuthResult:
    officer = access.officer(context)
    if officer and store.fits(data_dict["id"], store.decided_by(officer)):
        return {"success": True}
    if officer.everything:
        # It is not there; the action says so.
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only officers of an office whose data is used may see or change this entry."),
    }
