"""Data dictionaries of resources outside the DataStore.

Revision ID: d38e90b4f2c6
Revises: c27d8fa3e1b5
"""

revision = "d38e90b4f2c6"
down_revision = "c27d8fa3e1b5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
