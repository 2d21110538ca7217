"""`/readiness/inventory`: databases and datasets of each office, and which are ready to link."""

from __future__ import annotations

from flask import Blueprint

pcio_inventory = Blueprint("pcio_inventory", __name__, url_prefix="/readiness/inventory")
