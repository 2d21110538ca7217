"""One value of a metadata field: what is accepted, and the form it is stored in.

Each function takes what a person, a workbook or another portal wrote and returns the stored
form, or raises `Refused` with the reason. A blank is always accepted here and stays blank; what
must not be blank is decided by `standard.completeness`. Stored forms are those of
ckanext-thai_gdc: text, JSON-able lists, "True"/"False", Buddhist years, Gregorian ISO dates.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ckanext.pcio.standard import dates, thai
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import Term, Vocabulary

SHOWN = 60
_LIST_SEPARATORS = re.compile("[,\uff0c\u3001\n]")
# Also read by the form's script: nothing here that JavaScript does not know.
EMAIL_PATTERN = (
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
# A year of data beyond this is a slip of the keyboard.
LAST_YEAR = 2600
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d+)?")


class Refused(Exception):
    """A value that cannot be stored, with the reason.

    `kept` is the value as an import would keep it: readable parts in stored form, the rest as
    it came.
    """

    def __init__(self, message: Message, kept: Any) -> None:
        super().__init__(message.text("en"))
        self.message = message
        self.kept = kept


@dataclass(frozen=True, slots=True)
class TermList:
    """The values somebody can choose from, in the reader's language."""

    terms: tuple[Term, ...]

    def text(self, language: str = "th") -> str:
        """Return the stored values; in English each with its meaning."""
        if language == "th":
            return ", ".join(term.value for term in self.terms)
        return ", ".join(
            term.value if term.value == term.en else f"{term.value} ({term.en})"
            for term in self.terms
        )


def shown(value: Any) -> str:
    """Return `value` as a short text for a message."""
    try:
        text = value
        if not isinstance(value, str):
            text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def is_blank(value: Any) -> bool:
    """Whether nothing was written: None, "", only white space, or an empty list."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def text(value: Any, limit: int | None = None) -> str:
    """Return one text of at most `limit` characters, its Thai vowels in their right form."""
    if is_blank(value):
        return ""
    if isinstance(value, (dict, list, bool)):
        raise Refused(
            Message(N_('a text was expected, not "{value}"'), {"value": shown(value)}),
            json.dumps(value, ensure_ascii=False, default=str),
        )
    cleaned = thai.normalize(str(value)).replace("\x00", "").replace("\r\n", "\n").strip()
    if limit is not None and len(cleaned) > limit:
        raise Refused(
            Message(
                N_('"{value}" has {length} characters; at most {limit} are allowed'),
                {"value": shown(cleaned), "length": len(cleaned), "limit": limit},
            ),
            cleaned,
        )
    return cleaned


def storable(text: str) -> str:
    """Return `text` without what PostgreSQL cannot hold: halves of characters and the null."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")


def term(vocabulary: Vocabulary, value: Any) -> str:
    """Return the stored value of the one term that `value` names (itself or an alias)."""
    if is_blank(value):
        return ""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and (found := vocabulary.find(value)):
        return found.value
    raise Refused(_not_a_term(vocabulary, [value]), _as_it_came(value))


def terms(vocabulary: Vocabulary, value: Any) -> list[str]:
    """Return the stored values that `value` names, in its order, each once.

    `value` may be a list, one value, a JSON list in a string, or values joined by commas.
    """
    kept: list[str] = []
    unknown: list[Any] = []
    for part in split_terms(vocabulary, value):
        found = vocabulary.find(part) if isinstance(part, str) else None
        if found is None:
            unknown.append(part)
        kept.append(found.value if found else (part if isinstance(part, str) else shown(part)))
    kept = list(dict.fromkeys(kept))
    if unknown:
        raise Refused(_not_a_term(vocabulary, unknown), kept)
    return kept


def split_terms(vocabulary: Vocabulary, value: Any) -> list[Any]:
    """Return the parts of a multi-valued field as it came, blanks left out."""
    if is_blank(value):
        return []
    if isinstance(value, str):
        stripped = value.strip()
        if stripped.startswith("["):
            try:
                loaded = json.loads(stripped)
            except (ValueError, RecursionError):
                loaded = None
            if isinstance(loaded, list):
                return split_terms(vocabulary, loaded)
        if vocabulary.find(stripped) is not None:
            return [stripped]
        return [part.strip() for part in _LIST_SEPARATORS.split(stripped) if part.strip()]
    parts: Iterable[Any] = value if isinstance(value, (list, tuple)) else [value]
    return [part.strip() if isinstance(part, str) else part for part in parts if not is_blank(part)]


def _not_a_term(vocabulary: Vocabulary, values: list[Any]) -> Message:
    return Message(
        N_('"{value}" is not one of the values of the standard. Choose one of: {choices}'),
        {
            "value": '", "'.join(shown(value) for value in values),
            "choices": TermList(tuple(term for term in vocabulary.terms if not term.not_present)),
        },
    )


def boolean(value: Any) -> str:
    """Return "True" or "False"; a blank stays blank and never becomes either."""
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().capitalize()
    raise Refused(
        Message(N_('"{value}" is not "True", "False" or blank'), {"value": shown(value)}),
        _as_it_came(value),
    )


def digits(value: Any) -> str:
    """Return `value` as a text with Thai digits written as 0-9."""
    return thai.arabic_digits(text(value))


def year(value: Any) -> str:
    """Return a year of the Buddhist era, four digits."""
    if is_blank(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    reading = dates.read_year(value)
    if reading.reason is not None:
        raise Refused(reading.reason, _as_it_came(value))
    if reading.year is not None and reading.year > LAST_YEAR:
        raise Refused(
            Message(
                N_('"{value}" is not one year of the Buddhist era, such as 2567'),
                {"value": shown(value)},
            ),
            _as_it_came(value),
        )
    return "" if reading.year is None else str(reading.year)


def iso_date(value: Any) -> str:
    """Return a Gregorian ISO date; what `standard.dates` reads in other forms is converted."""
    if is_blank(value):
        return ""
    reading = dates.read_date(value)
    if reading.reason is not None:
        raise Refused(reading.reason, _as_it_came(value))
    return "" if reading.day is None else reading.day.isoformat()


def _as_it_came(value: Any) -> str:
    return value if isinstance(value, str) else shown(value)


def whole_number(value: Any, low: int, high: int) -> str:
    """Return a whole number from `low` to `high` as a text."""
    if is_blank(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = shown(value)
    if not isinstance(value, bool):
        number = digits(value) if isinstance(value, (str, int)) else ""
        if re.fullmatch(r"\d{1,9}", number) and low <= int(number) <= high:
            return str(int(number))
    raise Refused(
        Message(
            N_('"{value}" is not a whole number from {low} to {high}'),
            {"value": written, "low": low, "high": high},
        ),
        value if isinstance(value, str) else written,
    )


def coordinate(value: Any, low: float, high: float) -> str:
    """Return decimal degrees from `low` to `high` as a text, digits as they were written."""
    if is_blank(value):
        return ""
    number = "" if isinstance(value, (bool, list, dict)) else digits(value)
    if _NUMBER.fullmatch(number) and low <= float(number) <= high:
        return number.lstrip("+")
    raise Refused(
        Message(
            N_(
                '"{value}" is not a number of decimal degrees from {low} to {high}, '
                "such as {example}"
            ),
            {
                "value": shown(value),
                "low": f"{low:g}",
                "high": f"{high:g}",
                "example": "13.7563" if high <= 90 else "100.5018",  # noqa: PLR2004
            },
        ),
        _as_it_came(value),
    )


def email(value: Any, limit: int | None = None) -> str:
    """Return one e-mail address."""
    address = text(value, limit)
    if address and not re.fullmatch(EMAIL_PATTERN, address):
        raise Refused(
            Message(
                N_('"{value}" is not an e-mail address, such as {example}'),
                {"value": shown(address), "example": "data@example.go.th"},
            ),
            address,
        )
    return address


def url(value: Any, limit: int = 2000) -> str:
    """Return a web address with http or https."""
    return _address(
        value,
        limit,
        ("http", "https"),
        N_('"{value}" is not a web address; it has to begin with http:// or https://'),
    )


def link(value: Any, limit: int = 2000) -> str:
    """Return the address of a file: as `url`, or on a file server."""
    return _address(
        value,
        limit,
        ("http", "https", "ftp", "ftps", "sftp"),
        N_(
            '"{value}" is not the address of a file; it has to begin with https://, http:// '
            "or ftp://"
        ),
    )


def _unseen(character: str) -> bool:
    """Whether nobody sees a character, or it turns the direction of the line."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs"}


def _address(value: Any, limit: int, schemes: tuple[str, ...], wrong: str) -> str:
    address = text(value, limit)
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        good = parts.scheme in schemes and bool(parts.hostname)
        _ = parts.port
        # A host no browser could look up; an answer that leads there could not be sent.
        (parts.hostname or "").encode("idna")
    except ValueError:
        good = False
    if not good or re.search(r"\s", address) or any(map(_unseen, address)):
        raise Refused(Message(wrong, {"value": shown(address)}), address)
    return address
