"""The GD Catalog indicator as a page and a file show it: what is asked for, and its rows. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.gd_catalog import CONDITIONS

PAGE_SIZE = 25
# Rows asked for at a time when the whole list is sent.
EXPORT_BATCH = 1000

FAILING: Mapping[str, str] = {
    "current": N_("Not up to date"),
    "complete": N_("Mandatory items missing or not valid"),
    "registered": N_("Not registered with GD Catalog"),
}
HEADINGS = (
    N_("Title"),
    N_("Office"),
    N_("Whose"),
    N_("Up to date"),
    N_("All 14 mandatory items"),
    N_("Registered with GD Catalog"),
    N_("Why it does not count"),
    N_("Address"),
)


@dataclass(frozen=True, slots=True)
class Query:
    """The list as the address asks for it."""

    organization: str = ""
    reason: str = ""
    own: bool = False
    page: int = 1

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Query:
        """Read an address; values that make no sense fall back to the usual ones."""
        page, reason = args.get("page", "1"), args.get("reason", "")
        return cls(
            organization=args.get("organization", ""),
            reason=reason if reason in CONDITIONS else "",
            own=args.get("own") == "1",
            # Six digits stay inside PostgreSQL's integers after multiplication by the page size.
            page=int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1,
        )

    def action_dict(self, limit: int = PAGE_SIZE, offset: int | None = None) -> dict[str, Any]:
        """Return the request as `pcio_gd_catalog_show` takes it."""
        asked = {"organization": self.organization, "reason": self.reason}
        return {
            **{name: value for name, value in asked.items() if value},
            "own": self.own,
            "limit": limit,
            "offset": (self.page - 1) * PAGE_SIZE if offset is None else offset,
        }

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the list's address, with `changes` made."""
        changed = replace(self, **changes)
        asked = {
            "organization": changed.organization,
            "reason": changed.reason,
            "own": 1 if changed.own else None,
            "page": changed.page if changed.page > 1 else None,
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the page is chosen."""
        return bool(self.organization or self.reason or self.own)


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


def document(rows: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return the CSV text of failing datasets, with the mark Excel needs for UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([Message(heading).text(language) for heading in HEADINGS])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in _cells(row, language)])
    return buffer.getvalue()


def _cells(row: Mapping[str, Any], language: str) -> list[Any]:
    failed = {reason["condition"] for reason in row["reasons"]}
    yes, no = Message(N_("yes")).text(language), Message(N_("no")).text(language)
    whose = N_("The province’s own") if row["own"] else N_("Copy of a department’s dataset")
    return [
        row["title"],
        row["organization_title"] or row["organization"],
        Message(whose).text(language),
        *(no if condition in failed else yes for condition in CONDITIONS),
        "; ".join(reason["sentence"] for reason in row["reasons"]),
        row["url"],
    ]
