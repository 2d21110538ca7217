"""Sums of use by dataset and by resource, for questions over an office or the portal.

Revision ID: b16c7e92d0a4
Revises: a053d2f719e4
"""

import sqlalchemy as sa
from alembic import op

revision = "b16c7e92d0a4"
down_revision = "a053d2f719e4"
branch_labels = None
depends_on = None

_EVENTS = ("view", "download", "api_data", "api_metadata", "dump")
_IS_EVENT = "kind IN ('view', 'download', 'api_data', 'api_metadata', 'dump')"
_OF_RESOURCES = {kind: f"kind = '{kind}' AND access <> 'robot'" for kind in (*_EVENTS, "visitor")}
_OF_DATASETS = {
    **{
        kind: f"kind = '{kind}' AND access <> 'robot'"
        for kind in (*_EVENTS, "unique_investigation", "unique_request")
    },
    "visitor": "kind = 'visitor' AND access <> 'robot' AND resource_id = ''",
    **{
        f"audience_{name}": f"{_IS_EVENT} AND access <> 'robot' AND audience = '{name}'"
        for name in ("public", "own_office", "other_agency", "machine")
    },
    **{
        f"access_{name}": f"{_IS_EVENT} AND access = '{name}'"
        for name in ("regular", "machine", "robot")
    },
}


def _summed(name: str, key: str, numbers: dict[str, str], where: str) -> None:
    op.create_table(
        name,
        sa.Column("dataset_id", sa.UnicodeText, server_default="", nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column(key, sa.UnicodeText, server_default="", nullable=False),
        *(
            sa.Column(number, sa.BigInteger, server_default=sa.text("0"), nullable=False)
            for number in numbers
        ),
        sa.PrimaryKeyConstraint("dataset_id", "month", key),
    )
    sums = [f"coalesce(sum(count) FILTER (WHERE {which}), 0)" for which in numbers.values()]
    used = " OR ".join(f"{number} <> 0" for number in sums)
    op.execute(
        f"INSERT INTO {name} (month, dataset_id, {key}, {', '.join(numbers)}) "  # noqa: S608
        f"SELECT month, dataset_id, {key}, {', '.join(sums)} FROM pcio_usage_monthly "
        f"WHERE {where} GROUP BY 1, 2, 3 HAVING {used} ORDER BY 1, 2, 3"
    )
    op.create_index(f"ix_{name}_month", name, ["month"])


def upgrade() -> None:
    """Make the tables, and fill them from the sums by month."""
    # Nothing is written between what is read here and the end of the upgrade.
    op.execute("LOCK TABLE pcio_usage_monthly IN SHARE MODE")
    _summed("pcio_usage_monthly_dataset", "organization_id", _OF_DATASETS, "true")
    _summed("pcio_usage_monthly_resource", "resource_id", _OF_RESOURCES, "resource_id <> ''")


def downgrade() -> None:
    """Drop them; the sums by month are untouched."""
    for name in ("resource", "dataset"):
        op.drop_table(f"pcio_usage_monthly_{name}")
