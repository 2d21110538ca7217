"""What the portal says of itself to a center that compares catalogs."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

KINDS = ("area_based", "agency", "data_center", "local_government")


@tk.chained_action
@tk.side_effect_free
def status_show(
    up: Callable[[Context, dict[str, Any]], dict[str, Any]],
    context: Context,
    data_dict: dict[str, Any],
) -> dict[str, Any]:
    """Return CKAN's words about the site, and what catalogs of Thai agencies add.

    :returns: CKAN's own, `catalog_type` (`area_based` for a province) and `pcio_version`, where
        the site does not hide its versions
    """
    status = up(context, data_dict)
    kind = tk.config["ckanext.pcio.catalog_org_type"]
    status["catalog_type"] = kind if kind in KINDS else KINDS[0]
    if "ckan_version" in status:
        status["pcio_version"] = version("ckanext-pcio")
    return status
