"""The blueprint of editions, results and the KPI."""

from __future__ import annotations

from flask import Blueprint

from ckanext.pcio.standard import forgery

pcio_editions = Blueprint("pcio_editions", __name__, url_prefix="/readiness")
pcio_editions.before_request(forgery.protect)
