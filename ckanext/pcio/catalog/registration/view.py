"""One dataset's registration in words, for actions and pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from .states import changed_since, label, published_name, state_of
from .words import editing, reason


def as_dict(row: Mapping[str, Any], name: str, modified: datetime | None, lang: str) -> dict:
    """Return what is known of a dataset.

    Args:
        row: of `pcio_registration`.
        name: the dataset's name here.
        modified: when its metadata was changed here last; CKAN's time, in UTC without a zone.
        lang: "th" or "en".

    """
    here = modified.replace(tzinfo=timezone.utc) if modified else None
    changed = changed_since(here, row["metadata_modified"])
    state = state_of(row["state"])
    failed = reason(row["error"])
    return {
        "state": row["state"],
        "label": label(row["state"], lang, changed_since=changed),
        "stage": state.stage,
        "editing": editing(state).text(lang),
        "published_name": row["name"] or published_name(name),
        "changed_since": changed,
        "source": row["source"],
        **{key: _written(row[key]) for key in ("validated_at", "checked_at", "asked_at")},
        "metadata_modified": _written(row["metadata_modified"]),
        "error": failed.text(lang) if failed else "",
    }


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(timezone.utc).isoformat() if moment else None
