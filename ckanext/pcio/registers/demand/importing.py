"""Taking the central agency's yearly list into the register: the whole file or nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from ckan import model
from ckan.model.types import make_uuid

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import fold

from .central_list import ListRow, read_list
from .model import DEMAND
from .store import now

Outcome = Literal["created", "unchanged", "refused"]
OUTCOMES: dict[str, str] = {
    "created": N_("taken in"),
    "unchanged": N_("already there"),
    "refused": N_("refused"),
}
# Two imports at the same time: the second waits, and finds what the first brought.
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('pcio_demand_import'))")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each row of a list, or would become of it."""

    year: int
    rows: tuple[tuple[ListRow, Outcome], ...]
    written: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many rows had each outcome."""
        found = Counter(outcome for _, outcome in self.rows)
        return {name: found[name] for name in OUTCOMES}

    @property
    def conclusion(self) -> Message:
        """Whether anything was written, and why not."""
        counts = self.counts
        if counts["refused"]:
            return Message(
                N_(
                    "Nothing was written, because {refused} rows are refused. "
                    "Correct them in the file and import it again."
                ),
                counts,
            )
        if not self.written:
            return Message(N_("This was a dry run: nothing was written."))
        return Message(N_("{created} requests taken in, {unchanged} already there."), counts)


def take(content: bytes, year: int, *, dry_run: bool) -> Report:
    """Take in the list of the Buddhist `year`, in one transaction that is committed here.

    Raises `ListError` where the file is no such list.
    """
    listed = read_list(content, year)
    if not dry_run:
        model.Session.execute(_LOCK)
    known = _known(year)
    rows: tuple[tuple[ListRow, Outcome], ...] = tuple((row, known.outcome(row)) for row in listed)
    refused = any(outcome == "refused" for _, outcome in rows)
    if not dry_run and not refused:
        _write([row for row, outcome in rows if outcome == "created"], year)
        model.Session.commit()
    elif not dry_run:
        model.Session.rollback()
    return Report(year, rows, written=not dry_run and not refused)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is there of a year's list, folded."""

    numbers: frozenset[str]
    titles: frozenset[str]
    unnumbered: frozenset[str]
    """Titles of those without a number."""

    def outcome(self, row: ListRow) -> Outcome:
        """Return what becomes of a row: a number decides, and a title where either has none."""
        if row.reason is not None:
            return "refused"
        if row.number and fold(row.number) in self.numbers:
            return "unchanged"
        titles = self.unnumbered if row.number else self.titles
        return "unchanged" if fold(row.title) in titles else "created"


def _known(year: int) -> _Known:
    query = sa.select(DEMAND.c.number, DEMAND.c.title).where(
        DEMAND.c.source == "central", DEMAND.c.year == year
    )
    there = [
        (fold(row.number or ""), fold(row.title)) for row in model.Session.execute(query).all()
    ]
    return _Known(
        numbers=frozenset(number for number, _ in there if number),
        titles=frozenset(title for _, title in there),
        unnumbered=frozenset(title for number, title in there if not number),
    )


def _write(listed: Sequence[ListRow], year: int) -> None:
    if not listed:
        return
    offices = _offices()
    moment = now()
    rows: list[dict[str, Any]] = [
        {
            "id": make_uuid(),
            "year": year,
            "number": row.number or None,
            "source": "central",
            "title": row.title,
            "description": row.description,
            "purpose": row.purpose,
            "asker": row.asker,
            "organization_id": offices.get(fold(row.office)) if row.office else None,
            "office_named": row.office,
            "moderation": "public",
            "created_at": moment,
        }
        for row in listed
    ]
    model.Session.execute(sa.insert(DEMAND), rows)


def _offices() -> dict[str, str]:
    """Return the id of each organization by its title and by its name, folded."""
    group = model.Group
    query = sa.select(group.id, group.name, group.title).where(
        group.is_organization, group.state == "active"
    )
    return {
        fold(written): row.id
        for row in model.Session.execute(query)
        for written in (row.name, row.title)
        if written
    }
