"""Reuses of open data, and the datasets each of them uses.

Revision ID: 8e31b0d5f7c2
Revises: 7d20a9c4e6b1
"""

import sqlalchemy as sa
from alembic import op

revision = "8e31b0d5f7c2"
down_revision = "7d20a9c4e6b1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pcio_reuse",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("how", sa.UnicodeText, nullable=False),
        sa.Column("user_kind", sa.UnicodeText, nullable=False),
        sa.Column("user_name", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("type", sa.UnicodeText, nullable=False),
        sa.Column("link", sa.UnicodeText),
        sa.Column("link_key", sa.UnicodeText),
        sa.Column("picture", sa.UnicodeText),
        sa.Column("picture_alt", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("used_on", sa.Date),
        sa.Column("email", sa.UnicodeText),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("reason", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.UnicodeText),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.UnicodeText),
    )
    op.create_index(
        "uq_pcio_reuse_link_key",
        "pcio_reuse",
        ["link_key"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index("ix_pcio_reuse_state", "pcio_reuse", ["state", "submitted_at"])
    op.create_table(
        "pcio_reuse_dataset",
        sa.Column("reuse_id", sa.UnicodeText, primary_key=True),
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
    )
    op.create_index("ix_pcio_reuse_dataset_dataset_id", "pcio_reuse_dataset", ["dataset_id"])


def downgrade() -> None:
    op.drop_table("pcio_reuse_dataset")
    op.drop_table("pcio_reuse")
