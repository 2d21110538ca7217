"""Who is told how good a description is: those who can mend it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def pcio_quality_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the dataset."""
    try:
        tk.check_access("package_update", context, {"id": data_dict.get("id")})
    except tk.NotAuthorized:
        return {
            "success": False,
            "msg": tk._("Only those who may change the dataset are told about its quality."),
        }
    return {"success": True}
