"""`pcio_dataset_facts`: one row for each dataset, written in the dataset's own transaction."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from .facts import DatasetFacts, Oddity

_TEXTS = sa.text("'{}'::text[]")


class DatasetFactsRow(tk.BaseModel):
    """The stored form of `DatasetFacts`.

    The organization is held by its id and its name and title are read from CKAN's own table, so
    that renaming an office touches no row. There is no foreign key: CKAN owns its tables.
    """

    __table__ = sa.Table(
        "pcio_dataset_facts",
        tk.BaseModel.metadata,
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("summary", sa.UnicodeText, nullable=False),
        sa.Column("organization_id", sa.UnicodeText, index=True),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("data_type", sa.UnicodeText),
        sa.Column("category", sa.UnicodeText),
        sa.Column("level", sa.UnicodeText),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("high_value", sa.Boolean, nullable=False),
        sa.Column("missing", ARRAY(sa.UnicodeText), nullable=False, server_default=_TEXTS),
        sa.Column("invalid", ARRAY(sa.UnicodeText), nullable=False, server_default=_TEXTS),
        sa.Column("stars", sa.SmallInteger, nullable=False),
        sa.Column("structured", sa.Boolean, nullable=False),
        sa.Column("machine_readable", sa.Boolean, nullable=False),
        sa.Column("dictionary", sa.Boolean, nullable=False),
        sa.Column("open_license", sa.Boolean),
        sa.Column("last_updated", sa.Date),
        sa.Column("frequency_unit", sa.UnicodeText),
        sa.Column("frequency_interval", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("linkage_methods", ARRAY(sa.UnicodeText), nullable=False, server_default=_TEXTS),
        sa.Column("linkage_status", sa.UnicodeText),
        sa.Column("datastore", sa.Boolean, nullable=False),
        sa.Column("source_database", sa.UnicodeText),
        sa.Column("database_key", sa.UnicodeText),
        sa.Column("url", sa.UnicodeText, nullable=False),
        sa.Column("resources", sa.Integer, nullable=False),
        sa.Column("formats", ARRAY(sa.UnicodeText), nullable=False, server_default=_TEXTS),
        sa.Column("oddities", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("described_files", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rules_asked", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rules_kept", sa.Integer, nullable=False, server_default="0"),
        sa.Column("declared_formats", sa.Integer),
        sa.Column("api_by_datastore", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("permission_labels", ARRAY(sa.UnicodeText), nullable=False),
        # The databases of each office can be counted from the index alone.
        sa.Index("ix_pcio_dataset_facts_database", "organization_id", "database_key", "own"),
        # The same for visitors, written as `queries.visible` asks.
        sa.Index(
            "ix_pcio_dataset_facts_public_database",
            *("organization_id", "database_key", "own"),
            postgresql_where=sa.text("permission_labels && ARRAY['public'::text]"),
        ),
    )

    package_id: Mapped[str]
    organization_id: Mapped[str | None]
    permission_labels: Mapped[list[str]]


TABLE: sa.Table = DatasetFactsRow.__table__

_TUPLES = ("missing", "invalid", "linkage_methods", "formats")


def row_from_facts(
    facts: DatasetFacts, organization_id: str | None, labels: list[str]
) -> dict[str, Any]:
    """Return the values of the row that holds `facts`."""
    row = asdict(facts)
    for name in _TUPLES:
        row[name] = list(row[name])
    row["oddities"] = [asdict(oddity) for oddity in facts.oddities]
    row["package_id"] = row.pop("id")
    row["database_key"] = facts.database_key
    row["organization_id"] = organization_id
    row["permission_labels"] = sorted(labels)
    del row["organization"], row["organization_title"]
    return {name: row[name] for name in TABLE.columns.keys()}  # noqa: SIM118 - a column collection


def facts_from_row(
    row: dict[str, Any], organization: str | None, organization_title: str | None
) -> DatasetFacts:
    """Return the facts a row holds; the opposite of `row_from_facts`."""
    values = dict(row)
    for name in ("permission_labels", "organization_id", "database_key"):
        del values[name]
    for name in _TUPLES:
        values[name] = tuple(values[name])
    return DatasetFacts(
        id=values.pop("package_id"),
        organization=organization,
        organization_title=organization_title,
        oddities=tuple(Oddity(**oddity) for oddity in values.pop("oddities")),
        **values,
    )
