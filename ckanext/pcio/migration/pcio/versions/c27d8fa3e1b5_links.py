"""Whether the addresses of resources answer, and what quality counts of a dataset.

Revision ID: c27d8fa3e1b5
Revises: b16c7e92d0a4
"""

import sqlalchemy as sa
from alembic import op

revision = "c27d8fa3e1b5"
down_revision = "b16c7e92d0a4"
branch_labels = None
depends_on = None

_COUNTS = ("described_files", "rules_asked", "rules_kept")


def upgrade() -> None:
    """Make the table of links; new columns of the facts are filled by `pcio facts rebuild`."""
    op.create_table(
        "pcio_link",
        sa.Column("resource_id", sa.UnicodeText, primary_key=True),
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("url", sa.UnicodeText, nullable=False),
        sa.Column("upload", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("state", sa.UnicodeText, server_default="unchecked", nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer, server_default="0", nullable=False),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.CheckConstraint(
            "state IN ('ok', 'broken', 'unknown', 'refused', 'unchecked')",
            name="ck_pcio_link_state",
        ),
    )
    op.create_index("ix_pcio_link_package_id", "pcio_link", ["package_id"])
    op.create_index("ix_pcio_link_next_at", "pcio_link", ["next_at"])
    for name in _COUNTS:
        op.add_column(
            "pcio_dataset_facts", sa.Column(name, sa.Integer, server_default="0", nullable=False)
        )
    op.add_column("pcio_dataset_facts", sa.Column("declared_formats", sa.Integer))


def downgrade() -> None:
    """Drop them; what is known of links is found again by checking."""
    for name in ("declared_formats", *_COUNTS):
        op.drop_column("pcio_dataset_facts", name)
    op.drop_table("pcio_link")
