"""Texts of the form in pieces: words, blanks, addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ckanext.pcio.survey.form import Text

from .control_records import Piece, Words

# The form's blanks are runs of underscores, in one place of dots.
_BLANK = re.compile(r"(_{3,}|[.]{8,})")
_PIECES = re.compile(rf"{_BLANK.pattern}|(https?://[^\s)]+)")


def pieces(text: Text | None, language: str) -> Words:
    """Return a text of the form in pieces; none for None."""
    return () if text is None else split(text.text(language))


def split(text: str) -> Words:
    """Return `text` in pieces; their texts joined are `text`."""
    found = []
    for part in _PIECES.split(text):
        if not part:
            continue
        if _BLANK.fullmatch(part):
            found.append(Piece(part, "blank"))
        elif part.startswith(("http://", "https://")):
            found.append(Piece(part, "link"))
        else:
            found.append(Piece(part))
    return tuple(found)


def blanks(words: Words) -> int:
    """Return how many blanks the form leaves in a text."""
    return sum(piece.kind == "blank" for piece in words)


def fill(words: Words, values: Sequence[str]) -> Words:
    """Return `words` with its blanks filled in order; a blank value leaves its blank."""
    left = iter(values)
    return tuple(
        Piece(value, "filled") if piece.kind == "blank" and (value := next(left, "")) else piece
        for piece in words
    )
