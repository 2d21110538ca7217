"""One dataset as some portal wrote it: a package dict, with or without a schema behind it.

thai_gdc's fields are at the top level where ckanext-scheming is at work, and in `extras`
(`[{"key", "value"}]`) elsewhere. Values are texts, lists, lists in JSON, and mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.thai import arabic_digits, normalize
from ckanext.pcio.standard.values import split_terms
from ckanext.pcio.standard.vocabulary import Term, Vocabulary

# What UTF-8 and PostgreSQL cannot hold: lone surrogates and NUL.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"(?<![0-9.])[0-9]{1,4}(?![0-9.])")
_LONGEST_REPEATED = 120
# A text of nothing but these says nothing.
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def flat(dataset: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of `dataset` with its extras among them.

    A field that is stated at the top level is not replaced by an extra of the same name.
    """
    extras = dataset.get("extras")
    if not isinstance(extras, list) or not extras:
        return dataset
    fields = dict(dataset)
    for extra in extras:
        key = extra.get("key") if isinstance(extra, Mapping) else None
        if isinstance(key, str) and key != "extras" and not is_stated(fields.get(key)):
            fields[key] = extra.get("value")
    return fields


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings of a list; nothing where it is no list."""
    # Asking for dict first spares the slow question to the abstract class.
    if isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, (dict, Mapping)))


def _readable(text: str) -> str:
    text = text.strip()
    if text.isascii() and "\x00" not in text:
        return text
    return normalize(_UNWRITABLE.sub("\ufffd", text)).strip()


# Values of lists, offices and units come again and again.
_text = lru_cache(maxsize=8192)(_readable)


def text_of(value: Any) -> str:
    """Return what `value` says as one text, without outer white space; "" where it says none.

    Numbers count as texts, and so does the only text of a list; other lists and mappings do not.
    """
    if isinstance(value, str):
        return _text(value) if len(value) <= _LONGEST_REPEATED else _readable(value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return text_of(value[0])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python cares to write
        return ""


def stated_text(value: Any) -> str:
    """Return the text of `value`; "" where it is blank or only a dash."""
    text = text_of(value)
    return text if text.strip(DASHES) else ""


def is_stated(value: Any) -> bool:
    """Whether `value` says anything: not blank, not a dash, no empty list or list of blanks."""
    if isinstance(value, str):
        return bool(value) and bool(stated_text(value))
    if not isinstance(value, (list, tuple)):
        return value is not None and value != {}
    # Without recursion: a hostile file nests lists deeper than Python follows.
    waiting = list(value)
    while waiting:
        part = waiting.pop()
        if isinstance(part, (list, tuple)):
            waiting.extend(part)
        elif is_stated(part):
            return True
    return False


def find_term(words: Vocabulary, value: Any) -> Term | None:
    """Return the term of `words` that `value` names, alone or as the only member of a list."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return words.find(value) if isinstance(value, str) else None


def find_terms(words: Vocabulary, value: Any) -> tuple[Term, ...]:
    """Return the terms that `value` names (a list, a list in JSON, texts joined by commas)."""
    found = (words.find(part) for part in split_terms(words, value) if isinstance(part, str))
    return tuple(dict.fromkeys(term for term in found if term is not None))


def read_boolean(value: Any) -> bool | None:
    """Return what a yes-or-no field says; None where it says neither. A blank says neither."""
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else None
    return {"true": True, "false": False}.get(text or "")


def read_private(value: Any) -> bool | None:
    """Return what CKAN's `private` says, also as a text or number; None where it says nothing."""
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    return read_boolean(value)


def first_number(value: Any) -> int | None:
    """Return the first whole number in a text, such as 2 of "2 times"."""
    found = _NUMBER.search(arabic_digits(text_of(value)))
    number = int(found[0]) if found else 0
    return number if number > 0 else None
