"""The datasets and resources of this portal, for histories that speak of them by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ckanext.pcio.standard.messages import N_, Message

from .log_events import Names


class UnknownDataset(Exception):
    """A dataset was named that this portal does not have; `message` says which."""

    def __init__(self, name: str) -> None:
        self.message = Message(
            N_('This portal has no dataset "{name}".'),
            {"name": name},
        )
        super().__init__(self.message.text("en"))


def load(session: Any, aliases: Mapping[str, str] | None = None) -> Names:
    """Return all datasets and resources, deleted ones too: whoever was counted stays counted.

    Args:
        session: of SQLAlchemy.
        aliases: today's name or id of a dataset by what it was called before.

    Raises:
        UnknownDataset: an alias leads to no dataset.

    """
    datasets: dict[str, tuple[str, str]] = {}
    for package_id, name, office in session.execute(
        sa.text("SELECT id, name, coalesce(owner_org, '') FROM package")
    ):
        datasets[package_id] = datasets[name] = (package_id, office)
    resources = {
        resource_id: package_id
        for resource_id, package_id in session.execute(
            sa.text("SELECT id, package_id FROM resource WHERE package_id IS NOT NULL")
        )
    }
    named = {}
    for old, new in (aliases or {}).items():
        if new not in datasets:
            raise UnknownDataset(new)
        named[old] = datasets[new]
    return Names({**datasets, **named}, resources)
