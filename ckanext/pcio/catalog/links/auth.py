"""Who may have addresses asked: those who can mend them."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def pcio_links_check(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the dataset."""
    try:
        tk.check_access("package_update", context, {"id": data_dict.get("id")})
    except tk.NotAuthorized:
        message = tk._("Only those who may change the dataset may have its links checked.")
        return {"success": False, "msg": message}
    return {"success": True}
