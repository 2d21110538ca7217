"""Alembic's environment: CKAN hands over the database's address, we hand over our tables."""

import os

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

config = context.config
name = os.path.basename(os.path.dirname(__file__))  # noqa: PTH119, PTH120
options = {
    "target_metadata": metadata,
    "version_table": f"{name}_alembic_version",
    "include_object": lambda _item, item_name, kind, _reflected, _other: (
        kind != "table" or item_name.startswith("pcio_")
    ),
}


def run() -> None:
    """Run the migrations, or print them as SQL in Alembic's offline mode."""
    if context.is_offline_mode():
        context.configure(
            url=config.get_main_option("sqlalchemy.url"), literal_binds=True, **options
        )
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = engine_from_config(
        config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool
    )
    with engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
