"""What a scan has found: kinds, columns and counts, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ckanext.pcio.standard.messages import N_, Message

NATIONAL_ID, MOBILE, LANDLINE, EMAIL = "national_id", "mobile", "landline", "email"
NAME, ADDRESS, BIRTHDAY = "name", "address", "birthday"
KINDS = {
    NATIONAL_ID: N_("National ids"),
    MOBILE: N_("Mobile telephone numbers"),
    LANDLINE: N_("Other telephone numbers"),
    EMAIL: N_("E-mail addresses"),
    NAME: N_("Names of people"),
    ADDRESS: N_("Addresses"),
    BIRTHDAY: N_("Dates of birth"),
}
CERTAIN, LIKELY, NOTE = "certain", "likely", "note"
CERTAINTIES = {
    CERTAIN: N_("Certain"),
    LIKELY: N_("Likely"),
    NOTE: N_("For your information"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of personal data in one column."""

    sheet: str
    """The sheet, or the file in an archive; empty where the file is one table."""
    column: str
    """The column's name; empty where the table has no row of names."""
    position: int
    """The column's place, from 1."""
    kind: str
    count: int
    """Rows with it in this column."""
    rows: int
    """Rows of the table that were read."""
    certainty: str

    @property
    def holds(self) -> bool:
        """Whether a person has to decide before readers get the file."""
        return self.certainty != NOTE

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Finding:
        """Return a stored finding."""
        return cls(**stored)


def column_label(finding: Finding) -> Message | str:
    """Return how a finding's column is called on a page: its name, or its letter."""
    if finding.column:
        return finding.column
    return Message(N_("column {letter}"), {"letter": letter(finding.position)})


def letter(position: int) -> str:
    """Return the letters a spreadsheet gives the column at `position` (from 1)."""
    letters = ""
    while position > 0:
        position, place = divmod(position - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
