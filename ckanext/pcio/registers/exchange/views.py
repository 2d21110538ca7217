"""Pages of the register of exchanges of sharable data with other agencies."""

from __future__ import annotations

from flask import Blueprint

pcio_exchange = Blueprint("pcio_exchange", __name__, url_prefix="/exchange")
