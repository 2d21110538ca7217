"""Create pcio_dataset_facts.

Revision ID: a1f3c09d7b52
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "a1f3c09d7b52"
down_revision = None
branch_labels = None
depends_on = None


def _texts(name: str) -> sa.Column:
    return sa.Column(
        name, ARRAY(sa.UnicodeText), nullable=False, server_default=sa.text("'{}'::text[]")
    )


def upgrade() -> None:
    op.create_table(
        "pcio_dataset_facts",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("summary", sa.UnicodeText, nullable=False),
        sa.Column("organization_id", sa.UnicodeText),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("data_type", sa.UnicodeText),
        sa.Column("category", sa.UnicodeText),
        sa.Column("level", sa.UnicodeText),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("high_value", sa.Boolean, nullable=False),
        _texts("missing"),
        _texts("invalid"),
        sa.Column("stars", sa.SmallInteger, nullable=False),
        sa.Column("structured", sa.Boolean, nullable=False),
        sa.Column("machine_readable", sa.Boolean, nullable=False),
        sa.Column("dictionary", sa.Boolean, nullable=False),
        sa.Column("open_license", sa.Boolean),
        sa.Column("last_updated", sa.Date),
        sa.Column("frequency_unit", sa.UnicodeText),
        sa.Column("frequency_interval", sa.Integer),
        sa.Column("due_on", sa.Date),
        _texts("linkage_methods"),
        sa.Column("linkage_status", sa.UnicodeText),
        sa.Column("datastore", sa.Boolean, nullable=False),
        sa.Column("source_database", sa.UnicodeText),
        sa.Column("url", sa.UnicodeText, nullable=False),
        sa.Column("resources", sa.Integer, nullable=False),
        _texts("formats"),
        sa.Column("oddities", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("permission_labels", ARRAY(sa.UnicodeText), nullable=False),
    )
    op.create_index(
        "ix_pcio_dataset_facts_organization_id", "pcio_dataset_facts", ["organization_id"]
    )


def downgrade() -> None:
    op.drop_table("pcio_dataset_facts")
