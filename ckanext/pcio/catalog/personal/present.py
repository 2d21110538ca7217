"""Scans as the actions and pages give them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.standard.messages import N_
from ckanext.pcio.standard.personal.reading import PROBLEMS

from . import hold, job, states, store

_SHOWN = (
    *("resource_id", "package_id", "state", "due", "findings", "rows_seen", "partial"),
    *("problem", "reason", "version", "size"),
)
_TIMES = ("requested_at", "started_at", "scanned_at", "confirmed_at")
PROBLEM_SENTENCES = {
    **PROBLEMS,
    job.FAILED: N_("The check broke off; a person has to look at the file and decide."),
}
"""Why a file was not, or not wholly, looked at, by the key that is stored."""


def scan(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return one scan without the columns that only the machinery needs."""
    return {
        **{name: row[name] for name in _SHOWN},
        **{name: row[name].isoformat() if row[name] else None for name in _TIMES},
        "confirmed_by": names.get(row["confirmed_by"] or ""),
        "holds": row["holds"],
        "held": row["holds"] and row["state"] in states.HOLDING and hold.mode() == hold.HOLD,
    }


def dataset(package_id: str, resource_id: str | None = None) -> dict[str, Any]:
    """Return the scans of a dataset's resources, or of one of them. Four queries."""
    rows = store.rows_of(package_id)
    decisions = store.decisions(package_id)
    people = {row["confirmed_by"] for row in rows.values()} | {
        one["decided_by"] for one in decisions
    }
    names = user_names(people)
    files = []
    for row in sorted(rows.values(), key=lambda row: row["resource_id"]):
        if resource_id in (None, row["resource_id"]):
            history = [
                _decision(one, names)
                for one in decisions
                if one["resource_id"] == row["resource_id"]
            ]
            files.append({**scan(row, names), "decisions": history})
    return {"package_id": package_id, "mode": hold.mode(), "files": files}


def listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one line of the list of an office's files."""
    name = row["resource_name"] or (row["resource_url"] or "").rpartition("/")[2]
    return {
        **scan(row, {}),
        "resource_name": name,
        **{key: row[key] for key in ("dataset_name", "dataset_title", "office_title", "private")},
    }


def _decision(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "decision": one["decision"],
        "reason": one["reason"],
        "by": names.get(one["decided_by"] or ""),
        "at": one["decided_at"].isoformat(),
        "findings": one["findings"],
    }


def user_names(ids: Collection[str | None]) -> dict[str, str]:
    """Return the names people have chosen to show, by the ids of their accounts."""
    wanted = [one for one in ids if one]
    if not wanted:
        return {}
    query = sa.select(model.User.id, model.User.name, model.User.fullname).where(
        model.User.id.in_(wanted)
    )
    return {row.id: row.fullname or row.name for row in model.Session.execute(query)}
