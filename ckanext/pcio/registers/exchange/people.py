"""Who asks: what a person may see of the register, and where he may change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from ckanext.pcio.catalog import queries

CHANGES = "update_dataset"


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a person may see of the register."""

    everything: bool
    offices: frozenset[str]
    """Ids of the organizations the person belongs to, in whatever role."""

    @property
    def member(self) -> bool:
        """Whether the person works in an office, or sees everything anyway."""
        return self.everything or bool(self.offices)

    def sees_account(self, organization_id: str | None) -> bool:
        """Whether the person may know which account the partner of an office's dataset uses."""
        return self.everything or organization_id in self.offices


def viewer(context: Context) -> Viewer:
    """Return what the caller may see. At most one query."""
    if queries.sees_everything(context):
        return Viewer(True, frozenset())
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    if not isinstance(user, model.User) or not user.is_active:
        return Viewer(False, frozenset())
    return Viewer(False, frozenset(_offices(user)))


def offices_changed_by(context: Context) -> list[str]:
    """Return the ids of the offices whose datasets the caller may change. At most one query."""
    user = context.get("auth_user_obj")
    roles = authz.get_roles_with_permission(CHANGES)
    return _offices(user, roles) if isinstance(user, model.User) else []


def _offices(user: model.User, roles: Sequence[str] | None = None) -> list[str]:
    query = (
        sa.select(model.Group.id)
        .join(model.Member, model.Member.group_id == model.Group.id)
        .where(
            model.Group.is_organization,
            model.Group.state == model.State.ACTIVE,
            model.Member.state == model.State.ACTIVE,
            model.Member.table_name == "user",
            model.Member.table_id == user.id,
        )
    )
    if roles is not None:
        query = query.where(model.Member.capacity.in_(roles))
    return list(model.Session.scalars(query))


def may_change(context: Context, organization_id: str | None) -> bool:
    """Return whether the caller may change what is recorded of an office's datasets."""
    return queries.sees_everything(context) or authz.has_user_permission_for_group_or_org(
        organization_id, context.get("user"), CHANGES
    )


def may_change_some(context: Context) -> bool:
    """Return whether there is an office whose datasets the caller may change."""
    return queries.sees_everything(context) or authz.has_user_permission_for_some_org(
        context.get("user"), CHANGES
    )
