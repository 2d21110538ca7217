"""Helpers of the pages on which a province answers a survey."""

from __future__ import annotations

from flask import current_app


def pcio_has_endpoint(endpoint: str) -> bool:
    """Whether a page is there to be linked to, such as `pcio_survey.overview`."""
    return endpoint in current_app.view_functions
