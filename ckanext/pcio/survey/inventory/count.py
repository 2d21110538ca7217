"""The readiness inventory of 2560: databases and datasets of each office, and which can be linked.

The government's database survey of 2560 asked each agency for its databases, for the datasets in
each, and whether a dataset is ready to link: it is when it is reached through an API or a Web
Service. A dataset belongs to a named database and a database to its agency, so that the same name
in two agencies is two databases. Totals are computed from the rows. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

from ckanext.pcio.catalog.facts import DatasetFacts

STATUSES = ("linked", "preparing", "waiting")
"""Keys of the vocabulary `linkage_status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What is counted of an office, of a database, or of them all."""

    databases: int = 0
    datasets: int = 0
    ready: int = 0
    """Datasets reached through an API or a Web Service."""
    datastore: int = 0
    """Datasets that declare neither, but are in the DataStore, which has an API. They are among
    the ready ones only where the setting `datastore_counts_as_api` says so."""
    unstated: int = 0
    """Datasets that do not say from which database they are."""
    linked: int = 0
    preparing: int = 0
    waiting: int = 0

    @property
    def not_ready(self) -> int:
        """Datasets that are not ready to link."""
        return self.datasets - self.ready

    def __add__(self, other: Numbers) -> Numbers:
        """Return both together; databases of different offices are different databases."""
        return Numbers(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})

    def as_dict(self) -> dict[str, int]:
        """Return the numbers by name, with `not_ready`."""
        return {**{name: getattr(self, name) for name in NAMES}, "not_ready": self.not_ready}


NAMES: tuple[str, ...] = tuple(each.name for each in fields(Numbers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table, over all datasets and over the province's own."""

    organization: str | None
    """The office; None for datasets without one, and in a line over several offices."""
    offices: int = 1
    all: Numbers = field(default_factory=Numbers)
    own: Numbers = field(default_factory=Numbers)


def inventory(facts: Iterable[DatasetFacts]) -> tuple[Row, ...]:
    """Return a row for each office that has datasets, deleted ones left out."""
    rows: dict[str | None, Row] = {}
    databases: set[tuple[str | None, str, bool]] = set()
    for each in facts:
        if each.state == "deleted":
            continue
        office = each.organization
        row = rows.get(office) or Row(organization=office)
        row = replace(row, all=row.all + _one(each, databases, own=False))
        if each.own:
            row = replace(row, own=row.own + _one(each, databases, own=True))
        rows[office] = row
    return tuple(rows.values())


def _one(facts: DatasetFacts, known: set[tuple[str | None, str, bool]], *, own: bool) -> Numbers:
    database = facts.database_key
    new = False
    if database is not None:
        key = (facts.organization, database, own)
        new = key not in known
        known.add(key)
    return Numbers(
        databases=int(new),
        datasets=1,
        ready=int(facts.ready_to_link),
        datastore=int(facts.datastore and not facts.declared_ready),
        unstated=int(database is None),
        **{name: int(facts.linkage_status == name) for name in STATUSES},
    )


def merged(rows: Iterable[Row]) -> Row:
    """Return the line over several offices: of a ministry's agencies, or of all of them."""
    total = Row(organization=None, offices=0)
    for row in rows:
        total = replace(
            total,
            offices=total.offices + row.offices,
            all=total.all + row.all,
            own=total.own + row.own,
        )
    return total
