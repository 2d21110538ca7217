"""Pages: personal data in files that are about to become public."""

from __future__ import annotations

from flask import Blueprint

from ckanext.pcio.standard import forgery

pcio_personal = Blueprint("pcio_personal", __name__)
pcio_personal.before_request(forgery.protect)
