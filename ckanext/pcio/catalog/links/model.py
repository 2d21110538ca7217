"""`pcio_link`: for each resource, whether its address answered when it was last asked."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.pcio.standard.links import STATES, UNCHECKED

LINK = sa.Table(
    "pcio_link",
    tk.BaseModel.metadata,
    sa.Column("resource_id", sa.UnicodeText, primary_key=True),
    sa.Column("package_id", sa.UnicodeText, nullable=False, index=True),
    sa.Column("url", sa.UnicodeText, nullable=False),
    sa.Column("upload", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("state", sa.UnicodeText, nullable=False, server_default=UNCHECKED),
    sa.Column("status", sa.Integer),
    sa.Column("reason", sa.UnicodeText, nullable=False, server_default=""),
    sa.Column("checked_at", sa.DateTime(timezone=True)),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column(
        "next_at",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.func.now(),
        index=True,
    ),
    sa.CheckConstraint(
        "state IN ({})".format(", ".join(f"'{state}'" for state in STATES)),
        name="ck_pcio_link_state",
    ),
)
"""One row for each active resource of a dataset that is not deleted.

`url` is the address the row speaks of, or the file's name where `upload` says that it is kept
here; a resource that gets another one is `unchecked` again. `state` and `reason` are words of
`standard.links`; `status` is the last HTTP status. `answered_at` is the last time it did answer,
`failures` how often in a row it did not since. `next_at` is when it is asked again."""
