"""A readable ASCII name for the web address of a dataset, made from its Thai title.

Thai is written in Latin letters by the Royal Institute's general system of transcription
(pythainlp's "royin" engine, which works offline), word by word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from ckanext.pcio.standard import thai

# thai_gdc limits names to 70 characters; CKAN itself to 100.
MAX_LENGTH = 70
MIN_LENGTH = 2
FALLBACK = "dataset"
# Names CKAN refuses because they are routes.
RESERVED = frozenset({"new", "edit", "search"})

_THAI_RUN = re.compile(r"[\u0e00-\u0e7f]+")
_SEPARATOR = re.compile(r"[^\w\u0300-\u036f]+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def _romanize(run: str) -> str:
    # Imported here: the dictionaries are only needed when somebody creates a dataset.
    from pythainlp.tokenize import word_tokenize  # noqa: PLC0415
    from pythainlp.transliterate import romanize  # noqa: PLC0415

    words = []
    for word in word_tokenize(run, engine="newmm", keep_whitespace=False):
        try:
            words.append(romanize(word, engine="royin"))
        except Exception:  # noqa: S112 - one odd word must not cost the whole name
            continue
    return " ".join(words)


def _cut(slug: str, limit: int) -> str:
    if len(slug) <= limit:
        return slug
    head, _, _ = slug[: limit + 1].rpartition("-")
    return head or slug[:limit]


def slugify(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return a name for `text`: lower-case ASCII letters, digits and hyphens, never empty.

    Latin words and digits are kept, Thai words are romanised, and a long name is cut at the end
    of a word. The result is 2 to `max_length` characters and always a name CKAN accepts.
    """
    text = thai.arabic_digits(thai.normalize(text))
    text = _THAI_RUN.sub(lambda match: f" {_romanize(match.group())} ", text)
    text = _SEPARATOR.sub(" ", text)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _cut(_NOT_SLUG.sub("-", ascii_text.lower()).strip("-"), max_length).strip("-")
    if len(slug) < MIN_LENGTH or slug in RESERVED:
        slug = f"{FALLBACK}-{slug}".strip("-")
    return slug


def unique_slug(text: str, taken: Callable[[str], bool], max_length: int = MAX_LENGTH) -> str:
    """Return `slugify(text)`, with -2, -3, ... appended when `taken` says it is in use."""
    slug = slugify(text, max_length)
    candidate, number = slug, 1
    while taken(candidate):
        number += 1
        suffix = f"-{number}"
        candidate = _cut(slug, max_length - len(suffix)).rstrip("-") + suffix
    return candidate
