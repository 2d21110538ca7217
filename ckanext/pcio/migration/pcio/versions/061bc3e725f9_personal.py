"""Personal data found in files.

Revision ID: 061bc3e725f9
Revises: f50ab2d614e8
"""

revision = "061bc3e725f9"
down_revision = "f50ab2d614e8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
