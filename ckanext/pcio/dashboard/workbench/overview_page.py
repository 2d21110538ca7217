"""The page of a survey as a whole, laid out for its templates. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.form import Instrument

from .overview_lines import Due, Group, Line, due, first_of_yours, grouped, lines

Row = Mapping[str, Any]

FILTERS: Mapping[str, str] = {
    "yours": N_("Your turn"),
    "none": N_("Not answered"),
    "draft": N_("Draft"),
    "confirmed": N_("Confirmed, something is missing"),
    "ready": N_("Ready"),
    "stale": N_("The catalog says otherwise now"),
    "skipped": N_("Skipped"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """Which questions are listed."""

    state: str = ""
    office: str = ""
    """Name of an office."""
    pillar: int | None = None
    unfolded: bool = False
    """Whether the parts of the form are shown open."""

    @classmethod
    def from_args(cls, args: Mapping[str, str], offices: Sequence[Row], pillars: int) -> Query:
        """Read the filters from an address; what makes no sense is left out."""
        state, office, pillar = (args.get(name, "") for name in ("state", "office", "pillar"))
        known = {str(number): number for number in range(1, pillars + 1)}
        return cls(
            state if state in FILTERS else "",
            office if any(each["name"] == office for each in offices) else "",
            known.get(pillar),
            args.get("unfolded") == "1",
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.state or self.office or self.pillar)

    def takes(self, line: Line, office: str | None) -> bool:
        """Whether a line is listed; `office` is the id of the one that is named."""
        if self.state == "yours":
            fits = line.yours
        elif self.state == "stale":
            fits = line.stale
        else:
            fits = self.state in ("", line.state)
        return (
            fits
            and (self.pillar is None or line.pillar == self.pillar)
            and (office is None or office in line.offices)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarLine:
    """How far a pillar, or the whole form, has come."""

    number: int | None
    title: str
    weight: float
    numbers: Row
    """Of `survey.progress.Progress`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeLine:
    """How far an office is with what it was asked."""

    id: str
    name: str
    title: str
    mine: bool
    contributes: bool
    people: int
    asked: int
    sent: int
    drafts: int
    waiting: tuple[str, ...]
    settled: int
    """Questions it has not answered, and the committee has."""
    gone: bool
    """Whether it was deleted."""
    due: Due | None
    pillars: tuple[tuple[int, int, int], ...]
    """Pillar, sent, asked; only those of which it was asked something."""
    reminded_at: str
    unreachable_at: str
    """Where the last letter could not be sent: when that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything the page shows."""

    told: Row
    role: str
    state: str
    due: Due | None
    query: Query
    pillars: tuple[PillarLine, ...]
    whole: PillarLine
    offices: tuple[OfficeLine, ...]
    own_offices: tuple[OfficeLine, ...]
    next: Line | None
    groups: tuple[Group, ...]
    own_groups: tuple[Group, ...]
    """To people of an office: the questions put to it, which stand before the others."""
    filters: tuple[tuple[str, str, int], ...]
    """Key, label and number of questions."""
    proposed: tuple[Line, ...]
    listed: int
    total: int
    waiting_offices: int
    rest: int
    """Questions that are neither ready nor skipped."""


def overview(
    instrument: Instrument, told: Row, args: Mapping[str, str], today: date, language: str
) -> Overview:
    """Return the page of what `pcio_survey_show` told, as `args` narrow it."""
    every = lines(instrument, told, today, language)
    query = Query.from_args(args, told["offices"], len(instrument.pillars))
    office = next((o["id"] for o in told["offices"] if o["name"] == query.office), None)
    shown = [line for line in every if query.takes(line, office)]
    offices = tuple(_office(row, today) for row in told["offices"])
    pillars = tuple(_pillars(instrument, told["progress"], language))
    own = [line for line in shown if line.own]
    rest = [line for line in shown if line not in own]
    return Overview(
        told=told,
        role=told["role"],
        state=told["state"],
        due=due(told["deadline"], today),
        query=query,
        pillars=pillars[:-1],
        whole=pillars[-1],
        offices=offices,
        own_offices=tuple(each for each in offices if each.mine),
        next=first_of_yours(every),
        groups=grouped(instrument, rest, language),
        own_groups=grouped(instrument, own, language),
        filters=tuple(_filters(every, told["role"], language)),
        proposed=tuple(line for line in every if line.proposed),
        listed=len(shown),
        total=len(every),
        waiting_offices=sum(bool(each.waiting) for each in offices),
        rest=sum(line.state not in {"ready", "skipped"} for line in every),
    )


def moment(iso: str | None) -> str:
    """Return the day in Thailand of a moment, as an ISO day; "" where there is none."""
    if not iso:
        return ""
    found = datetime.fromisoformat(iso)
    known = found if found.tzinfo else found.replace(tzinfo=timezone.utc)
    return known.astimezone(THAILAND).date().isoformat()


def clock(iso: str) -> str:
    """Return the time of the day in Thailand of a moment."""
    return f"{datetime.fromisoformat(iso).astimezone(THAILAND):%H:%M}"


def _office(row: Row, today: date) -> OfficeLine:
    reminded, failed = row["reminded_at"] or "", row["unreachable_at"] or ""
    return OfficeLine(
        **{name: row[name] for name in ("id", "name", "title", "mine", "contributes", "people")},
        asked=row["asked"],
        sent=len(row["sent"]),
        drafts=len(row["drafts"]),
        waiting=tuple(row["waiting"]),
        settled=len(row["settled"]),
        gone=row["gone"],
        due=due(row["deadline"], today),
        pillars=tuple((p["pillar"], p["sent"], p["asked"]) for p in row["pillars"] if p["asked"]),
        reminded_at=moment(reminded),
        unreachable_at=moment(failed) if failed > reminded else "",
    )


def _pillars(instrument: Instrument, progress: Sequence[Row], language: str) -> list[PillarLine]:
    titles = {pillar.number: pillar.title.text(language) for pillar in instrument.pillars}
    everything = Message(N_("The whole form")).text(language)
    return [
        PillarLine(
            number=row["pillar"],
            title=titles.get(row["pillar"], everything),
            weight=instrument.weight(row["pillar"]) if row["pillar"] else 100.0,
            numbers=row,
        )
        for row in progress
    ]


def _filters(every: Collection[Line], role: str, language: str) -> list[tuple[str, str, int]]:
    found = []
    for key, label in FILTERS.items():
        number = sum(Query(key).takes(line, None) for line in every)
        if number or (key == "yours" and role != "reader"):
            found.append((key, Message(label).text(language), number))
    return found
