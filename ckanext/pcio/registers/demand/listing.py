"""A request for one list of demands as its address says it: filters, order and page. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ckanext.pcio.standard.messages import N_

from .words import PUBLIC_STATES

PAGE_SIZE = 20
# Rows asked for at a time when the whole list is exported.
EXPORT_BATCH = 1000
SORTS: Mapping[str, str] = {
    "supports": N_("Most supported first"),
    "new": N_("Newest first"),
    "number": N_("Year and number of the list"),
}
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_YEAR = re.compile(r"2[4-9][0-9]{2}")


@dataclass(frozen=True, slots=True)
class Query:
    """One list of demands."""

    q: str = ""
    state: str = ""
    year: str = ""
    organization: str = ""
    sort: str = "supports"
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether the list holds less than everything."""
        return bool(self.q or self.state or self.year or self.organization)

    def action_dict(self, limit: int | None = None, offset: int | None = None) -> dict[str, Any]:
        """Return the request as `pcio_demand_list` takes it: this page, or what is asked for."""
        return {
            **{name: getattr(self, name) for name in ("q", "state", "year", "organization")},
            "sort": self.sort,
            "limit": PAGE_SIZE if limit is None else limit,
            "offset": (self.page - 1) * PAGE_SIZE if offset is None else offset,
        }

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the list's address, with `changes` made."""
        changed = replace(self, **changes)
        usual = Query()
        return {
            name: getattr(changed, name)
            for name in ("q", "state", "year", "organization", "sort", "page")
            if getattr(changed, name) != getattr(usual, name)
        }


def parse(args: Mapping[str, str]) -> Query:
    """Read an address; values that make no sense fall back to the usual ones."""
    state, year = args.get("state", ""), args.get("year", "")
    sort, page = args.get("sort", ""), args.get("page", "")
    return Query(
        q=args.get("q", "").strip()[:200],
        state=state if state in (*PUBLIC_STATES, "answered") else "",
        year=year if _YEAR.fullmatch(year) else "",
        organization=args.get("organization", "")[:100],
        sort=sort if sort in SORTS else "supports",
        page=int(page) if _PAGE.fullmatch(page) else 1,
    )


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
