"""Chunks of a log into the tables, one after another, while the next one is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from . import writer
from .events import Counter


@contextmanager
def without_collector() -> Iterator[None]:
    """Spare the search for cycles, which there are none of among millions of small things."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Writing:
    """Writes chunks one after another, while the next one is read."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=True)

    def write(self, counters: dict[Counter, int], batch_id: str, detail: dict[str, Any]) -> None:
        """Begin to write a chunk when the one before is written."""
        self.finish()
        self._under_way = self._thread.submit(self._commit, counters, batch_id, detail)

    def finish(self) -> None:
        """Wait until all is written; raise what went wrong."""
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None

    def _commit(self, counters: dict[Counter, int], batch_id: str, detail: dict[str, Any]) -> None:
        with Session(self._engine) as session:
            written = writer.write(
                counters, batch_id=batch_id, source="log", detail=detail, session=session
            )
            session.commit()
        if not written:
            raise RuntimeError(batch_id)  # the lock of imports makes this impossible
