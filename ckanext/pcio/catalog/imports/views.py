"""Pages: taking in workbooks of metadata."""

from __future__ import annotations

from flask import Blueprint

from ckanext.pcio.standard import forgery

pcio_import = Blueprint("pcio_import", __name__)
pcio_import.before_request(forgery.protect)
