"""The readiness inventory as files: CSV and XLSX that a spreadsheet opens in Thai. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ckanext.pcio.dashboard.inventory import Table, row_view
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.usage.exports import Column

_OFFICES: tuple[Column, ...] = (
    ("title", N_("Office")),
    ("databases", N_("Databases")),
    ("datasets", N_("Datasets")),
    ("ready", N_("Ready to link")),
    ("not_ready", N_("Not ready yet")),
    ("percent", N_("Ready to link, per cent of the datasets")),
    ("datastore", N_("Only over the DataStore’s API")),
    ("unstated", N_("No database stated")),
    ("linked", N_("Linked")),
    ("preparing", N_("Data being prepared")),
    ("waiting", N_("Waiting for the agency to revise the data")),
    ("name", N_("Identifier")),
)
_DATASETS: tuple[Column, ...] = (
    ("organization_title", N_("Office")),
    ("database", N_("Source database")),
    ("title", N_("Dataset")),
    ("ready_label", N_("Ready to link")),
    ("method_labels", N_("Linkage method")),
    ("status_label", N_("Linkage status")),
    ("datastore_label", N_("Only over the DataStore’s API")),
    ("state_label", N_("State")),
    ("url", N_("Page of the dataset")),
    ("id", N_("Identifier")),
)
_YES, _NO = N_("Yes"), N_("No")


def offices_columns(language: str) -> list[Column]:
    """Return the columns of the table of offices, with their headings."""
    return _headed(_OFFICES, language)


def datasets_columns(language: str) -> list[Column]:
    """Return the columns of the list of datasets, with their headings."""
    return _headed(_DATASETS, language)


def offices_rows(table: Table, language: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of the table, and the total as the last."""
    for line in table.rows:
        title = line["title"] or Message(N_("No office")).text(language)
        yield {**line["numbers"], **line, "title": title, "percent": _number(line["percent"])}
    total = Message(N_("Total of {number} offices"), {"number": table.total["offices"]})
    yield {
        **table.total["numbers"],
        "title": total.text(language),
        "percent": _number(table.total["percent"]),
    }


def datasets_rows(rows: Iterable[Mapping[str, Any]], language: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of the list of datasets."""
    said = {True: Message(_YES).text(language), False: Message(_NO).text(language)}
    for row in rows:
        view = row_view(row, language)
        yield {
            **view,
            "organization_title": view["organization_title"] or "",
            "database": view["database"] or "",
            "ready_label": said[view["ready"]],
            "method_labels": ", ".join(view["methods"]),
            "datastore_label": said[view["datastore"]],
        }


def about(found: Mapping[str, Any], own: bool, language: str) -> list[tuple[str, str]]:
    """Return what an XLSX file says of its numbers: the day, whose they are, what is ready."""
    ready = N_("A dataset is ready to link when its linkage method is API or Web Service.")
    if found["datastore_counts"]:
        ready = N_(
            "A dataset is ready to link when its linkage method is API or Web Service, or when it "
            "is in the DataStore, as this portal is set."
        )
    whose = N_("The province’s own") if own else N_("All datasets")
    said = (
        (N_("As of"), found["as_of"]),
        (N_("Whose"), Message(whose).text(language)),
        (N_("Ready to link"), Message(ready).text(language)),
        (
            N_("Databases"),
            Message(N_("A database belongs to its office: the same name in two is two.")).text(
                language
            ),
        ),
    )
    return [(Message(name).text(language), text) for name, text in said]


def _headed(columns: Sequence[Column], language: str) -> list[Column]:
    return [(key, Message(heading).text(language)) for key, heading in columns]


def _number(share: str | None) -> float | None:
    return float(share) if share is not None else None
