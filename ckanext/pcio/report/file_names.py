"""Names of files that every operating system and ZIP program takes, and none is led astray by."""

from __future__ import annotations

import re
import unicodedata

from ckanext.pcio.standard.thai import normalize

# File systems of Linux hold 255 bytes of a name, a Thai letter has three; a number stands before.
LONGEST = 180
_LONGEST_SUFFIX = 20
_NOT_IN_NAMES = set('<>:"/\\|?*')
# Kinds of characters nobody sees, or that turn the direction of the line.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)", re.IGNORECASE)


def safe(name: str, otherwise: str = "_") -> str:
    """Return `name` without folders and without what a file name cannot hold; never empty.

    Thai stays as it is, and so does the ending; a long name is cut between letters.
    """
    last = normalize(name).replace("\\", "/").rpartition("/")[2]
    kept = "".join("_" if _refused(character) else character for character in last)
    kept = " ".join(kept.split()).strip(" .") or otherwise
    if _DEVICES.match(kept):
        kept = f"_{kept}"
    stem, dot, suffix = kept.rpartition(".")
    if not dot or len(f".{suffix}".encode()) > _LONGEST_SUFFIX:
        stem, suffix = kept, ""
    ending = f".{suffix}" if suffix else ""
    return f"{_cut(stem, LONGEST - len(ending.encode()))}{ending}"


def _refused(character: str) -> bool:
    return character in _NOT_IN_NAMES or unicodedata.category(character) in _UNSEEN


def _cut(text: str, most: int) -> str:
    """Return as much of `text` as so many bytes hold, no letter without the marks on it."""
    if len(text.encode()) <= most:
        return text
    kept = text.encode()[:most].decode("utf-8", "ignore")
    while unicodedata.combining(text[len(kept)]) or unicodedata.category(text[len(kept)]) == "Mn":
        kept = kept[:-1]
    return kept.rstrip(" .")
