"""What the pages of the register show: a request for a list, and rows put into words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ckanext.pcio.standard.vocabulary import vocabulary

from .words import label, words

PAGE_SIZE = 25
EXPORT_BATCH = 500
LEVELS = ("open", "internal")
FILTERS = ("organization", "dataset", "partner", "tier", "status", "level")
_TONES = {"linked": "good", "preparing": "warn", "waiting": "warn"}


@dataclass(frozen=True, slots=True)
class Query:
    """One list as the address asks for it."""

    filters: Mapping[str, str]
    ending: bool = False
    page: int = 1

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Query:
        """Read a request; values that make no sense fall back to none."""
        filters = {name: args.get(name, "").strip() for name in FILTERS}
        known = {name: {term.key for term in words(name).terms} for name in ("tier", "status")}
        known["level"] = {term.key for term in vocabulary("data_classification").terms}
        page = args.get("page", "1")
        return cls(
            {
                name: value
                for name, value in filters.items()
                if value and value in known.get(name, {value})
            },
            ending=args.get("ending") == "1",
            page=int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page, re.ASCII) else 1,
        )

    @property
    def filtered(self) -> bool:
        """Whether the list leaves anything out."""
        return bool(self.filters) or self.ending

    def action_dict(self, limit: int = PAGE_SIZE, offset: int | None = None) -> dict[str, Any]:
        """Return the request as `pcio_exchange_list` takes it."""
        start = (self.page - 1) * PAGE_SIZE if offset is None else offset
        return {**self.filters, "ending": self.ending, "limit": limit, "offset": start}

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the list's address, with `changes` made."""
        changed = replace(self, **changes)
        parameters: dict[str, Any] = dict(changed.filters)
        if changed.ending:
            parameters["ending"] = 1
        if changed.page > 1:
            parameters["page"] = changed.page
        return parameters


def every_row(
    query: Query, fetch: Callable[[dict[str, Any]], Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the whole list, asking `fetch` for one batch at a time."""
    offset = 0
    while True:
        found = fetch(query.action_dict(EXPORT_BATCH, offset))
        yield from found["results"]
        offset += len(found["results"])
        if not found["results"] or offset >= found["count"]:
            return


def row_view(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return an exchange with its codes put into words."""
    return {
        **row,
        "tier_label": label("tier", row["tier"], language),
        "method_label": label("method", row["method"], language),
        "status_label": label("status", row["status"], language),
        "status_tone": "plain" if row["ended"] else _TONES.get(row["status"], "plain"),
        "level_label": level_label(row["level"], language),
        "agreed": bool(row["legal_basis"] or row["approved_on"] or row["signed_on"]),
    }


def level_label(key: str | None, language: str) -> str:
    """Return the name of a level of classification; empty where none is stated."""
    found = vocabulary("data_classification").by_key(key)
    return found.label(language) if found else key or ""


def by_level(rows: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Return the rows, which come by level, in groups: `key`, `label` and `rows`."""
    return [
        {
            "key": key,
            "label": level_label(key, language),
            "rows": [row_view(row, language) for row in group],
        }
        for key, group in groupby(rows, key=lambda row: row["level"])
    ]


def total(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers of a list over all levels, and each level's own.

    What was never stated or counted stays None and is not 0.
    """
    levels = found["levels"]
    numbers: dict[str, Any] = {
        name: sum(level[name] for level in levels)
        for name in ("count", "linked", "ending", "datasets")
    }
    for name in ("calls", "records"):
        known = [level[name] for level in levels if level[name] is not None]
        numbers[name] = sum(known) if known else None
    used = [level["last_use"] for level in levels if level["last_use"]]
    return {
        **numbers,
        "last_use": max(used) if used else None,
        "partners": found["partners"],
        "by_level": {level["level"]: level for level in levels},
    }
