"""The text of a cell, whatever kind of cell it is."""

from __future__ import annotations

import re
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from ckanext.pcio.standard.messages import N_, Message

# What Excel shows of a number; the digits after these are noise of its binary form.
_DIGITS_OF_A_NUMBER = 15
# Excel writes a character that XML cannot hold as its number, and such a text itself with _x005F_.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
# A cell holds so many UTF-16 units; openpyxl and Excel cut the rest without a word.
MOST_CHARACTERS = 32767
_CUT = "…[pcio: {length}]"
_WAS_CUT = re.compile(r"…\[pcio: \d+\]\Z")


def text_of(value: Any) -> str:
    """Return the text of a cell's value: numbers as Excel shows them, dates in ISO 8601."""
    if isinstance(value, str):
        return value if "_x" not in value else _ESCAPED.sub(_unescaped, value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return "" if value is None else str(value)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - not a number
        return str(value)
    written = format(Decimal(f"{value:.{_DIGITS_OF_A_NUMBER}g}"), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def problem_of(value: Any, data_type: str, formula: str | None) -> Message | None:
    """Say why a cell has no value of its own, or return None.

    `formula` is the cell's formula, where it has one.
    """
    if data_type == "e":
        return Message(
            N_('the cell shows the error "{value}"; write the value itself'), {"value": str(value)}
        )
    if formula is not None and value is None:
        return Message(
            N_(
                "the cell has the formula {formula}, but the file does not hold its result. Open "
                "and save it in Excel, or write the value itself"
            ),
            {"formula": formula[:60]},
        )
    if isinstance(value, str) and _WAS_CUT.search(value[-40:]):
        return Message(N_("the text is longer than a cell holds and was cut when it was written"))
    return None


def for_cell(text: str) -> str:
    """Return `text` as a cell can hold it; `text_of` gives it back.

    A text that is longer than a cell is cut and says so at its end, so that reading refuses it.
    """
    text = text.encode("utf-8", "ignore").decode()
    written = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", _protected(text))
    if len(written) > MOST_CHARACTERS // 2 and _units(written) > MOST_CHARACTERS:
        tail = _CUT.format(length=len(text))
        kept = written.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - len(tail))]
        written = kept.decode("utf-16-le", "ignore") + tail
    return written


def _protected(text: str) -> str:
    return _LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
