"""Looking through the rows of one table, a block at a time, in memory that does not grow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ckanext.pcio.standard.thai import arabic_digits

from . import findings as found
from . import values
from .findings import Finding
from .rules import ColumnName, Rules

_THAI_DIGIT = re.compile("[\u0e50-\u0e59]")


@dataclass(slots=True)
class _Column:
    """What has been counted in one column. Counts are of cells, so a cell counts once."""

    name: str
    position: int
    says: ColumnName
    filled: int = 0
    persons: int = 0
    valid_ids: int = 0
    written_ids: int = 0
    id_rows: int = 0
    mobile: int = 0
    landline: int = 0
    bare_mobile: int = 0
    bare_landline: int = 0
    emails: int = 0
    official_emails: int = 0
    titled: int = 0
    """Title, first name and surname."""
    title: int = 0
    """A title, whatever follows."""


@dataclass(slots=True)
class Detector:
    """Counts what one table holds.

    `feed` takes blocks of columns; `findings` says what it amounts to.
    """

    sheet: str
    rules: Rules
    rows: int = 0
    _columns: dict[str | int, _Column] = field(default_factory=dict)

    def name_columns(self, names: Sequence[str]) -> None:
        """Name the columns at places 0, 1, … of the blocks to come."""
        for place, name in enumerate(names):
            self._columns[place] = _Column(name, place + 1, self.rules.column(name))

    def feed(self, columns: Mapping[int, Sequence[str]] | Mapping[str, Sequence[str]]) -> None:
        """Count one block: the texts of each column, by its place or by its name."""
        self.rows += max((len(cells) for cells in columns.values()), default=0)
        for key, cells in columns.items():
            column = self._columns.get(key)
            if column is None:
                name = key if isinstance(key, str) else ""
                column = _Column(name, len(self._columns) + 1, self.rules.column(name))
                self._columns[key] = column
            self._count(column, cells)

    def _count(self, column: _Column, cells: Sequence[str]) -> None:
        column.filled += len(cells) - cells.count("")
        block = "\n".join(cells)
        if not block.isascii() and _THAI_DIGIT.search(block):
            cells = [arabic_digits(text) for text in cells]
            block = "\n".join(cells)
        if "@" in block:
            self._count_emails(column, cells)
        if values.MAY_HOLD_NUMBER.search(block):
            self._count_numbers(column, cells)
        if self.rules.title.search(block):
            for text in map(str.lstrip, cells):
                if self.rules.title.match(text):
                    column.title += 1
                    column.titled += self.rules.titled.match(text) is not None

    def _count_emails(self, column: _Column, cells: Iterable[str]) -> None:
        for text in cells:
            if "@" in text:
                people, offices = values.emails(text, self.rules)
                column.emails += people > 0
                column.official_emails += offices > 0 and not people

    def _count_numbers(self, column: _Column, cells: Iterable[str]) -> None:
        may_hold, rules = values.MAY_HOLD_NUMBER.search, self.rules
        named = "phone" in column.says.kinds
        for text in map(str.strip, cells):
            if not may_hold(text):
                continue
            numbers = values.ids(text, rules)
            if numbers.persons:
                column.persons += numbers.persons
                column.valid_ids += numbers.valid
                column.written_ids += numbers.written
                column.id_rows += numbers.valid > 0
            phones = values.phones(text, named=named)
            if phones.bare:
                column.bare_mobile += phones.mobile > 0
                column.bare_landline += phones.landline > 0
            else:
                column.mobile += phones.mobile > 0
                column.landline += phones.landline > 0

    def holds_values(self, names: Sequence[str]) -> bool:
        """Return whether a row that should name columns has values that would be found."""
        probe = Detector("", self.rules)
        probe.feed({place: [name] for place, name in enumerate(names)})
        return any(
            column.persons or column.mobile or column.bare_mobile or column.landline
            or column.bare_landline or column.emails or column.official_emails or column.titled
            for column in probe._columns.values()
        )  # fmt: skip

    def findings(self) -> list[Finding]:
        """Return what the rows so far amount to, in the order of the columns."""
        surnames = any("surname" in column.says.kinds for column in self._columns.values())
        result = []
        for column in self._columns.values():
            for kind, count, certainty in (
                *self._ids(column),
                *self._phones(column),
                *self._emails(column),
                *self._names(column, surnames=surnames),
                *self._beside(column),
            ):
                place = (self.sheet, column.name, column.position)
                result.append(Finding(*place, kind, count, self.rows, certainty))
        return _raised(result, {c.position for c in self._columns.values() if c.says.official})

    def _ids(self, column: _Column) -> Iterable[tuple[str, int, str]]:
        """Decide whether numbers of 13 digits are ids: by chance one in ten looks like one."""
        if not column.valid_ids:
            return
        limits, valid, total = self.rules.numbers, column.valid_ids, column.persons
        chance = limits["chance"]
        beyond = (valid - chance * total) / math.sqrt(chance * (1 - chance) * total)
        if "national_id" in column.says.kinds or column.written_ids:
            certainty = found.CERTAIN
        elif valid / total >= limits["id_share"]:
            certainty = found.CERTAIN if valid >= limits["id_at_least"] else found.LIKELY
        elif beyond >= limits["id_deviations"]:
            certainty = found.LIKELY
        else:
            return
        yield found.NATIONAL_ID, column.id_rows, certainty

    def _phones(self, column: _Column) -> Iterable[tuple[str, int, str]]:
        enough = max(1.0, self.rules.numbers["bare_phone_share"] * column.filled)
        mobile, landline = column.mobile, column.landline
        if column.bare_mobile + column.bare_landline + mobile + landline >= enough:
            mobile, landline = mobile + column.bare_mobile, landline + column.bare_landline
        if mobile:
            named = "phone" in column.says.kinds
            certainty = found.CERTAIN if named else found.LIKELY
            yield found.MOBILE, mobile, found.NOTE if column.says.official else certainty
        if landline:
            yield found.LANDLINE, landline, found.NOTE

    def _emails(self, column: _Column) -> Iterable[tuple[str, int, str]]:
        if column.emails:
            certainty = found.NOTE if column.says.official else found.CERTAIN
            yield found.EMAIL, column.emails, certainty
        elif column.official_emails:
            yield found.EMAIL, column.official_emails, found.NOTE

    def _names(self, column: _Column, *, surnames: bool) -> Iterable[tuple[str, int, str]]:
        if not column.filled:
            return
        says, limits = column.says, self.rules.numbers
        titled = max(
            column.titled, column.title if says.kinds & {"person", "perhaps_person"} else 0
        )
        many = titled >= max(
            min(limits["title_at_least"], column.filled), limits["title_share"] * column.filled
        )
        if "person" in says.kinds:
            certainty, count = (found.CERTAIN if many else found.LIKELY), column.filled
        elif "perhaps_person" in says.kinds and (many or surnames):
            certainty, count = found.LIKELY, column.filled if surnames else titled
        elif column.titled and many:
            certainty, count = found.LIKELY, column.titled
        else:
            return
        yield found.NAME, count, found.NOTE if says.official else certainty

    def _beside(self, column: _Column) -> Iterable[tuple[str, int, str]]:
        for kind in (found.ADDRESS, found.BIRTHDAY):
            if kind in column.says.kinds and column.filled:
                yield kind, column.filled, found.NOTE


def _raised(result: list[Finding], official: set[int]) -> list[Finding]:
    """Return the findings of a table, weightier where they stand beside people.

    An address, a date of birth or a landline is personal in a list of people, not in one of places.
    """
    people = any(one.holds and one.kind in {found.NAME, found.NATIONAL_ID} for one in result)
    beside = {found.ADDRESS, found.BIRTHDAY, found.LANDLINE}
    return [
        replace(one, certainty=found.LIKELY)
        if people and one.kind in beside and one.position not in official
        else one
        for one in result
    ]
