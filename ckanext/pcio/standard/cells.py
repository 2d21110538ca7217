"""Text made fit for a line and for a cell of a table: no commands, no formulas."""

from __future__ import annotations

import unicodedata
from typing import Any

# Categories of characters that command a terminal or turn the direction of the line.
_UNSAFE = {"Cc", "Cs", "Zl", "Zp"}
_DIRECTION = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# A cell that begins like this is a formula to a spreadsheet (OWASP, CSV Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """Return `text` on one line, without characters that could command a terminal."""
    if text.isprintable():
        return text
    shown = (" " if unicodedata.category(c) in _UNSAFE else c for c in text if c not in _DIRECTION)
    return " ".join("".join(shown).split())


def safe_cell(value: Any) -> str | int | float:
    """Return a CSV cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    text = plain(str(value))
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text
