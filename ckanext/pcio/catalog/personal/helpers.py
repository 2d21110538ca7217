"""Template helpers: personal data in files that are about to become public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.personal.findings import (
    CERTAINTIES,
    KINDS,
    NOTE,
    Finding,
    column_label,
)

from . import hold, offices, present, states, store

_TONES = {"certain": "bad", "likely": "warn", "note": "plain"}


def pcio_personal_files(pkg: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return, for a dataset's editors, the scans of its files with their names; three queries."""
    found = present.dataset(pkg["id"])
    names = {res["id"]: tk.h.resource_display_name(res) for res in pkg.get("resources") or []}
    return [
        {**scan, "resource_name": names[scan["resource_id"]]}
        for scan in found["files"]
        if scan["resource_id"] in names
    ]


def pcio_personal_scan_of(resource_id: str) -> dict[str, Any] | None:
    """Return the scan of one file for its editors, or None."""
    resource = model.Resource.get(resource_id)
    if resource is None or not resource.package_id:
        return None
    files = present.dataset(resource.package_id, resource_id)["files"]
    return files[0] if files else None


def pcio_personal_held(res: Mapping[str, Any], pkg: Mapping[str, Any]) -> bool:
    """Return whether readers do not get a file; one statement for all files of a dataset."""
    if hold.mode() != hold.HOLD or pkg.get("private") or pkg.get("state") != model.State.ACTIVE:
        return False
    return res["id"] in hold.held_in(pkg["id"])


def pcio_personal_sentence() -> str:
    """Return what a reader of a file that is held is told."""
    return hold.sentence()


def pcio_personal_refused() -> bool:
    """Return whether this page is refused because a file is held."""
    return hold.refused_here()


def pcio_personal_state(scan: Mapping[str, Any]) -> dict[str, str]:
    """Return `text` and `tone` of where a scan stands."""
    state = scan["state"]
    return {"text": tk._(states.STATES[state]), "tone": states.TONES[state]}


def pcio_personal_states() -> dict[str, str]:
    """Return the states and their words."""
    return {state: tk._(words) for state, words in states.STATES.items()}


def pcio_personal_findings(scan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return findings as a table shows them: where, what, how many of how many, how certain."""
    language = pcio_language()
    rows = []
    for stored in scan["findings"]:
        finding = Finding.from_dict(stored)
        column = column_label(finding)
        rows.append(
            {
                "sheet": finding.sheet,
                "column": column if isinstance(column, str) else column.text(language),
                "kind": tk._(KINDS[finding.kind]),
                "count": finding.count,
                "rows": finding.rows,
                "certainty": tk._(CERTAINTIES[finding.certainty]),
                "tone": _TONES[finding.certainty],
                "note": finding.certainty == NOTE,
            }
        )
    return sorted(rows, key=lambda row: row["note"])


def pcio_personal_problem(scan: Mapping[str, Any]) -> str:
    """Return why a file was not looked through, or nothing."""
    sentence = present.PROBLEM_SENTENCES.get(scan["problem"] or "")
    return tk._(sentence) if sentence else ""


def pcio_personal_late(scan: Mapping[str, Any]) -> bool:
    """Return whether a scan has been owed so long that the worker seems not to run."""
    return bool(scan["due"]) and store.late(scan["requested_at"])


def pcio_personal_waiting() -> int | None:
    """Return how many files wait for the user's decision; None for who edits no office."""
    mine = offices.edited({"user": tk.g.user, "auth_user_obj": tk.g.userobj})
    if mine is None:
        return None
    return store.count_by_state(mine)[states.FOUND]
