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


def upgrade() -> None:
    """Add the columns. `pcio facts rebuild` fills them; until then names are compared roughly."""
    op.add_column(_FACTS, sa.Column("database_key", sa.UnicodeText))
    op.add_column(
        _FACTS,
        sa.Column("api_by_datastore", sa.Boolean, server_default=sa.false(), nullable=False),
    )
    op.execute(
        f"UPDATE {_FACTS} SET database_key = lower(regexp_replace(source_database, '\\s', '', 'g'))"
        " WHERE source_database IS NOT NULL"
    )


def downgrade() -> None:
    """Drop them; they are derived from the datasets."""
    op.drop_column(_FACTS, "api_by_datastore")
    op.drop_column(_FACTS, "database_key")
