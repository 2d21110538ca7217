"""A request for one list of datasets: which slice, whose, in which order, which page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ckanext.pcio.dashboard.measures import SLICES, Slice
from ckanext.pcio.standard.completeness import CODES
from ckanext.pcio.standard.messages import N_

PAGE_SIZE = 25
# Rows asked for at a time when the whole list is exported.
EXPORT_BATCH = 1000

SORTS: Mapping[str, str] = {
    "title": N_("Title"),
    "missing": N_("Most to complete first"),
    "due_on": N_("Due first"),
    "last_updated": N_("Oldest update first"),
    "-last_updated": N_("Newest update first"),
    "stars": N_("Fewest stars first"),
    "-stars": N_("Most stars first"),
}

_MISSING = re.compile(r"missing:([a-z_]+)\Z")


class UnknownListError(ValueError):
    """No list has this name."""


@dataclass(frozen=True, slots=True)
class Query:
    """One list as the address asks for it."""

    slice: Slice
    own: bool = False
    organization: str | None = None
    sort: str = "title"
    page: int = 1

    def action_dict(self, limit: int = PAGE_SIZE, offset: int | None = None) -> dict[str, Any]:
        """Return the request as `pcio_facts_list` takes it."""
        return {
            "slice": self.slice.name,
            "own": self.own,
            "organization": self.organization,
            "sort": self.sort,
            "limit": limit,
            "offset": (self.page - 1) * PAGE_SIZE if offset is None else offset,
        }

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the list's address, with `changes` made."""
        changed = replace(self, **changes)
        parameters: dict[str, Any] = {"slice_name": changed.slice.name}
        if changed.own:
            parameters["own"] = 1
        if changed.organization:
            parameters["organization"] = changed.organization
        if changed.sort != "title":
            parameters["sort"] = changed.sort
        if changed.page > 1:
            parameters["page"] = changed.page
        return parameters

    @property
    def file_name(self) -> str:
        """Name of the exported file, in ASCII."""
        parts = [self.slice.name.replace(":", "-"), "own" if self.own else "", self.organization]
        return "-".join(["pcio", *(part for part in parts if part)]) + ".csv"


def parse(slice_name: str, args: Mapping[str, str]) -> Query:
    """Read a request; values that make no sense fall back to the usual ones.

    Raises `UnknownListError` for a name that is not a slice.
    """
    page = args.get("page", "1")
    sort = args.get("sort", "title")
    return Query(
        slice=slice_of(slice_name),
        own=args.get("own") == "1",
        organization=args.get("organization") or None,
        sort=sort if sort in SORTS else "title",
        # Nine digits stay inside PostgreSQL's integers after multiplication by the page size.
        page=int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1,
    )


def slice_of(name: str) -> Slice:
    """Return the slice called `name`, which may be "missing:<item>".

    Raises `UnknownListError`.
    """
    if name in SLICES:
        return SLICES[name]
    item = _MISSING.match(name)
    if item and item[1] in CODES:
        return Slice(
            name,
            N_("Missing or invalid: {item}"),
            N_("The mandatory item is absent, or its value is not valid."),
        )
    raise UnknownListError(name)


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
