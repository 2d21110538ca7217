"""Index the titles of pcio_dataset_facts in the order of a Thai dictionary.

Revision ID: c52d8e0b6f14
Revises: a1f3c09d7b52
"""

from alembic import op

revision = "c52d8e0b6f14"
down_revision = "a1f3c09d7b52"
branch_labels = None
depends_on = None

# As `catalog.queries.TITLE_ORDER` has it; a migration keeps what it did.
_EXPRESSION = (
    "translate(regexp_replace(lower(left(title, 200)), "
    r"'([\u0e40-\u0e44])([\u0e01-\u0e2e])', '\2\1', 'g'), "
    r"U&'\0E50\0E51\0E52\0E53\0E54\0E55\0E56\0E57\0E58\0E59\0E47\0E48\0E49\0E4A\0E4B\0E4C', "
    "'0123456789') COLLATE \"C\""
)


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_pcio_dataset_facts_title_order "
        f"ON pcio_dataset_facts (({_EXPRESSION}), package_id)"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_pcio_dataset_facts_title_order")
