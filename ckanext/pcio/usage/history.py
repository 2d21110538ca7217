"""What the imports of history share: since when use is counted live, and one import at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import redis
import sqlalchemy as sa

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.messages import N_, Message

from . import buffer
from .model import BATCH

# Any number nobody else locks: the letters "pcio" and "us".
_LOCK = 0x7063696F_7573


class HistoryRefusal(Exception):
    """An import of history cannot be done; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


def live_since(session: Any) -> date | None:
    """Return the first day that was counted live, or None if none was.

    Both Redis and the batches are asked, as either may have forgotten.
    """
    first = session.execute(
        sa.select(sa.func.min(BATCH.c.first_day)).where(BATCH.c.source == "buffer")
    ).scalar()
    days = [day for day in (first, _first_in_redis()) if day is not None]
    return min(days, default=None)


def _first_in_redis() -> date | None:
    try:
        first: Any = buffer.connection().get(f"{buffer.prefix()}first")
    except redis.RedisError:
        return None
    if not first:
        return None
    return datetime.fromisoformat(first.decode()).astimezone(THAILAND).date()


@contextmanager
def one_at_a_time(engine: Any) -> Iterator[None]:
    """Refuse to begin while another import of history goes on; a killed one is over at once.

    Raises:
        HistoryRefusal: another import is going on.

    """
    with engine.connect() as connection:
        if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar():
            raise HistoryRefusal(
                Message(N_("Another import of numbers of use is going on; wait until it is done."))
            )
        try:
            # The lock belongs to the connection, so no transaction need be kept open for it.
            connection.commit()
            yield
        finally:
            connection.rollback()
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
            connection.commit()
