"""What the inventory of databases counts of a dataset.

Revision ID: 394ef6bac52d
Revises: 283de5a9b41c
"""

import sqlalchemy as sa
from alembic import op

revision = "394ef6bac52d"
down_revision = "283de5a9b41c"
branch_labels = None
depends_on = None

_FACTS = "pcio_dataset_facts"
_INDEX = "ix_pcio_dataset_facts_database"
_PUBLIC_INDEX = "ix_pcio_dataset_facts_public_database"


def upgrade() -> None:
    """Add the columns. `pcio facts rebuild` fills them; until then names are compared roughly."""
    op.add_column(_FACTS, sa.Column("database_key", sa.UnicodeText))
    op.add_column(
        _FACTS,
        sa.Column("api_by_datastore", sa.Boolean, server_default=sa.false(), nullable=False),
    )
    op.execute(
        f"UPDATE {_FACTS} SET"
        " database_key = left(lower(regexp_replace(source_database, '\\s', '', 'g')), 200)"
        " WHERE source_database IS NOT NULL"
    )
    columns = ["organization_id", "database_key", "own"]
    op.create_index(_INDEX, _FACTS, columns)
    public = sa.text("permission_labels && ARRAY['public'::text]")
    op.create_index(_PUBLIC_INDEX, _FACTS, columns, postgresql_where=public)


def downgrade() -> None:
    """Drop them; they are derived from the datasets."""
    op.drop_index(_PUBLIC_INDEX, _FACTS)
    op.drop_index(_INDEX, _FACTS)
    op.drop_column(_FACTS, "api_by_datastore")
    op.drop_column(_FACTS, "database_key")
