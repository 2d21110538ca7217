"""The offices and groups of records taken in: found here by id, name or title, or created here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.standard.record import mappings, text_of

_KEPT = ("id", "name", "title", "description")


class Offices:
    """The organizations here, and those a record brings.

    Args:
        user: name of the user who creates.
        create: whether offices that are not here are created.
        dry_run: write nothing.

    """

    def __init__(self, user: str, *, create: bool, dry_run: bool) -> None:
        self.user, self.create, self.dry_run = user, create, dry_run
        self._ids = _by_reference(model.Group.is_organization)
        self.only_in_this_run: dict[str, dict[str, str]] = {}
        """Offices a dry run would have created, by id."""

    def find(self, *references: Any) -> str | None:
        """Return the id of the office one of `references` (id, name, title) names."""
        for reference in references:
            if isinstance(reference, str) and reference in self._ids:
                return self._ids[reference]
        return None

    def created(self, nested: Mapping[str, Any]) -> str | None:
        """Return the id of an office created as a record describes it; None where it does not.

        Its id, name, title and description are kept. Raises `tk.ValidationError`.
        """
        office = {key: text for key in _KEPT if (text := text_of(nested.get(key)))}
        if not self.create or "name" not in office:
            return None
        if self.dry_run:
            office.setdefault("id", office["name"])
            self.only_in_this_run[office["id"]] = office
        else:
            context: Any = {"ignore_auth": True, "user": self.user}
            office["id"] = tk.get_action("organization_create")(context, dict(office))["id"]
        for key in ("title", "name", "id"):
            self._ids.setdefault(office.get(key, office["id"]), office["id"])
        return office["id"]


class Groups:
    """The groups here, found by id, name or title."""

    def __init__(self) -> None:
        self._ids = _by_reference(~model.Group.is_organization)

    def found(self, listed: Any) -> tuple[list[str], list[str]]:
        """Return the ids of the groups of a record that are here, and what the others are called.

        Groups are a portal's own order of its datasets, so they are never created.
        """
        here: dict[str, None] = {}
        missing: list[str] = []
        for group in mappings(listed):
            references = [text_of(group.get(key)) for key in ("id", "name", "title")]
            known = next((self._ids[each] for each in references if each in self._ids), None)
            if known is None:
                missing.append(references[2] or references[1] or references[0])
            else:
                here[known] = None
        return list(here), missing


def groups_of(package_id: str) -> list[str]:
    """Return the ids of the groups a dataset is in."""
    query = (
        sa.select(model.Group.id)
        .join(model.Member, model.Member.group_id == model.Group.id)
        .where(
            model.Member.table_id == package_id,
            model.Member.table_name == "package",
            model.Member.state == model.State.ACTIVE,
            ~model.Group.is_organization,
        )
    )
    return list(model.Session.scalars(query))


def _by_reference(kind: Any) -> dict[str, str]:
    """Return the ids of the active groups of a kind by id, name and title."""
    query = sa.select(model.Group.id, model.Group.name, model.Group.title).where(
        kind, model.Group.state == model.State.ACTIVE
    )
    found: dict[str, str] = {}
    for row in model.Session.execute(query):
        for reference in (row.title, row.name, row.id):
            if reference:
                found[reference] = row.id
    return found
