"""Who may see the proposed answers: everybody, over the datasets they may see."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def pcio_assessment_show(_context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow everybody; the answers rest only on datasets whose labels the caller holds."""
    return {"success": True}
