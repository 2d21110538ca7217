"""The words of a report: our own sentences, numbers and dates in its language and digits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.pcio.standard.dates import format_date, parse_iso, read_date
from ckanext.pcio.standard.messages import Message
from ckanext.pcio.survey.form import Text

Digits = Literal["thai", "arabic"]

_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_THAI = {ord(str(digit)): chr(0x0E50 + digit) for digit in range(10)}


@dataclass(frozen=True, slots=True)
class Words:
    """How a report speaks.

    Thai digits are for what we count and date, in Thai. The form's own wording, what people wrote,
    addresses, file names and the numbers of questions and evidence keep theirs.
    """

    language: str
    digits: Digits

    def say(self, msgid: str, **params: Any) -> str:
        """Return a sentence of ours."""
        return Message(msgid, params).text(self.language)

    def text(self, text: Text) -> str:
        """Return a text of the form."""
        return text.text(self.language)

    @property
    def thai_digits(self) -> bool:
        """Whether our numbers are written in Thai digits."""
        return self.language == "th" and self.digits == "thai"

    def number(self, value: float) -> str:
        """Return a number, thousands apart."""
        written = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
        return self.written(written)

    def date(self, iso: str) -> str:
        """Return the day of an ISO date or time in words; what is no date as it is."""
        day = parse_iso(iso)
        return self.written(format_date(day, self.language)) if day else iso

    def written(self, text: str) -> str:
        """Return a text of ours in the digits of the report."""
        return text.translate(_THAI) if self.thai_digits else text

    def moment(self, iso: str) -> str:
        """Return the day in Thailand of an ISO time, which is UTC unless it says otherwise."""
        reading = read_date(iso if _OFFSET.search(iso) else f"{iso}Z")
        return self.written(format_date(reading.day, self.language)) if reading.day else iso
