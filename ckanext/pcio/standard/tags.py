r"""Tags (คำสำคัญ) in Thai.

CKAN's own rule is written with `\w`, which leaves out the Thai vowel and tone marks, so it
refuses สถิติ, ท่องเที่ยว and น้ำ. This one accepts them and still refuses punctuation.
"""

from __future__ import annotations

import re

from ckanext.pcio.standard import thai
from ckanext.pcio.standard.messages import N_, Message

MIN_LENGTH = 2
MAX_LENGTH = 100

# \w holds letters and digits of every script, ๆ and ฯ among them; the ranges are the Thai vowel
# and tone marks, which are combining characters.
_TAG = re.compile(r"[\w\u0e31\u0e34-\u0e3a\u0e47-\u0e4e \-.]+")
_COMMAS = re.compile("[,\uff0c\u3001\u060c;\uff1b\r\n\t]+")


def split_tags(text: str) -> list[str]:
    """Return the tags of a comma-separated `text` in order, each once.

    Full-width and ideographic commas, semicolons and line breaks separate as well, because
    that is what word processors and spreadsheets make of a comma.
    """
    names = (normalize_tag(part) for part in _COMMAS.split(text))
    return list(dict.fromkeys(name for name in names if name))


def normalize_tag(name: str) -> str:
    """Return `name` with its Thai vowels in their right form, without outer spaces."""
    return thai.normalize(name).replace("\u00a0", " ").strip(" ")


def tag_problem(name: str) -> Message | None:
    """Say why `name` cannot be a tag, or return None."""
    if not MIN_LENGTH <= len(name) <= MAX_LENGTH:
        return Message(
            N_('the tag "{value}" has {length} characters; a tag has {low} to {high}'),
            {"value": _short(name), "length": len(name), "low": MIN_LENGTH, "high": MAX_LENGTH},
        )
    if not _TAG.fullmatch(name):
        bad = "".join(dict.fromkeys(c for c in name if not _TAG.fullmatch(c)))
        return Message(
            N_(
                'the tag "{value}" contains {characters}; a tag may hold Thai and Latin letters, '
                "digits, spaces, hyphens (-), underscores (_) and full stops (.)"
            ),
            {"value": _short(name), "characters": " ".join(repr(c) for c in bad)},
        )
    return None


def _short(name: str) -> str:
    return name if len(name) <= MAX_LENGTH else name[:MAX_LENGTH] + "…"
