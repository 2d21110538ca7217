"""One value of a table: national ids, telephone numbers and e-mail addresses in it.

Each function takes a text with Arabic digits and tells how many, never which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from .rules import Rules

ID_LENGTH = 13

# No digit, point or comma may touch a number: it would be part of another one.
_BEFORE, _AFTER = r"(?<![\d])(?<!\d[.,])", r"(?![\d])(?![.,]\d)"
# Bare, or in the groups of the card: 1-2345-67890-12-3.
_GROUPS = r"\d([ \-])\d{4}\1\d{5}\1\d{2}\1?\d"
_ID = re.compile(rf"{_BEFORE}(?:\d{{13}}|{_GROUPS}){_AFTER}")
_PHONE = re.compile(
    rf"{_BEFORE}(?<!\d-)(?:(?:\+|00)66[\-. ]?\(?0?\)?|\(?0)(?:[\-. ()]{{0,2}}\d){{8,9}}"
    rf"{_AFTER}(?!-\d)"
)
# Two digits, two digits, four digits: a day, a month and a year.
_LIKE_DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ]\d{4}")
_EMAIL = re.compile(r"[\w.+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}", re.A)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?1[0-2]")
_MOST_DIGITS = 12
_MOBILE = re.compile(r"0[689]\d{8}")
_LANDLINE = re.compile(r"0[23457]\d{7}")
_ABROAD = re.compile(r"0066(?=[689]\d{8}$)")
_LOST_NOUGHT = re.compile(r"[689]\d{8}")

MAY_HOLD_NUMBER = re.compile(r"\d(?:[\-. ()]{0,2}\d){7}|\d[eE]\+?1[0-2]")
"""Found in every text that holds a number this module would find; cheap to look for."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The numbers of 13 digits in one value."""

    persons: int = 0
    """As a person's would begin."""
    valid: int = 0
    """Of these: with the right last digit."""
    written: int = 0
    """Of the valid: in groups, as on the card."""


def check_digit(number: str) -> int:
    """Return the last digit that the first twelve of a national id call for."""
    total = sum((ID_LENGTH - place) * int(digit) for place, digit in enumerate(number[:12]))
    return (11 - total % 11) % 10


def ids(text: str, rules: Rules) -> Ids:
    """Return the national ids in `text`; numbers of companies and agencies are none."""
    persons = valid = written = 0
    for match in _ID.finditer(whole_number(text)):
        number = re.sub(r"[ \-]", "", match[0])
        if number[0] == "9" or (number[0] == "0" and not rules.persons_with_nought.match(number)):
            continue
        persons += 1
        if int(number[12]) == check_digit(number):
            valid += 1
            written += match[1] is not None
    return Ids(persons, valid, written)


def whole_number(text: str) -> str:
    """Return a number that a spreadsheet has written as a fraction or with an exponent whole.

    `1.101700203451E+12` has all its digits and is read; where digits are lost (`1.1E+12`) no
    number can be told, and the text stays as it is.
    """
    if text.endswith(".0") and text[:-2].isdigit():
        return text[:-2]
    if not _SCIENTIFIC.fullmatch(text) or len(text) < _MOST_DIGITS:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return str(int(number)) if number == number.to_integral_value() else text


@dataclass(frozen=True, slots=True)
class Phones:
    """The telephone numbers in one value."""

    mobile: int = 0
    landline: int = 0
    bare: bool = False
    """The value is digits and nothing else, so it could be any number."""


def phones(text: str, *, named: bool) -> Phones:
    """Return the telephone numbers in `text`.

    `named`: the column says that it holds telephone numbers, so the first nought may be lost.
    """
    text = whole_number(text)
    if text.isdigit():
        if named and _LOST_NOUGHT.fullmatch(text):
            return Phones(mobile=1)
        if _MOBILE.fullmatch(_ABROAD.sub("0", text)):
            return Phones(mobile=1, bare=not named)
        return Phones(landline=int(_LANDLINE.fullmatch(text) is not None), bare=not named)
    mobile = landline = 0
    for found in _PHONE.findall(text):
        if _LIKE_DATE.search(found):
            continue
        number = _national(found)
        if _MOBILE.fullmatch(number):
            mobile += 1
        elif _LANDLINE.fullmatch(number):
            landline += 1
    return Phones(mobile, landline)


def _national(found: str) -> str:
    digits = re.sub(r"\D", "", found)
    if found.lstrip("( ").startswith("+"):
        digits = digits[2:]
    elif digits.startswith("0066"):
        digits = digits[4:]
    return digits if digits.startswith("0") else "0" + digits


def emails(text: str, rules: Rules) -> tuple[int, int]:
    """Return how many e-mail addresses of people, and of offices or tasks, are in `text`."""
    found = _EMAIL.findall(text)
    official = sum(rules.official_mailbox(address) for address in found)
    return len(found) - official, official


def as_text(value: Any) -> str:
    """Return a cell's value as the text that is searched."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (bool, date, datetime)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
