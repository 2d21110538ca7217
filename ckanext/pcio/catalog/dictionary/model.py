"""Table: data dictionaries of resources that have no table in the DataStore."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

DICTIONARY = sa.Table(
    "pcio_dictionary",
    tk.BaseModel.metadata,
    sa.Column("resource_id", sa.UnicodeText, primary_key=True),
    sa.Column("package_id", sa.UnicodeText, nullable=False, index=True),
    sa.Column("columns", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
    sa.Column("by", sa.UnicodeText),
)
"""One row for each dictionary.

`columns` is a list of `standard.columns.PARTS`, in the file's order. `version` rises with every
change, so that nobody overwrites what he has not seen. `by` is the id of who wrote it last."""
