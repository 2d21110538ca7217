"""What the worklist's templates are given, prepared from the actions' results. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.dashboard import words
from ckanext.pcio.dashboard.worklist import PAGE_SIZE, SORTS, WorkQuery
from ckanext.pcio.standard.messages import Message
from ckanext.pcio.standard.vocabulary import vocabulary
from ckanext.pcio.survey.work import KINDS

Link = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
"""Address of the form where a step of a row is done."""

# Columns of the table of offices before those of the kinds.
TOTALS = ("datasets", "todo")


def kind_label(kind: str, language: str) -> str:
    """Return the name of a kind of work."""
    return Message(KINDS[kind].label).text(language)


def row_view(row: Mapping[str, Any], link: Link, language: str) -> dict[str, Any]:
    """Return one row with its codes put into words, and where each step is done."""
    return {
        **row,
        "type_label": words.term("data_type", row.get("data_type"), language),
        "state_label": words.state(row).text(language),
        "published": row.get("state") == "active" and not row.get("private"),
        "steps": [
            {**step, "link": link(row, step) if row["may_edit"] else ""} for step in row["steps"]
        ],
    }


def worklist(
    query: WorkQuery,
    found: Mapping[str, Any],
    summary: Mapping[str, Any],
    link: Link,
    language: str,
) -> dict[str, Any]:
    """Return the variables of `pcio/worklist.html`."""
    offices = [office for office in summary["organizations"] if office["name"]]
    chosen = next((o for o in offices if o["name"] == query.organization), None)
    return {
        "query": query,
        "count": found["count"],
        "rows": [row_view(row, link, language) for row in found["results"]],
        "first": (query.page - 1) * PAGE_SIZE + 1,
        "pages": max(1, -(-found["count"] // PAGE_SIZE)),
        "offices": offices,
        "office": chosen,
        "numbers": chosen or summary,
        "goals": [goal for goal in summary["goals"] if goal["candidates"]],
        "reached": sum(goal["needed"] == 0 for goal in summary["goals"]),
        "questions": questions(summary),
        "part": questions(summary).get(query.question, {}).get(query.part, ""),
        "kinds": [(kind, kind_label(kind, language)) for kind in KINDS],
        "types": [(term.key, term.label(language)) for term in vocabulary("data_type").terms],
        "sorts": SORTS,
    }


def questions(summary: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the questions that work moves, in the form's order, with the name of each part."""
    found: dict[str, dict[str, str]] = {}
    for goal in summary["goals"]:
        found.setdefault(goal["question"], {})[goal["part"]] = goal["name"]
    return found


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """The table of offices: how much each has to do, in which order it stands."""

    organizations: Sequence[Mapping[str, Any]]
    own: bool
    sort: str

    @classmethod
    def from_args(
        cls, organizations: Sequence[Mapping[str, Any]], args: Mapping[str, str]
    ) -> OfficeTable:
        """Read the table's settings from the address; anything else is the usual."""
        sort = args.get("sort", "todo")
        known = sort in (*TOTALS, *KINDS, "title")
        return cls(organizations, args.get("own") == "1", sort if known else "todo")

    @property
    def kinds(self) -> list[str]:
        """The kinds of work that any office has."""
        return [kind for kind in KINDS if any(o["kinds"][kind] for o in self.organizations)]

    def columns(self, language: str) -> list[tuple[str, str]]:
        """Key and label of each column of kinds."""
        return [(kind, kind_label(kind, language)) for kind in self.kinds]

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The offices, by title or with the largest number first."""
        if self.sort == "title":
            return list(self.organizations)
        # The action gives them by title, and a stable sort keeps that among equals.
        return sorted(self.organizations, key=lambda office: -self._number(office))

    def _number(self, office: Mapping[str, Any]) -> int:
        return office[self.sort] if self.sort in TOTALS else office["kinds"][self.sort]
