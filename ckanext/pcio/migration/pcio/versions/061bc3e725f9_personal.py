"""Personal data found in files.

Revision ID: 061bc3e725f9
Revises: f50ab2d614e8
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "061bc3e725f9"
down_revision = "f50ab2d614e8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pcio_personal_scan",
        sa.Column("resource_id", sa.UnicodeText, primary_key=True),
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("holds", sa.Boolean, nullable=False),
        sa.Column("due", sa.Boolean, nullable=False),
        sa.Column("content", sa.UnicodeText, nullable=False),
        sa.Column("hash", sa.UnicodeText),
        sa.Column("size", sa.BigInteger),
        sa.Column("findings", JSONB, server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("rows_seen", sa.BigInteger),
        sa.Column("partial", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("problem", sa.UnicodeText),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("scanned_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_by", sa.UnicodeText),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.UnicodeText),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
    )
    op.create_index("ix_pcio_personal_scan_package_id", "pcio_personal_scan", ["package_id"])
    op.create_index(
        "ix_pcio_personal_scan_due",
        "pcio_personal_scan",
        ["requested_at"],
        postgresql_where=sa.text("due"),
    )
    op.create_table(
        "pcio_personal_decision",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("resource_id", sa.UnicodeText, nullable=False),
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("decision", sa.UnicodeText, nullable=False),
        sa.Column("reason", sa.UnicodeText, nullable=False),
        sa.Column("hash", sa.UnicodeText),
        sa.Column("findings", JSONB, nullable=False),
        sa.Column("decided_by", sa.UnicodeText),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_pcio_personal_decision_resource_id", "pcio_personal_decision", ["resource_id", "id"]
    )


def downgrade() -> None:
    op.drop_table("pcio_personal_decision")
    op.drop_table("pcio_personal_scan")
