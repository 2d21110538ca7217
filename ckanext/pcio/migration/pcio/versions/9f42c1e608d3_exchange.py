"""The register: exchange.

Revision ID: 9f42c1e608d3
Revises: 8e31b0d5f7c2
"""

revision = "9f42c1e608d3"
down_revision = "8e31b0d5f7c2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
