"""`/usage`: how the catalog is used."""

from __future__ import annotations

from flask import Blueprint

pcio_usage = Blueprint("pcio_usage", __name__)
