"""All pages of editions; importing them registers their addresses."""

from __future__ import annotations

from . import frame_views, index_views
from .blueprint import pcio_editions

__all__ = ["frame_views", "index_views", "pcio_editions"]
