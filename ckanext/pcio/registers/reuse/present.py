"""A reuse as the actions answer it: to everybody, to its submitter, and to officers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import picture, states, store
from .access import Officer

_PUBLIC = ("id", "title", "how", "type", "user_kind", "user_name", "link", "picture_alt", "state")


def public(row: Mapping[str, Any], datasets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what everybody may read: no e-mail address, no account."""
    return {
        **{name: row[name] for name in _PUBLIC},
        "picture_url": picture.address(row["picture"]),
        "used_on": row["used_on"].isoformat() if row["used_on"] else None,
        "submitted_at": row["submitted_at"].isoformat(),
        "datasets": list(datasets),
    }


def to_submitter(row: Mapping[str, Any], datasets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the submitter may read besides: the officer's reason."""
    return {
        **public(row, datasets),
        # Nobody has looked at it yet, and this address may have been passed on.
        "picture_url": picture.address(row["picture"]) if row["state"] == states.APPROVED else None,
        "reason": row["reason"],
    }


def to_officer(
    row: Mapping[str, Any],
    datasets: Sequence[Mapping[str, Any]],
    unseen: int,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Return everything: `datasets_unseen` counts those the officer may not see."""
    return {
        **public(row, datasets),
        "email": row["email"],
        "reason": row["reason"],
        "version": row["version"],
        "datasets_unseen": unseen,
        "decisions": states.decisions(row["state"]),
        "submitted_by": names.get(row["submitted_by"]),
        "reviewed_at": row["reviewed_at"].isoformat() if row["reviewed_at"] else None,
        "reviewed_by": names.get(row["reviewed_by"]),
    }


def many(
    rows: Sequence[Mapping[str, Any]], visible: store.Predicate, officer: Officer | None
) -> list[dict[str, Any]]:
    """Return the rows as everybody reads them, or as `officer` does. Three queries at most."""
    ids = [row["id"] for row in rows]
    datasets = store.datasets(ids, visible) if ids else {}
    if officer is None:
        return [public(row, datasets[row["id"]]) for row in rows]
    people = store.user_names([row[by] for row in rows for by in ("submitted_by", "reviewed_by")])
    counts = store.dataset_counts(ids) if ids else {}
    return [
        to_officer(
            row, datasets[row["id"]], counts.get(row["id"], 0) - len(datasets[row["id"]]), people
        )
        for row in rows
    ]
