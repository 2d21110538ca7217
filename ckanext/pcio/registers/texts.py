"""Validators of what people write into a register: plain texts of a known length, and past days.

`standard.values` reads; here a refusal becomes CKAN's, and characters go that PostgreSQL refuses or
that turn the direction of what is written around them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard import values
from ckanext.pcio.standard.dates import read_date, today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.thai import clean

_COMMANDS = {"Cc", "Cs"}
_DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


def line(longest: int, *, required: bool = False) -> Callable[[Any], str]:
    """Return the validator of one line of at most `longest` characters."""

    def validator(value: Any) -> str:
        return _needed(clean(_read(values.text, value, longest)), required)

    return validator


def paragraphs(longest: int, *, required: bool = False) -> Callable[[Any], str]:
    """Return the validator of a text of several lines, at most `longest` characters."""

    def validator(value: Any) -> str:
        text = _read(values.text, value, longest)
        return _needed(_BLANK_LINES.sub("\n\n", text).strip(), required)

    return validator


def email(longest: int = 254) -> Callable[[Any], str | None]:
    """Return the validator of one e-mail address or none."""

    def validator(value: Any) -> str | None:
        return _read(values.email, value, longest) or None

    return validator


def past_day(value: Any) -> date | None:
    """Validator: a day that has come, in either era; a blank is no day."""
    reading = read_date(None if value is tk.missing else value)
    if reading.reason is not None:
        raise tk.Invalid(reading.reason.text(pcio_language()))
    if reading.day is not None and reading.day > today_in_thailand():
        raise tk.Invalid(tk._("The date lies in the future. Give the day on which it happened."))
    return reading.day


def _read(reader: Callable[..., str], value: Any, longest: int) -> str:
    if value is None or value is tk.missing:
        return ""
    try:
        return reader(_printable(value) if isinstance(value, str) else value, longest)
    except values.Refused as refused:
        raise tk.Invalid(refused.message.text(pcio_language())) from refused


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        c
        for c in text
        if c == "\n" or (unicodedata.category(c) not in _COMMANDS and c not in _DIRECTION)
    )


def _needed(text: str, required: bool) -> str:
    if required and not text:
        raise tk.Invalid(tk._("Please fill this in."))
    return text
