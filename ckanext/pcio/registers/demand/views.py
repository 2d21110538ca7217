"""Pages of the register of demands for data that is missing."""

from __future__ import annotations

from flask import Blueprint

pcio_demand = Blueprint("pcio_demand", __name__, url_prefix="/demand")
