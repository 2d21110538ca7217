"""What the templates of the dashboard are given, prepared from the actions' results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.pcio.dashboard import words
from ckanext.pcio.dashboard.answers import answer_views
from ckanext.pcio.dashboard.listing import PAGE_SIZE, SORTS, Query
from ckanext.pcio.dashboard.measures import DATASETS, GROUPS, MEASURES, TASKS, remaining
from ckanext.pcio.survey.instrument import load_instrument

# Columns of the table of offices.
OFFICE_MEASURES = ("datasets", "open", "complete", "current", "with_dictionary", "sharable")


@dataclass(frozen=True, slots=True)
class Offices:
    """The table of offices: whose datasets it counts, and in which order it stands."""

    organizations: Sequence[Mapping[str, Any]]
    own: bool = False
    sort: str = "title"

    @classmethod
    def from_args(
        cls, organizations: Sequence[Mapping[str, Any]], args: Mapping[str, str]
    ) -> Offices:
        """Read the table's settings from the address; anything else is the usual."""
        sort = args.get("sort", "title")
        known = sort in OFFICE_MEASURES
        return cls(organizations, args.get("own") == "1", sort if known else "title")

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Key and label of each column of counts."""
        labels = {measure.key: measure.label for measure in MEASURES}
        return [(key, labels[key]) for key in OFFICE_MEASURES]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """`name`, `title` and `counts` of each office, by title or with the largest first."""
        rows = [
            {
                "name": office["name"],
                "title": office["title"] or office["name"],
                "counts": office["own" if self.own else "all"],
            }
            for office in self.organizations
        ]
        if self.sort != "title":
            # The action gives them by title, and a stable sort keeps that among equals.
            rows.sort(key=lambda row: -row["counts"][self.sort])
        return rows


def readiness(
    assessment: Mapping[str, Any], counts: Mapping[str, Any], offices: Offices, language: str
) -> dict[str, Any]:
    """Return the variables of `pcio/readiness.html`."""
    instrument = load_instrument(assessment["survey"])
    return {
        "as_of": counts["as_of"],
        "edition": instrument.id,
        "survey_year": instrument.year,
        "survey_title": instrument.title.text(language),
        "total": DATASETS,
        "groups": GROUPS,
        "all": counts["all"],
        "own": counts["own"],
        "tasks": [
            {
                "task": task,
                "all": remaining(task, counts["all"]),
                "own": remaining(task, counts["own"]),
            }
            for task in TASKS
        ],
        "answers": answer_views(assessment, instrument, language),
        "offices": offices,
    }


def listing(
    query: Query,
    found: Mapping[str, Any],
    organizations: Sequence[Mapping[str, Any]],
    today: date,
    language: str,
) -> dict[str, Any]:
    """Return the variables of `pcio/readiness_list.html`."""
    item = query.slice.name.partition(":")[2]
    return {
        "query": query,
        "item": words.item(item, language) if item else "",
        "count": found["count"],
        "rows": [row_view(row, today, language) for row in found["results"]],
        "organizations": organizations,
        "sorts": SORTS,
        "first": (query.page - 1) * PAGE_SIZE + 1,
        "pages": max(1, -(-found["count"] // PAGE_SIZE)),
    }


def row_view(row: Mapping[str, Any], today: date, language: str) -> dict[str, Any]:
    """Return one row of a list with its codes put into words."""
    due_on = row.get("due_on")
    return {
        **row,
        "type_label": words.term("data_type", row.get("data_type"), language),
        "category_label": words.term("data_category", row.get("category"), language),
        "level_label": words.term("data_classification", row.get("level"), language),
        "present": words.items_present(row),
        "items": words.ITEMS,
        "missing_labels": [words.item(code, language) for code in row.get("missing") or ()],
        "invalid_labels": [words.item(code, language) for code in row.get("invalid") or ()],
        "state_label": words.state(row).text(language),
        "published": row.get("state") == "active" and not row.get("private"),
        "overdue": bool(due_on) and str(due_on) < today.isoformat(),
    }
