"""All pages of editions; importing them registers their addresses."""

from __future__ import annotations

from . import frame_views, gd_catalog_views, index_views, kpi_views, results_views
from .blueprint import pcio_editions

__all__ = [
    "frame_views",
    "gd_catalog_views",
    "index_views",
    "kpi_views",
    "pcio_editions",
    "results_views",
]
