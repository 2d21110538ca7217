"""The blueprint of the pages on which a province answers a survey."""

from __future__ import annotations

from flask import Blueprint

from ckanext.pcio.standard import forgery

pcio_survey = Blueprint("pcio_survey", __name__, url_prefix="/readiness/survey")
pcio_survey.before_request(forgery.protect)
