"""One import at a time for each office, and knowing whether somebody is at it.

The lock is PostgreSQL's and belongs to a connection: it is let go when the process ends, however
it ends, so an import whose worker was killed is seen to stand still at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from ckan import model

# The first half of the key, ours among all locks of the database.
_ROOM = 0x70C10


@contextmanager
def of_office(organization_id: str) -> Iterator[bool]:
    """Hold an office's lock; False where another process holds it."""
    engine = model.meta.engine
    if engine is None:
        raise RuntimeError  # CKAN is not set up
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"room": _ROOM, "office": organization_id}
        held = connection.scalar(
            sa.text("SELECT pg_try_advisory_lock(:room, hashtext(:office))"), key
        )
        try:
            yield bool(held)
        finally:
            if held:
                connection.execute(
                    sa.text("SELECT pg_advisory_unlock(:room, hashtext(:office))"), key
                )


def is_held(organization_id: str) -> bool:
    """Return whether a process is at work on an import of the office."""
    query = sa.text(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND classid::bigint = :room AND objsubid = 2"
        " AND objid::bigint = hashtext(:office)::bigint & 4294967295)"
    )
    found = model.Session.scalar(query, {"room": _ROOM, "office": organization_id})
    return bool(found)
