"""Thai text as it comes from keyboards, word processors and spreadsheets, made comparable."""

from __future__ import annotations

import re
import unicodedata

# Marks that may stand between a consonant and sara am, in either order of typing.
_TONES = "\u0e48-\u0e4b"
# Sara am typed, or decomposed, as nikhahit and sara aa.
_NIKHAHIT_BEFORE_TONE = re.compile(f"\u0e4d([{_TONES}])\u0e32")
_DOUBLE_SARA_E = "\u0e40\u0e40"
_SARA_AE = "\u0e41"
# Zero-width characters, byte order mark, soft hyphen and directional marks: never part of a word.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_IRREGULAR = re.compile(f"{_INVISIBLE.pattern}|\u0e4d|{_DOUBLE_SARA_E}")
# Vowels written before the consonant they are read after; a dictionary sorts them after it.
_LEADING_VOWEL = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])")
# Maitaikhu, tone marks and thanthakhat tell two words apart only where their letters do not.
_LIGHT_MARKS = re.compile("[\u0e47-\u0e4c]")
_SPACES = re.compile(r"\s+")
_THAI_DIGITS = {ord("\u0e50") + digit: str(digit) for digit in range(10)}
_DIGITS_IN_THAI = {ord(str(digit)): chr(0x0E50 + digit) for digit in range(10)}


def normalize(text: str) -> str:
    """Return `text` composed (NFC), with each Thai vowel in its one right form.

    Sara am becomes one character, double sara e becomes sara ae, invisible characters go. White
    space and digits stay as they are.
    """
    if text.isascii() or _is_normal(text):
        return text
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _NIKHAHIT_BEFORE_TONE.sub("\\1\u0e4d\u0e32", text)
    return text.replace("\u0e4d\u0e32", "\u0e33").replace(_DOUBLE_SARA_E, _SARA_AE)


def _is_normal(text: str) -> bool:
    return _IRREGULAR.search(text) is None and unicodedata.is_normalized("NFC", text)


def clean(text: str) -> str:
    """Return `text` normalized, every run of white space (no-break space too) as one space."""
    return _SPACES.sub(" ", normalize(text)).strip()


def arabic_digits(text: str) -> str:
    """Return `text` with Thai digits written as 0-9."""
    return text if text.isascii() else text.translate(_THAI_DIGITS)


def thai_digits(text: str) -> str:
    """Return `text` with 0-9 written as Thai digits."""
    return text.translate(_DIGITS_IN_THAI)


def fold(text: str) -> str:
    """Return what two spellings of the same word have in common.

    Normalized, without any white space, Thai digits as 0-9, Latin letters in lower case. For
    comparing, never for showing.
    """
    return arabic_digits(normalize(_SPACES.sub("", text))).casefold()


def sort_key(text: str) -> tuple[str, str]:
    """Return what puts `text` where a Thai dictionary has it (Royal Institute order).

    A vowel written before its consonant counts after it, so that เกษตร stands under ก; tone marks
    count last. Digits and Latin letters come first, case makes no difference.
    """
    folded = arabic_digits(clean(text)).casefold()
    ordered = folded if folded.isascii() else _LEADING_VOWEL.sub(r"\2\1", folded)
    return _LIGHT_MARKS.sub("", ordered), ordered
