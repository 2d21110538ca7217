"""What is stored of the registration, read in bulk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from .model import TABLE
from .states import COMPLETED

_c = TABLE.c


def registered(package_ids: Sequence[str]) -> set[str]:
    """Return which of the datasets GD Catalog knows as registered. One query."""
    query = sa.select(_c.package_id).where(_c.package_id.in_(package_ids), _c.state == COMPLETED)
    return set(model.Session.scalars(query))


def stored(package_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the rows of the datasets that were asked about, by dataset id. One query."""
    query = sa.select(TABLE).where(_c.package_id.in_(package_ids))
    return {row["package_id"]: dict(row) for row in model.Session.execute(query).mappings()}
