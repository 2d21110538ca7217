"""Who may do what with the province's answers. The actions judge what depends on the question."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from . import access


def _secretary(context: Context) -> AuthResult:
    if access.person(context).secretary:
        return {"success": True}
    return {"success": False, "msg": tk._("Only the committee's secretary may do this.")}


def _reader(context: Context) -> AuthResult:
    if access.person(context).reads:
        return {"success": True}
    refused = tk._("The province's answers are for people who belong to an office.")
    return {"success": False, "msg": refused}


def _office(context: Context, data_dict: DataDict) -> AuthResult:
    who = access.person(context)
    if who.secretary or who.contributes:
        return {"success": True}
    refused = tk._("Only editors and administrators of an office answer for it.")
    return {"success": False, "msg": refused}


@tk.auth_allow_anonymous_access
def pcio_survey_show(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office."""
    return _reader(context)


@tk.auth_allow_anonymous_access
def pcio_survey_missing(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office."""
    return _reader(context)


@tk.auth_allow_anonymous_access
def pcio_survey_history(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; what other offices contributed is left out."""
    return _reader(context)


@tk.auth_allow_anonymous_access
def pcio_survey_open(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_survey_update(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_survey_assign(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_survey_unassign(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_survey_remind(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_survey_lock(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_survey_unlock(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow sysadmins only, whom CKAN does not ask."""
    return {"success": False, "msg": tk._("Only a system administrator opens a locked survey.")}


@tk.auth_allow_anonymous_access
def pcio_answer_update(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_answer_accept(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_answer_reopen(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow the secretary."""
    return _secretary(context)


@tk.auth_allow_anonymous_access
def pcio_contribution_update(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow editors and admins of offices; the action asks whether the question is theirs."""
    return _office(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_contribution_withdraw(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow editors and admins of offices; the action asks whether the question is theirs."""
    return _office(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_evidence_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow the secretary, and offices for their own questions."""
    return _office(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_evidence_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow the secretary, and offices for what they gave."""
    return _office(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_evidence_show(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the action asks whose evidence it is."""
    return _reader(context)
