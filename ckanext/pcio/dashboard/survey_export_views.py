"""The filled form as files."""

from __future__ import annotations

from flask import Blueprint

pcio_survey_export = Blueprint("pcio_survey_export", __name__, url_prefix="/readiness/survey")
