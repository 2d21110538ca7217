"""Which datasets were taken in from elsewhere, and how they were when they were.

So an import that is run again passes over what has not changed there, sees what was changed here
in the meantime, and can tell what is no longer there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

TABLE = sa.Table(
    "pcio_portal_copy",
    tk.BaseModel.metadata,
    sa.Column("package_id", sa.UnicodeText, primary_key=True),
    sa.Column("source", sa.UnicodeText, nullable=False, index=True),
    sa.Column("fingerprint", sa.UnicodeText, nullable=False),
    sa.Column("saved_as", sa.DateTime, nullable=False),
    sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
)
"""One row for each dataset taken in. There is no foreign key: CKAN owns its tables.

`source` is the portal's address, or "file:" and the file's name. `saved_as` is the dataset's
`metadata_modified` as the import left it."""

# Changes of these are no changes of the record. The second line changes with every visit.
_RECORD_OF = "1"
_NOT_OF_THE_RECORD = frozenset({"tracking_summary", "num_resources", "num_tags", "isopen"})


@dataclass(frozen=True, slots=True)
class Copy:
    """A dataset as it was taken in."""

    fingerprint: str
    saved_as: datetime


def fingerprint(record: Mapping[str, Any], office: str) -> str:
    """Return what differs when the record, or the office it is given to, differs."""
    text = json.dumps([_RECORD_OF, office, _plain(record)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = ((str(k), v) for k, v in value.items() if k not in _NOT_OF_THE_RECORD)
        return {key: _plain(part) for key, part in kept}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value


def stored(package_ids: Collection[str]) -> dict[str, Copy]:
    """Return the copies among the datasets, by id. One query."""
    query = sa.select(TABLE.c.package_id, TABLE.c.fingerprint, TABLE.c.saved_as).where(
        TABLE.c.package_id.in_(package_ids)
    )
    return {row.package_id: Copy(*row[1:]) for row in model.Session.execute(query)}


def remember(package_id: str, source: str, copied: Copy) -> None:
    """Keep how a dataset was taken in, without committing."""
    values = {
        **{"source": source, "fingerprint": copied.fingerprint, "saved_as": copied.saved_as},
        "taken_at": datetime.now(timezone.utc),
    }
    statement = insert(TABLE).values(package_id=package_id, **values)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["package_id"], set_=values)
    )


def taken_from(source: str) -> dict[str, str]:
    """Return the names of the datasets that came from `source` and are still here, by id."""
    package = model.package_table
    query = (
        sa.select(package.c.id, package.c.name)
        .join(TABLE, TABLE.c.package_id == package.c.id)
        .where(TABLE.c.source == source, package.c.state != model.State.DELETED)
        .order_by(package.c.name)
    )
    return {row.id: row.name for row in model.Session.execute(query)}


def forget_dataset(package_id: str) -> None:
    """Forget a dataset that is gone for good, so that it can be taken in again."""
    model.Session.execute(sa.delete(TABLE).where(TABLE.c.package_id == package_id))
