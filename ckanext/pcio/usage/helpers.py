"""Template helpers of numbers of use."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from . import links


def pcio_through_portal(html: Markup, resource: dict[str, Any], dataset: dict[str, Any]) -> Markup:
    """Return `html` with the links to the resource's file elsewhere leading through the portal."""
    return links.through_portal(html, resource, dataset)
