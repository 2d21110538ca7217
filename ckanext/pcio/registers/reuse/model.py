"""Tables of the register of reuses: the reuses, and the datasets each of them uses.

No foreign keys to CKAN's tables: a reuse outlives the dataset and the person it names.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

REUSE = sa.Table(
    "pcio_reuse",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("title", sa.UnicodeText, nullable=False),
    sa.Column("how", sa.UnicodeText, nullable=False),
    sa.Column("user_kind", sa.UnicodeText, nullable=False),
    sa.Column("user_name", sa.UnicodeText, nullable=False, server_default=sa.text("''")),
    sa.Column("type", sa.UnicodeText, nullable=False),
    sa.Column("link", sa.UnicodeText),
    sa.Column("link_key", sa.UnicodeText),
    sa.Column("picture", sa.UnicodeText),
    sa.Column("picture_alt", sa.UnicodeText, nullable=False, server_default=sa.text("''")),
    sa.Column("used_on", sa.Date),
    sa.Column("email", sa.UnicodeText),
    sa.Column("state", sa.UnicodeText, nullable=False),
    sa.Column("reason", sa.UnicodeText, nullable=False, server_default=sa.text("''")),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("submitted_by", sa.UnicodeText),
    sa.Column("reviewed_at", sa.DateTime(timezone=True)),
    sa.Column("reviewed_by", sa.UnicodeText),
    sa.Index(
        "uq_pcio_reuse_link_key",
        "link_key",
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    ),
    sa.Index("ix_pcio_reuse_state", "state", "submitted_at"),
)
"""One row for each reuse.

`type` and `user_kind` are keys of `schemas/registers.yaml`. `link_key` is the link without what
makes no difference (`links.key`); a rejected entry does not stand in the way of a better one with
the same link. `picture` is the name CKAN's uploader gave the file. `email` is for officers only.
`state` is one of `states.STATES`. `version` rises with every change, so that nobody overwrites what
he has not seen."""

REUSE_DATASET = sa.Table(
    "pcio_reuse_dataset",
    tk.BaseModel.metadata,
    sa.Column("reuse_id", sa.UnicodeText, primary_key=True),
    sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Index("ix_pcio_reuse_dataset_dataset_id", "dataset_id"),
)
"""The datasets of a reuse, in the order they were named."""
