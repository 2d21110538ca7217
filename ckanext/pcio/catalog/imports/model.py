"""`pcio_import` and `pcio_import_row`: workbooks taken in, and what became of each row."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

IMPORTS = sa.Table(
    "pcio_import",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("user_id", sa.UnicodeText, nullable=False),
    sa.Column("organization_id", sa.UnicodeText, nullable=False, index=True),
    sa.Column("filename", sa.UnicodeText, nullable=False),
    sa.Column("sha256", sa.UnicodeText, nullable=False),
    sa.Column("state", sa.UnicodeText, nullable=False),
    sa.Column("options", JSONB, nullable=False),
    sa.Column("totals", JSONB, nullable=False),
    sa.Column("remarks", JSONB, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer),
    sa.Column("error", JSONB),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("started", sa.DateTime(timezone=True)),
    sa.Column("finished", sa.DateTime(timezone=True)),
)
"""One row for each uploaded workbook. There are no foreign keys: CKAN owns its tables.

`state` holds a key of `states.STATES`. `done` of `total` counts rows of the step at work: read by
the check, or settled by the import; it moves in the same transaction as the rows. `totals` counts
rows by outcome. `remarks` and `error` hold sentences in both languages, {th, en}."""

ROWS = sa.Table(
    "pcio_import_row",
    tk.BaseModel.metadata,
    sa.Column("import_id", sa.UnicodeText, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sheet", sa.UnicodeText, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("title", sa.UnicodeText, nullable=False),
    sa.Column("name", sa.UnicodeText, nullable=False),
    sa.Column("outcome", sa.UnicodeText, nullable=False),
    sa.Column("warned", sa.Boolean, nullable=False),
    sa.Column("package_id", sa.UnicodeText),
    sa.Column("base", sa.UnicodeText),
    sa.Column("wanted", JSONB),
    sa.Column("changes", JSONB, nullable=False),
    sa.Column("remarks", JSONB, nullable=False),
    sa.Column("written", sa.Boolean, nullable=False),
    sa.Column("announced", sa.Boolean, nullable=False),
    sa.Index("ix_pcio_import_row_outcome", "import_id", "outcome"),
)
"""One row for each dataset of a workbook, and for each row that is part of none.

`outcome` holds a key of `states.OUTCOMES`. `wanted` is what the row asks for (`wanted.Wanted`),
until it is settled; `base` says when the dataset it would change was last modified. `written` is
set in the transaction that writes the dataset, `announced` once the search index and the activity
stream know it, so that an import that was stopped goes on where it stood."""
