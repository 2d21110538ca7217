"""What the actions give back: a demand as a dict, with no more than its reader may know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.dates import THAILAND

from .access import Viewer

_PLAIN = (
    *("id", "year", "number", "source", "title", "description", "purpose", "asker"),
    *("office_named", "state", "supports", "supported", "version"),
)


def demand_dict(row: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Return a row of `queries.rows` as the actions give it.

    The e-mail address, and who of an office answered, are for officers the demand concerns.
    """
    result = {name: row[name] for name in _PLAIN}
    result["created_on"] = _day(row["created_at"])
    result["organization"] = None
    if row["organization_name"]:
        name, title = row["organization_name"], row["organization_title"]
        result["organization"] = {"name": name, "title": title or name}
    result["answer"] = _answer(row) if row["answer"] else None
    result["handles"] = viewer.handles(row["organization_id"])
    if result["handles"]:
        result["email"] = row["email"]
        if result["answer"]:
            result["answer"]["answered_by"] = row["author"]
    return result


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    dataset = None
    if row["seen_dataset"]:
        dataset = {
            "id": row["seen_dataset"],
            "name": row["dataset_name"],
            "title": row["dataset_title"] or row["dataset_name"],
            "url": tk.h.url_for("dataset.read", id=row["dataset_name"], qualified=True),
            "open": row["dataset_open"],
        }
    return {
        "kind": row["answer"],
        "note": row["note"],
        "dataset": dataset,
        "url": row["url"],
        "available": row["answer"] == "fulfilled" and bool(dataset or row["url"]),
        "expected_on": row["expected_on"].isoformat() if row["expected_on"] else None,
        "answered_on": _day(row["answered_at"]),
    }


def history_dict(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one answer of the history, for officers."""
    expected: date | None = row["expected_on"]
    return {
        "version": row["version"],
        "kind": row["answer"],
        "note": row["note"],
        "url": row["url"],
        "expected_on": expected.isoformat() if expected else None,
        "answered_on": _day(row["answered_at"]),
        "answered_by": row["author"],
    }


def _day(moment: datetime | None) -> str | None:
    """Return the day in Thailand of a moment."""
    return moment.astimezone(THAILAND).date().isoformat() if moment else None
