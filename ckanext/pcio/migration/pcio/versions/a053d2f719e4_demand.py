"""What the public asks for, who with a login supports it, and the answers.

Revision ID: a053d2f719e4
Revises: 9f42c1e608d3
"""

import sqlalchemy as sa
from alembic import op

revision = "a053d2f719e4"
down_revision = "9f42c1e608d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pcio_demand",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("number", sa.UnicodeText),
        sa.Column("source", sa.UnicodeText, nullable=False),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("description", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("purpose", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("asker", sa.UnicodeText, nullable=False),
        sa.Column("email", sa.UnicodeText),
        sa.Column("organization_id", sa.UnicodeText),
        sa.Column("office_named", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("moderation", sa.UnicodeText, nullable=False),
        sa.Column("answer", sa.UnicodeText),
        sa.Column("dataset_id", sa.UnicodeText),
        sa.Column("url", sa.UnicodeText),
        sa.Column("note", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("expected_on", sa.Date),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.UnicodeText),
        sa.Column("supports", sa.Integer, server_default="0", nullable=False),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.UnicodeText),
    )
    op.create_index(
        "uq_pcio_demand_central",
        "pcio_demand",
        ["year", "number"],
        unique=True,
        postgresql_where=sa.text("source = 'central'"),
    )
    op.create_index("ix_pcio_demand_dataset_id", "pcio_demand", ["dataset_id"])
    op.create_index("ix_pcio_demand_organization_id", "pcio_demand", ["organization_id"])
    op.create_index("ix_pcio_demand_moderation", "pcio_demand", ["moderation", "supports"])
    op.create_table(
        "pcio_demand_support",
        sa.Column("demand_id", sa.UnicodeText, primary_key=True),
        sa.Column("user_id", sa.UnicodeText, primary_key=True),
        sa.Column("supported_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "pcio_demand_answer",
        sa.Column("demand_id", sa.UnicodeText, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("answer", sa.UnicodeText, nullable=False),
        sa.Column("dataset_id", sa.UnicodeText),
        sa.Column("url", sa.UnicodeText),
        sa.Column("note", sa.UnicodeText, nullable=False),
        sa.Column("expected_on", sa.Date),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.UnicodeText),
    )


def downgrade() -> None:
    for name in ("answer", "support"):
        op.drop_table(f"pcio_demand_{name}")
    op.drop_table("pcio_demand")
