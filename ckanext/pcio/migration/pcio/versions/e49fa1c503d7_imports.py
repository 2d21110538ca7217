"""Imports of workbooks.

Revision ID: e49fa1c503d7
Revises: d38e90b4f2c6
"""

revision = "e49fa1c503d7"
down_revision = "d38e90b4f2c6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
