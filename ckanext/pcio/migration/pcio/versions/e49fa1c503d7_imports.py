"""Imports of workbooks.

Revision ID: e49fa1c503d7
Revises: d38e90b4f2c6
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "e49fa1c503d7"
down_revision = "d38e90b4f2c6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pcio_import",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("user_id", sa.UnicodeText, nullable=False),
        sa.Column("organization_id", sa.UnicodeText, nullable=False),
        sa.Column("filename", sa.UnicodeText, nullable=False),
        sa.Column("sha256", sa.UnicodeText, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("options", JSONB, nullable=False),
        sa.Column("totals", JSONB, nullable=False),
        sa.Column("remarks", JSONB, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("error", JSONB),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True)),
        sa.Column("finished", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_pcio_import_organization_id", "pcio_import", ["organization_id"])
    op.create_table(
        "pcio_import_row",
        sa.Column("import_id", sa.UnicodeText, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("sheet", sa.UnicodeText, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column("outcome", sa.UnicodeText, nullable=False),
        sa.Column("warned", sa.Boolean, nullable=False),
        sa.Column("package_id", sa.UnicodeText),
        sa.Column("base", sa.UnicodeText),
        sa.Column("wanted", JSONB),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("remarks", JSONB, nullable=False),
        sa.Column("written", sa.Boolean, nullable=False),
        sa.Column("announced", sa.Boolean, nullable=False),
    )
    op.create_index("ix_pcio_import_row_outcome", "pcio_import_row", ["import_id", "outcome"])


def downgrade() -> None:
    op.drop_table("pcio_import_row")
    op.drop_table("pcio_import")
