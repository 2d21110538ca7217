"""`pcio_exchange`: the exchanges of sharable data the offices have recorded."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

TABLE = sa.Table(
    "pcio_exchange",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("dataset_id", sa.UnicodeText, nullable=False, index=True),
    sa.Column("partner", sa.UnicodeText, nullable=False),
    sa.Column("partner_organization_id", sa.UnicodeText),
    sa.Column("tier", sa.UnicodeText, nullable=False),
    sa.Column("method", sa.UnicodeText, nullable=False),
    sa.Column("status", sa.UnicodeText, nullable=False),
    sa.Column("legal_basis", sa.UnicodeText, nullable=False),
    sa.Column("approved_on", sa.Date),
    sa.Column("signed_on", sa.Date),
    sa.Column("starts_on", sa.Date),
    sa.Column("ends_on", sa.Date),
    sa.Column("purpose", sa.UnicodeText, nullable=False),
    sa.Column("account_id", sa.UnicodeText, index=True),
    sa.Column("account_since", sa.Date),
    sa.Column("told_calls", sa.BigInteger),
    sa.Column("told_records", sa.BigInteger),
    sa.Column("told_last_use", sa.Date),
    sa.Column("told_on", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("created_by", sa.UnicodeText, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_by", sa.UnicodeText, nullable=False),
)
"""One row for each dataset and partner agency. There are no foreign keys: CKAN owns its tables.

`tier`, `method` and `status` hold keys of `words`. `account_id` is the user whose login or token
the partner uses, counted since `account_since`. What people state about use is one running total
(`told_…`) with the day it was stated, beside what the portal counts itself: a list of dated entries
would have to be added up, and an entry made twice would never be noticed. `version` rises with
every change, so that the second of two people who edit at once is told."""
