"""The register: reuse.

Revision ID: 8e31b0d5f7c2
Revises: 7d20a9c4e6b1
"""

revision = "8e31b0d5f7c2"
down_revision = "7d20a9c4e6b1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
