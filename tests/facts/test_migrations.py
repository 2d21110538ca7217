"""The tables go up and down by every step, whatever is in them, and are those the code knows."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

BEFORE = "b16c7e92d0a4"
"""Where portals of the release before stand."""
ROW = {
    **{"package_id": "a", "name": "a", "title": "ก", "summary": "", "state": "active"},
    **{"url": "", "private": False, "own": True, "high_value": False, "stars": 0, "resources": 1},
    **dict.fromkeys(("structured", "machine_readable", "dictionary", "datastore"), False),
    **{"permission_labels": ["public"]},
}


def tables() -> dict[str, Any]:
    """Columns and indexes of our tables, as the database has them."""
    inspector = sa.inspect(model.meta.engine)
    return {
        name: (
            {column["name"]: column["nullable"] for column in inspector.get_columns(name)},
            sorted(str(index["name"]) for index in inspector.get_indexes(name)),
        )
        for name in inspector.get_table_names()
        # Partitions of use are made month by month.
        if name.startswith("pcio_") and not name.startswith("pcio_usage_daily_")
        if name != "pcio_alembic_version"
    }


def test_up_down_and_up_again(with_plugins, reset_db, migrate_db_for):
    reset_db()
    migrate_db_for("pcio")
    whole = tables()
    migrate_db_for("pcio", "base", forward=False)
    assert tables() == {}
    migrate_db_for("pcio", BEFORE)
    facts = sa.table("pcio_dataset_facts", *map(sa.column, ROW))
    with model.meta.engine.begin() as connection:
        connection.execute(sa.insert(facts).values(ROW))
    migrate_db_for("pcio")
    assert tables() == whole
    migrate_db_for("pcio", BEFORE, forward=False)
    migrate_db_for("pcio")
    assert tables() == whole
    with model.meta.engine.begin() as connection:
        assert connection.scalar(sa.select(facts.c.title)) == "ก"
        connection.execute(sa.delete(facts))


def test_the_code_and_the_database_agree(with_plugins, reset_db, migrate_db_for):
    reset_db()
    migrate_db_for("pcio")
    known = {
        name: {column.name: column.nullable for column in table.columns}
        for name, table in tk.BaseModel.metadata.tables.items()
        if name.startswith("pcio_")
    }
    assert known
    there = {name: columns for name, (columns, _indexes) in tables().items() if name in known}
    assert there == known
    inspector = sa.inspect(model.meta.engine)
    assert not any(inspector.get_foreign_keys(name) for name in tables())
