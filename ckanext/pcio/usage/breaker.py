"""While Redis does not answer it is left alone for a while, and what is lost is counted."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter

REST_SECONDS = 5.0
"""After a failure nobody waits for Redis again for so long."""
SAY_SECONDS = 60.0
"""The loss is told to the log at most once in so long."""

_log = logging.getLogger(__name__)


class Breaker:
    """The state of the way to Redis in this process, and the events that did not get through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resting_until = 0.0
        self._say_after = 0.0
        self._lost: Counter[str] = Counter()
        self._unsaid = 0

    def resting(self) -> bool:
        """Whether Redis failed so recently that it is not asked."""
        return time.monotonic() < self._resting_until

    def failed(self) -> None:
        """Rest, as Redis did not answer."""
        self._resting_until = time.monotonic() + REST_SECONDS

    def lose(self, day: str, number: int = 1) -> None:
        """Remember that `number` events of `day` were not counted."""
        with self._lock:
            self._lost[day] += number
            self._unsaid += number
            now = time.monotonic()
            if now < self._say_after:
                return
            self._say_after = now + SAY_SECONDS
            unsaid, self._unsaid = self._unsaid, 0
        _log.warning("Events of use not counted, as Redis did not take them: %d", unsaid)

    @property
    def has_lost(self) -> bool:
        """Whether there is a loss to report."""
        return bool(self._lost)

    def take_lost(self) -> dict[str, int]:
        """Return the losses by day, and forget them."""
        with self._lock:
            lost, self._lost = dict(self._lost), Counter()
        return lost

    def put_back(self, lost: dict[str, int]) -> None:
        """Remember losses that could not be reported."""
        with self._lock:
            self._lost.update(lost)
