"""Who may read and enter official results, and see what is counted from them."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.pcio.survey.response import access


@tk.auth_allow_anonymous_access
def pcio_result_list(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office."""
    return _reader(context)


@tk.auth_allow_anonymous_access
def pcio_result_update(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_result_delete(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_score_show(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office."""
    return _reader(context)


@tk.auth_allow_anonymous_access
def pcio_gd_catalog_show(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the datasets counted are those they may see."""
    return _reader(context)


def _reader(context: Context) -> AuthResult:
    if access.person(context).reads:
        return {"success": True}
    refused = tk._("The province’s results are for people who belong to an office.")
    return {"success": False, "msg": refused}


def _secretary(context: Context) -> AuthResult:
    if access.person(context).secretary:
        return {"success": True}
    return {"success": False, "msg": tk._("Only the committee's secretary may do this.")}
