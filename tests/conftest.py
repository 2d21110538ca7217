"""Fixtures of the whole suite: CKAN's database with this extension's tables."""

from __future__ import annotations

import pytest


@pytest.fixture
def clean_db(reset_db, migrate_db_for):
    """An empty database that has the tables of the plugins in use."""
    reset_db()
    migrate_db_for("activity")
    migrate_db_for("pcio")
