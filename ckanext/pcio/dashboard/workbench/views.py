"""All pages of the workbench; importing them registers their addresses."""

from __future__ import annotations

from . import overview_lists, overview_steps, overview_views, question_views
from .blueprint import pcio_survey

__all__ = ["overview_lists", "overview_steps", "overview_views", "pcio_survey", "question_views"]
