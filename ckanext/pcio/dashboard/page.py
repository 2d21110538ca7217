"""What the templates of the dashboard are given, prepared from the actions' results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ckanext.pcio.dashboard import words
from ckanext.pcio.dashboard.answers import answer_views
from ckanext.pcio.dashboard.listing import PAGE_SIZE, SORTS, Query
from ckanext.pcio.dashboard.measures import DATASETS, GROUPS, MEASURES, TASKS, percent, remaining
from ckanext.pcio.survey.instrument import load_instrument

# Columns of the table of offices.
OFFICE_MEASURES = ("datasets", "open", "complete", "current", "with_dictionary", "sharable")
OFFICE_SORTS = ("title", *OFFICE_MEASURES)


def readiness(
    assessment: Mapping[str, Any], counts: Mapping[str, Any], language: str, sort: str | None
) -> dict[str, Any]:
    """Return the variables of `pcio/readiness.html`."""
    instrument = load_instrument(assessment["survey"])
    labels = {measure.key: measure.label for measure in MEASURES}
    sort = sort if sort in OFFICE_SORTS else "title"
    return {
        "as_of": counts["as_of"],
        "survey_id": assessment["survey"],
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
        "answers": answer_views(assessment["answers"], instrument, language),
        "office_columns": [(key, labels[key]) for key in OFFICE_MEASURES],
        "offices": sorted_offices(counts["organizations"], sort),
        "office_sort": sort,
    }


def sorted_offices(
    organizations: Sequence[Mapping[str, Any]], sort: str
) -> list[Mapping[str, Any]]:
    """Return the offices by title, or by a count with the largest first."""
    by_title = sorted(organizations, key=lambda office: office["title"] or office["name"])
    if sort == "title":
        return by_title
    return sorted(by_title, key=lambda office: -office["all"][sort])


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
        "organizations": sorted_offices(organizations, "title"),
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
        "items": len(words.ITEMS),
        "missing_labels": [words.item(code, language) for code in row.get("missing") or ()],
        "invalid_labels": [words.item(code, language) for code in row.get("invalid") or ()],
        "state_label": words.state(row).text(language),
        "published": row.get("state") == "active" and not row.get("private"),
        "overdue": bool(due_on) and str(due_on) < today.isoformat(),
    }


__all__ = ["listing", "percent", "readiness", "row_view", "sorted_offices"]
