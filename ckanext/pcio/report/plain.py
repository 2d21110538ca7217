"""Text measured in a terminal's columns, and options as codes."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache


def width(text: str) -> int:
    """Return how many columns `text` takes: Thai vowel and tone marks above and below take none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    """Return how many columns a character takes; reports ask it of every letter they hold."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 1 + (unicodedata.east_asian_width(character) in "WF")


def padded(text: str, columns: int) -> str:
    """Return `text` filled with spaces to `columns`."""
    return text + " " * max(0, columns - width(text))


def chosen_codes(option: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the option codes of a proposal as a tuple."""
    if option is None:
        return ()
    return (option,) if isinstance(option, str) else tuple(option)
