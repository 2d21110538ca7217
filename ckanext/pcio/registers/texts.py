"""Validators of what people write into the forms of the registers: plain text of a known length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.dates import read_date, today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.thai import clean, normalize

# NUL, which PostgreSQL refuses, other commands, and what turns the direction of a line.
_COMMANDS = {"Cc", "Cs"}
_DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


def line(longest: int) -> Callable[[Any], str]:
    """Return the validator of one line of at most `longest` characters; it never stores NULL."""

    def read(value: Any) -> str:
        return _of_length(clean(_readable(_text(value)).replace("\n", " ")), longest)

    return read


def paragraphs(longest: int) -> Callable[[Any], str]:
    """Return the validator of a text of several lines, at most `longest` characters."""

    def read(value: Any) -> str:
        text = normalize(_readable(_text(value)))
        lines = "\n".join(part.strip() for part in text.split("\n"))
        return _of_length(_BLANK_LINES.sub("\n\n", lines).strip(), longest)

    return read


def past_day(value: Any) -> date | None:
    """Validator: a day that has come, in either era; a blank is no day."""
    reading = read_date(_readable(_text(value)) if not isinstance(value, date) else value)
    if reading.reason is not None:
        raise tk.Invalid(reading.reason.text(pcio_language()))
    if reading.day is not None and reading.day > today_in_thailand():
        raise tk.Invalid(tk._("The date lies in the future. Give the day on which it happened."))
    return reading.day


def _text(value: Any) -> str:
    if value is None or value is tk.missing:
        return ""
    if not isinstance(value, str):
        raise tk.Invalid(tk._("This must be a text."))
    return value


def _readable(text: str) -> str:
    """Return `text` with one kind of line end and without characters that command."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if text.isprintable():
        return text
    return "".join(
        c
        for c in text
        if c == "\n" or (unicodedata.category(c) not in _COMMANDS and c not in _DIRECTION)
    )


def _of_length(text: str, longest: int) -> str:
    if len(text) > longest:
        raise tk.Invalid(
            tk._("The text has {length} characters; at most {longest} are taken.").format(
                length=f"{len(text):,}", longest=f"{longest:,}"
            )
        )
    return text
