"""Whether the addresses of resources answer.

Revision ID: c27d8fa3e1b5
Revises: b16c7e92d0a4
"""

revision = "c27d8fa3e1b5"
down_revision = "b16c7e92d0a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
