"""Counting what a request did, after its answer was made. One Redis round trip, no SQL."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Make `app` count the answers it gives."""
