"""Who may ask: everybody, and everybody is answered about what they may see."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def pcio_inventory_show(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the numbers hold only datasets whose labels the caller holds."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def pcio_inventory_list(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the list holds only datasets whose labels the caller holds."""
    return {"success": True}
