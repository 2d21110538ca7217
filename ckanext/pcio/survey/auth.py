"""Who may see the proposed answers (everybody) and what is left to do (people of an office)."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.pcio.registers.exchange import people


@tk.auth_allow_anonymous_access
def pcio_assessment_show(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the answers rest only on datasets whose labels the caller holds."""
    return {"success": True}


# Visitors without a login are let in as far as here, so that they are told the reason too.
@tk.auth_allow_anonymous_access
def pcio_worklist_list(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the list holds datasets they may see."""
    return _member(context)


@tk.auth_allow_anonymous_access
def pcio_worklist_summary(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the numbers are of datasets they may see."""
    return _member(context)


@tk.auth_allow_anonymous_access
def pcio_improvement_list(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the numbers are the whole province's, as its answers are."""
    return _member(context)


def _member(context: Context) -> AuthResult:
    if people.viewer(context).member:
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("The worklist is for people who belong to an office and describe its data."),
    }
