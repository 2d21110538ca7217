"""Numbers of use by day and month, and the batches written.

Revision ID: 7d20a9c4e6b1
Revises: c52d8e0b6f14
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "7d20a9c4e6b1"
down_revision = "c52d8e0b6f14"
branch_labels = None
depends_on = None


def _counted(name: str, period: str, **options: str) -> None:
    op.create_table(
        name,
        sa.Column("dataset_id", sa.UnicodeText, server_default="", nullable=False),
        sa.Column(period, sa.Date, nullable=False),
        sa.Column("resource_id", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("organization_id", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("access", sa.UnicodeText, nullable=False),
        sa.Column("audience", sa.UnicodeText, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "dataset_id", period, "resource_id", "organization_id", "kind", "access", "audience"
        ),
        **options,
    )


def upgrade() -> None:
    # The months' partitions are made when a month is first written (usage/flush.py).
    _counted("pcio_usage_daily", "day", postgresql_partition_by="RANGE (day)")
    _counted("pcio_usage_monthly", "month")
    op.create_table(
        "pcio_usage_batch",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("source", sa.UnicodeText, nullable=False),
        sa.Column("detail", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("first_day", sa.Date, index=True),
        sa.Column("last_day", sa.Date),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "pcio_usage_account",
        sa.Column("account_id", sa.UnicodeText, primary_key=True),
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.UnicodeText, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "pcio_usage_watch",
        sa.Column("account_id", sa.UnicodeText, primary_key=True),
    )


def downgrade() -> None:
    for name in ("watch", "account", "batch", "monthly", "daily"):
        op.drop_table(f"pcio_usage_{name}")
