"""Requests for the readiness inventory, and what its pages and files show. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ckanext.pcio.dashboard import words
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.wording import percent

PAGE_SIZE = 50
# Rows asked for at a time when the whole list is exported.
EXPORT_BATCH = 1000

STATES: Mapping[str, str] = {
    "ready": N_("Ready to link"),
    "not_ready": N_("Not ready yet"),
    "datastore": N_("Only over the DataStore’s API"),
    "unstated": N_("No database stated"),
    "linked": N_("Linked"),
    "preparing": N_("Data being prepared"),
    "waiting": N_("Waiting for the agency to revise the data"),
}
"""What the list can be narrowed to: the states of `pcio_inventory_list`."""

COLUMNS: Mapping[str, str] = {
    "databases": N_("Databases"),
    "datasets": N_("Datasets"),
    "ready": N_("Ready to link"),
    "not_ready": N_("Not ready yet"),
    "datastore": N_("Only over the DataStore’s API"),
    "unstated": N_("No database stated"),
}
"""Columns of the table on the page, after the office."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table of offices: whose datasets it counts, and in which order it stands."""

    found: Mapping[str, Any]
    own: bool = False
    sort: str = "title"

    @classmethod
    def from_args(cls, found: Mapping[str, Any], args: Mapping[str, str]) -> Table:
        """Read the table's settings from the address; anything else is the usual."""
        sort = args.get("sort", "title")
        return cls(found, args.get("own") == "1", sort if sort in COLUMNS else "title")

    @property
    def whose(self) -> str:
        """Which numbers of a line are shown."""
        return "own" if self.own else "all"

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Key and label of each column of numbers."""
        return list(COLUMNS.items())

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The offices with `numbers`, by title or with the largest number first."""
        rows = [self._line(line) for line in self.found["organizations"]]
        if self.own:
            rows = [row for row in rows if row["numbers"]["datasets"]]
        if self.sort != "title":
            # The action gives them by title, and a stable sort keeps that among equals.
            rows.sort(key=lambda row: -row["numbers"][self.sort])
        return rows

    @property
    def total(self) -> dict[str, Any]:
        """The last line, over the offices shown."""
        return {**self._line(self.found["total"]), "offices": len(self.rows)}

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        numbers = line[self.whose]
        whole = numbers["datasets"]
        return {
            "name": line["name"],
            "title": line["title"] or line["name"],
            "numbers": numbers,
            "percent": percent(numbers["ready"], whole) if whole else None,
        }


@dataclass(frozen=True, slots=True)
class Query:
    """One list of datasets as the address asks for it."""

    organization: str = ""
    database: str = ""
    state: str = ""
    own: bool = False
    page: int = 1

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Query:
        """Read a request; values that make no sense choose nothing."""
        page, state = args.get("page", "1"), args.get("state", "")
        return cls(
            organization=args.get("organization", ""),
            database=args.get("database", "").strip(),
            state=state if state in STATES else "",
            own=args.get("own") == "1",
            # Six digits stay inside PostgreSQL's integers after multiplication by the page size.
            page=int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1,
        )

    def action_dict(self, limit: int = PAGE_SIZE, offset: int | None = None) -> dict[str, Any]:
        """Return the request as `pcio_inventory_list` takes it."""
        names = ("organization", "database", "state")
        chosen = {name: getattr(self, name) for name in names if getattr(self, name)}
        start = (self.page - 1) * PAGE_SIZE if offset is None else offset
        return {**chosen, "own": self.own, "limit": limit, "offset": start}

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the list's address, with `changes` made."""
        changed = replace(self, **changes)
        names = ("organization", "database", "state")
        parameters = {name: getattr(changed, name) for name in names if getattr(changed, name)}
        if changed.own:
            parameters["own"] = 1
        if changed.page > 1:
            parameters["page"] = changed.page
        return parameters

    @property
    def narrowed(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.organization or self.database or self.state or self.own)

    @property
    def file_name(self) -> str:
        """Name of the exported file without its ending, in ASCII."""
        parts = ("pcio-inventory-datasets", self.organization, self.state, "own" * self.own)
        return re.sub(r"[^A-Za-z0-9._-]", "", "-".join(part for part in parts if part))[:120]


def every_row(
    query: Query, fetch: Callable[[dict[str, Any]], Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the whole list, asking `fetch` for one batch at a time."""
    offset = 0
    while True:
        found = fetch(query.action_dict(limit=EXPORT_BATCH, offset=offset))
        yield from found["results"]
        # The portal may allow fewer rows at a time than asked for, so the total decides.
        offset += len(found["results"])
        if not found["results"] or offset >= found["count"]:
            return


def row_view(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return one dataset with its codes put into words."""
    methods = [words.term("linkage_method", key, language) for key in row["linkage_methods"]]
    return {
        **row,
        "methods": methods,
        "status_label": words.term("linkage_status", row["linkage_status"], language),
        "state_label": words.state(row).text(language),
        "published": row["state"] == "active" and not row["private"],
    }


def by_database(rows: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Return the rows of a page by office and database, in their order."""
    found = []
    for (office, key), group in groupby(rows, lambda row: (row["organization"], row["key"])):
        members = [row_view(row, language) for row in group]
        found.append(
            {
                "organization": office or "",
                "organization_title": members[0]["organization_title"] or "",
                "database": members[0]["database"] or "",
                "stated": key is not None,
                "rows": members,
            }
        )
    return found
