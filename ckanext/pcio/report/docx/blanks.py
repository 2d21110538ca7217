"""The blanks in the form's texts, and what is written into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_BLANK = re.compile(r"_{3,}|\.{6,}")
_SHORTEST = 12
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: the form's wording, a blank left open, or what is written in one."""

    kind: Literal["text", "blank", "value"]
    text: str


def count(text: str) -> int:
    """Return how many blanks a text has."""
    return len(_BLANK.findall(text))


def filled(text: str, values: Sequence[str]) -> Iterator[Piece]:
    """Yield a text with `values` in its blanks, one by one; an empty value leaves a blank open."""
    end = 0
    for number, found in enumerate(_BLANK.finditer(text)):
        if found.start() > end:
            yield Piece("text", text[end : found.start()])
        value = values[number] if number < len(values) else ""
        yield Piece("value", value) if value else blank(len(found[0]))
        end = found.end()
    if text[end:]:
        yield Piece("text", text[end:])


def blank(length: int = _SHORTEST) -> Piece:
    """Return a dotted line of so many characters, long enough to write on."""
    return Piece("blank", "." * max(_SHORTEST, 2 * length))


def says(text: str, part: str) -> bool:
    """Whether `text` has the words of `part` already, however they are spaced."""
    return _squeezed(part) in _squeezed(text)


def ends_with(text: str, part: str) -> bool:
    """Whether `text` ends with the words of `part`."""
    return bool(part) and _squeezed(text).endswith(_squeezed(part))


def _squeezed(text: str) -> str:
    return _BLANK.sub("", _SPACES.sub("", text))
