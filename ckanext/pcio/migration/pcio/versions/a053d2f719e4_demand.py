"""The register: demand.

Revision ID: a053d2f719e4
Revises: 9f42c1e608d3
"""

revision = "a053d2f719e4"
down_revision = "9f42c1e608d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
