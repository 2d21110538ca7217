"""What GD Catalog knows of each dataset, and which datasets were taken in from elsewhere.

Revision ID: f50ab2d614e8
Revises: e49fa1c503d7
"""

import sqlalchemy as sa
from alembic import op

revision = "f50ab2d614e8"
down_revision = "e49fa1c503d7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pcio_registration",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("state", sa.UnicodeText, nullable=False, index=True),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column("validated_at", sa.DateTime(timezone=True)),
        sa.Column("metadata_modified", sa.DateTime(timezone=True)),
        sa.Column("source", sa.UnicodeText, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.UnicodeText, nullable=False),
    )
    op.create_table(
        "pcio_portal_copy",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("source", sa.UnicodeText, nullable=False, index=True),
        sa.Column("fingerprint", sa.UnicodeText, nullable=False),
        sa.Column("saved_as", sa.DateTime, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pcio_portal_copy")
    op.drop_table("pcio_registration")
