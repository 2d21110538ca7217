"""The register's tables: made as the code describes them, and gone without a trace."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ckan import model

BEFORE = "8e31b0d5f7c2"
TABLES = ("pcio_exchange", "pcio_dataset_exchanged")
pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


def present():
    return set(TABLES) & set(sa.inspect(model.meta.engine).get_table_names())


def differences():
    """Where the database differs from the tables the code describes."""

    def ours(_item, name, kind, _reflected, _other):
        return kind != "table" or name in TABLES

    with model.meta.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        return compare_metadata(context, tk.BaseModel.metadata)


def test_down_and_up_again_on_tables_with_rows(make_dataset, record, migrate_db_for):
    make_dataset("water")
    record("water", account="health-office-api")
    model.Session.commit()
    model.Session.remove()
    assert present() == set(TABLES)
    assert differences() == []
    try:
        migrate_db_for("pcio", BEFORE, forward=False)
        assert present() == set()
    finally:
        migrate_db_for("pcio")
    assert present() == set(TABLES)
    assert differences() == []
    # The rows are gone with the tables; the register works again.
    record("water")
