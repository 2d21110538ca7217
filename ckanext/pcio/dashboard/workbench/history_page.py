"""Everything that happened to a survey, a page at a time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.survey.form import Instrument

PAGE_SIZE = 50
_LAST_PAGE = 100_000

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the history is shown."""

    question: str = ""
    organization: str = ""
    """Name of an office."""
    page: int = 1

    @classmethod
    def from_args(
        cls, args: Mapping[str, str], instrument: Instrument, offices: Sequence[Row]
    ) -> Asked:
        """Read an address; what makes no sense is left out."""
        question, office = args.get("question", ""), args.get("organization", "")
        page = args.get("page", "")
        number = (
            int(page) if page.isascii() and page.isdigit() and len(page) < len("1000000") else 1
        )
        return cls(
            question if any(q.id == question for q in instrument.questions) else "",
            office if any(each["name"] == office for each in offices) else "",
            min(max(1, number), _LAST_PAGE),
        )

    def action_dict(self) -> dict[str, Any]:
        """Return the arguments of `pcio_survey_history`."""
        chosen = {"question": self.question, "organization": self.organization}
        return {
            **{name: value for name, value in chosen.items() if value},
            "newest": True,
            "limit": PAGE_SIZE,
            "offset": (self.page - 1) * PAGE_SIZE,
        }

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the address of another page of the same list."""
        other = replace(self, **changes)
        found = {"question": other.question, "organization": other.organization}
        return {
            **{name: value for name, value in found.items() if value},
            **({"page": other.page} if other.page > 1 else {}),
        }


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day."""

    day: str
    """ISO, in Thailand."""
    events: tuple[tuple[str, Row], ...]
    """Time of the day, and the event."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of the history."""

    count: int
    pages: int
    days: tuple[Day, ...]


def history_page(told: Row, asked: Asked) -> HistoryPage:
    """Return the events that `pcio_survey_history` told, day by day in their order."""
    days: dict[str, list[tuple[str, Row]]] = {}
    for row in told["results"]:
        at = datetime.fromisoformat(row["at"]).astimezone(THAILAND)
        days.setdefault(at.date().isoformat(), []).append((f"{at:%H:%M}", row))
    found = tuple(Day(day, tuple(events)) for day, events in days.items())
    return HistoryPage(told["count"], max(1, -(-told["count"] // PAGE_SIZE)), found)
