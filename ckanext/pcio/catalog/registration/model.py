"""`pcio_registration`: what GD Catalog last said of each dataset, or a person entered."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

TABLE = sa.Table(
    "pcio_registration",
    tk.BaseModel.metadata,
    sa.Column("package_id", sa.UnicodeText, primary_key=True),
    sa.Column("state", sa.UnicodeText, nullable=False, index=True),
    sa.Column("name", sa.UnicodeText, nullable=False),
    sa.Column("validated_at", sa.DateTime(timezone=True)),
    sa.Column("metadata_modified", sa.DateTime(timezone=True)),
    sa.Column("source", sa.UnicodeText, nullable=False),
    sa.Column("checked_at", sa.DateTime(timezone=True)),
    sa.Column("asked_at", sa.DateTime(timezone=True)),
    sa.Column("error", sa.UnicodeText, nullable=False),
)
"""One row for each dataset that was asked about. There is no foreign key: CKAN owns its tables.

`state` is a key of `schemas/registration.yaml`; "" says that GD Catalog knows nothing of the
dataset. `name` is what GD Catalog calls its copy, "" where it did not say. `metadata_modified` is
the version of the dataset GD Catalog looked at. `source` is "service" or "person". `checked_at` is
when the state was learned, `asked_at` the last attempt, and `error` why that one failed ("" when it
did not), as a key of `words.REASONS`."""
