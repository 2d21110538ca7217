"""Who may see numbers of use: everybody, of what they may see."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def pcio_usage_show(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the action asks `package_show` for a dataset, and sums what is seen."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def pcio_usage_list(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the table holds only datasets whose labels the caller holds."""
    return {"success": True}
