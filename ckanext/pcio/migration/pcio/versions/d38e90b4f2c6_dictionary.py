"""Data dictionaries of resources outside the DataStore.

Revision ID: d38e90b4f2c6
Revises: c27d8fa3e1b5
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d38e90b4f2c6"
down_revision = "c27d8fa3e1b5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pcio_dictionary",
        sa.Column("resource_id", sa.UnicodeText(), primary_key=True),
        sa.Column("package_id", sa.UnicodeText(), nullable=False),
        sa.Column("columns", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.UnicodeText()),
    )
    op.create_index("ix_pcio_dictionary_package_id", "pcio_dictionary", ["package_id"])


def downgrade() -> None:
    op.drop_table("pcio_dictionary")
