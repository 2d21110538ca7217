"""The register of exchanges, and which datasets an exchange makes sharable.

Revision ID: 9f42c1e608d3
Revises: 8e31b0d5f7c2
"""

import sqlalchemy as sa
from alembic import op

revision = "9f42c1e608d3"
down_revision = "8e31b0d5f7c2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pcio_exchange",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("dataset_id", sa.UnicodeText, nullable=False),
        sa.Column("partner", sa.UnicodeText, nullable=False),
        sa.Column("partner_organization_id", sa.UnicodeText),
        sa.Column("tier", sa.UnicodeText, nullable=False),
        sa.Column("method", sa.UnicodeText, nullable=False),
        sa.Column("status", sa.UnicodeText, nullable=False),
        sa.Column("legal_basis", sa.UnicodeText, nullable=False),
        sa.Column("approved_on", sa.Date),
        sa.Column("signed_on", sa.Date),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("purpose", sa.UnicodeText, nullable=False),
        sa.Column("account_id", sa.UnicodeText),
        sa.Column("account_since", sa.Date),
        sa.Column("told_calls", sa.BigInteger),
        sa.Column("told_records", sa.BigInteger),
        sa.Column("told_last_use", sa.Date),
        sa.Column("told_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.UnicodeText, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.UnicodeText, nullable=False),
    )
    op.create_index("ix_pcio_exchange_dataset_id", "pcio_exchange", ["dataset_id"])
    op.create_index("ix_pcio_exchange_account_id", "pcio_exchange", ["account_id"])
    op.create_table(
        "pcio_dataset_exchanged",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("until", sa.Date),
    )


def downgrade() -> None:
    op.drop_table("pcio_dataset_exchanged")
    op.drop_table("pcio_exchange")
