"""What the readers of files share: tables, limits, and why a file could not be read."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from ckanext.pcio.standard.messages import N_

ENCRYPTED, DAMAGED, OLD_WORKBOOK, TOO_LARGE = "encrypted", "damaged", "old_workbook", "too_large"
GONE = "gone"
PROBLEMS = {
    ENCRYPTED: N_("The file is locked with a password."),
    DAMAGED: N_("The file is damaged, or is not what its name says."),
    OLD_WORKBOOK: N_(
        "Files of this kind (.xls, .xlsm, .xlsb, .ods) cannot be read here; save it as .xlsx or "
        "CSV."
    ),
    TOO_LARGE: N_("The file is too large unpacked."),
    GONE: N_("The file is not in the portal's storage."),
}
"""Why a table could not be read, by the key that is stored."""

BLOCK = 2000
"""Rows that are looked at together."""


class Unreadable(Exception):
    """A table that cannot be read; `problem` is a key of `PROBLEMS`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class NotTabular(Exception):
    """The file is not a table: a picture, a text for people, a map."""


@dataclass(slots=True)
class Budget:
    """How much may still be read; `partial` is set where something was left unread."""

    limits: Mapping[str, int]
    partial: bool = False
    bytes_read: int = 0
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.limits["seconds"]

    def spent(self) -> bool:
        """Return whether the time or the bytes are used up; sets `partial` where they are."""
        over = time.monotonic() > self._ends or self.bytes_read >= self.limits["bytes"]
        self.partial = self.partial or over
        return over


class Limited(io.RawIOBase):
    """A file that ends where the budget does."""

    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        self._file = file
        self._budget = budget

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what the budget allows."""
        if self._budget.spent():
            return 0
        content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        self._budget.bytes_read += len(content)
        return len(content)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file: either rows, the names of the columns among them, or records."""

    sheet: str
    rows: Iterator[Sequence[Any]] | None = None
    records: Iterator[Mapping[str, Any]] | None = None
