"""Tables: what was found in files, and what people have decided about it.

Neither table holds a value out of a file, a name of a person or a number: columns, kinds and
counts only. No foreign keys to CKAN's tables.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

SCAN = sa.Table(
    "pcio_personal_scan",
    tk.BaseModel.metadata,
    sa.Column("resource_id", sa.UnicodeText, primary_key=True),
    sa.Column("package_id", sa.UnicodeText, nullable=False, index=True),
    sa.Column("state", sa.UnicodeText, nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False),
    sa.Column("due", sa.Boolean, nullable=False),
    sa.Column("content", sa.UnicodeText, nullable=False),
    sa.Column("hash", sa.UnicodeText),
    sa.Column("size", sa.BigInteger),
    sa.Column("findings", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
    sa.Column("rows_seen", sa.BigInteger),
    sa.Column("partial", sa.Boolean, nullable=False, server_default=sa.text("false")),
    sa.Column("problem", sa.UnicodeText),
    sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True)),
    sa.Column("scanned_at", sa.DateTime(timezone=True)),
    sa.Column("confirmed_by", sa.UnicodeText),
    sa.Column("confirmed_at", sa.DateTime(timezone=True)),
    sa.Column("reason", sa.UnicodeText),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Index(
        "ix_pcio_personal_scan_due", "requested_at", postgresql_where=sa.text("due"), unique=False
    ),
)
"""One row for each resource whose content this portal keeps.

`state` is one of `states.STATES`. `holds`: whether the content is kept from readers while the
state is waiting or found (False for what was public before it was ever looked at). `due`: a scan
is owed; `started_at` is when the scan that now runs began. `content` tells when CKAN's record names
other content than was looked at; `hash` and `size` are of the bytes themselves. `findings` are
`standard.personal` findings without any value. `problem` is the key of why a file could not be
read. `version` rises with every change, so that nobody decides about what he has not seen."""

DECISION = sa.Table(
    "pcio_personal_decision",
    tk.BaseModel.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("resource_id", sa.UnicodeText, nullable=False),
    sa.Column("package_id", sa.UnicodeText, nullable=False),
    sa.Column("decision", sa.UnicodeText, nullable=False),
    sa.Column("reason", sa.UnicodeText, nullable=False),
    sa.Column("hash", sa.UnicodeText),
    sa.Column("findings", JSONB, nullable=False),
    sa.Column("decided_by", sa.UnicodeText),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ix_pcio_personal_decision_resource_id", "resource_id", "id"),
)
"""Every confirmation and withdrawal, with its reason, for good: rows are only ever added.

`decision` is "confirmed" or "withdrawn"; `hash` names the bytes it was about."""
