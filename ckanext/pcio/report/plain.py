"""Text measured in a terminal's columns, and options as codes."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Return how many columns `text` takes: Thai vowel and tone marks above and below take none."""
    return sum(
        0
        if unicodedata.category(c) in {"Mn", "Me", "Cf"}
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def padded(text: str, columns: int) -> str:
    """Return `text` filled with spaces to `columns`."""
    return text + " " * max(0, columns - width(text))


def chosen_codes(option: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the option codes of a proposal as a tuple."""
    if option is None:
        return ()
    return (option,) if isinstance(option, str) else tuple(option)
