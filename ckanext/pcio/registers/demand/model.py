"""Tables of what the public asks for: the demands, who with a login supports them, the answers.

Who supports without a login is in none of them: those supports are a number only. No foreign keys
to CKAN's tables: a demand outlives the dataset, the office and the person it names.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

DEMAND = sa.Table(
    "pcio_demand",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("number", sa.UnicodeText),
    sa.Column("source", sa.UnicodeText, nullable=False),
    sa.Column("title", sa.UnicodeText, nullable=False),
    sa.Column("description", sa.UnicodeText, nullable=False, server_default=sa.text("''")),
    sa.Column("purpose", sa.UnicodeText, nullable=False, server_default=sa.text("''")),
    sa.Column("asker", sa.UnicodeText, nullable=False),
    sa.Column("email", sa.UnicodeText),
    sa.Column("organization_id", sa.UnicodeText),
    sa.Column("office_named", sa.UnicodeText, nullable=False, server_default=sa.text("''")),
    sa.Column("moderation", sa.UnicodeText, nullable=False),
    sa.Column("answer", sa.UnicodeText),
    sa.Column("dataset_id", sa.UnicodeText),
    sa.Column("url", sa.UnicodeText),
    sa.Column("note", sa.UnicodeText, nullable=False, server_default=sa.text("''")),
    sa.Column("expected_on", sa.Date),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
    sa.Column("answered_by", sa.UnicodeText),
    sa.Column("supports", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("created_by", sa.UnicodeText),
    sa.Index(
        "uq_pcio_demand_central",
        "year",
        "number",
        unique=True,
        postgresql_where=sa.text("source = 'central'"),
    ),
    sa.Index("ix_pcio_demand_dataset_id", "dataset_id"),
    sa.Index("ix_pcio_demand_organization_id", "organization_id"),
    sa.Index("ix_pcio_demand_moderation", "moderation", "supports"),
)
"""One row for each demand, with the answer that holds now.

`year` is of the Buddhist era. `source` is `portal` (the form) or `central` (the yearly list, whose
`number` the row then has, where the list gives one). `moderation` is `waiting`, `public` or
`hidden`; `answer` is `fulfilled`, `preparing`, `refused` or nothing. `supports` counts those with
and those without a login. `version` rises with every change by an officer, so that nobody
overwrites what he has not seen."""

SUPPORT = sa.Table(
    "pcio_demand_support",
    tk.BaseModel.metadata,
    sa.Column("demand_id", sa.UnicodeText, primary_key=True),
    sa.Column("user_id", sa.UnicodeText, primary_key=True),
    sa.Column("supported_at", sa.DateTime(timezone=True), nullable=False),
)
"""Supports of people who logged in, so that each can take back his own."""

ANSWER = sa.Table(
    "pcio_demand_answer",
    tk.BaseModel.metadata,
    sa.Column("demand_id", sa.UnicodeText, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("answer", sa.UnicodeText, nullable=False),
    sa.Column("dataset_id", sa.UnicodeText),
    sa.Column("url", sa.UnicodeText),
    sa.Column("note", sa.UnicodeText, nullable=False),
    sa.Column("expected_on", sa.Date),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("answered_by", sa.UnicodeText),
)
"""Every answer ever given; rows are added and never changed."""
