"""Template helpers of the register of exchanges of sharable data with other agencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.helpers import pcio_language

from .page import row_view

SHOWN = 10


def pcio_dataset_exchanges(pkg: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the exchanges the dataset page shows: `count`, `rows`, `may_add`.

    None for who may not read the register, whom nobody asks further.
    """
    if not tk.current_user.is_authenticated:
        return None
    try:
        found = tk.get_action("pcio_exchange_list")({}, {"dataset": pkg["id"], "limit": SHOWN})
    except tk.NotAuthorized:
        return None
    return {
        "count": found["count"],
        "rows": [row_view(row, pcio_language()) for row in found["results"]],
        "may_add": tk.h.check_access("pcio_exchange_create", {"dataset": pkg["id"]}),
    }


def pcio_exchange_member() -> bool:
    """Return whether the visitor may read the register of exchanges."""
    return tk.current_user.is_authenticated and tk.h.check_access("pcio_exchange_list", {})
