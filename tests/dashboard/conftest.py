"""The small province of `builders`, made once for the tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan.tests import helpers

from tests.dashboard import builders


@pytest.fixture(scope="module")
def province(reset_db, migrate_db_for, reset_index) -> Iterator[dict[str, Any]]:
    """Two offices with open, private, personal and copied datasets; the plugins stay loaded."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        yield builders.province()


@pytest.fixture(scope="module")
def portal(province) -> Any:
    """One web application for all tests that only read."""
    return helpers._get_test_app()
