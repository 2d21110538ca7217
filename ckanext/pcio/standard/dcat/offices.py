"""The offices as publishers: names as they are now, read once for a whole document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

_COLUMNS = ("id", "name", "title")


def offices() -> dict[str, dict[str, Any]]:
    """Return id, name and title of every organization, by id; one SQL statement."""
    table = model.group_table
    asked = sa.select(*(table.c[name] for name in _COLUMNS)).where(
        table.c.is_organization.is_(True)
    )
    rows = model.Session.execute(asked)
    return {row.id: dict(row._mapping) for row in rows}


def publisher(catalog: str, office: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an office as the mapping wants it; empty where there is none."""
    if not office or not office.get("id"):
        return {}
    return {
        "id": office["id"],
        "uri": f"{catalog}/organization/{office['id']}",
        "title": office.get("title") or office.get("name"),
    }
