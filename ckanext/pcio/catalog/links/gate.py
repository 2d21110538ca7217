"""One request at a time for each server, and a pause between two. Knows no database."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """What every request of a run goes through, also those a redirect leads to."""

    def __init__(self, delay: float) -> None:
        """Make a gate that waits `delay` seconds between two requests to one host."""
        self._delay = delay
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._last: dict[str, float] = {}
        self._own = threading.Lock()

    @contextmanager
    def __call__(self, host: str) -> Iterator[None]:
        """Wait for this host's turn, and hold it."""
        with self._own:
            lock = self._locks[host]
        with lock:
            last = self._last.get(host)
            if last is not None:
                time.sleep(max(0.0, self._delay - (time.monotonic() - last)))
            try:
                yield
            finally:
                self._last[host] = time.monotonic()
