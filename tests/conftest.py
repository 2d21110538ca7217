"""Fixtures of the whole suite: CKAN's database with this extension's tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ckan import model


@pytest.fixture
def clean_db(reset_db, migrate_db_for):
    """An empty database that has the tables of the plugins in use.

    `reset_db` empties the tables there are; migrating again what is migrated already would cost
    each test a second.
    """
    reset_db()
    tables = sa.inspect(model.meta.engine).get_table_names()
    for plugin in ("activity", "pcio"):
        if f"{plugin}_alembic_version" not in tables:
            migrate_db_for(plugin)
