"""Pages: giving out the metadata of the catalog or of one office."""

from __future__ import annotations

from flask import Blueprint

from ckanext.pcio.standard import forgery

pcio_export = Blueprint("pcio_export", __name__)
pcio_export.before_request(forgery.protect)
