"""What GD Catalog knows of each dataset.

Revision ID: f50ab2d614e8
Revises: e49fa1c503d7
"""

revision = "f50ab2d614e8"
down_revision = "e49fa1c503d7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
