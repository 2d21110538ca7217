"""Pages of the register of reuses of open data."""

from __future__ import annotations

from flask import Blueprint

pcio_reuse = Blueprint("pcio_reuse", __name__, url_prefix="/reuse")
