"""Who may decide about a reuse: the offices of its datasets, and the portal's administrators."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

# Who may change an office's datasets also says how they are used.
_PERMISSION = "update_dataset"


@dataclass(frozen=True, slots=True)
class Officer:
    """What a caller decides about: everything, or the reuses of some offices' datasets."""

    everything: bool = False
    offices: frozenset[str] = frozenset()
    """Ids of the organizations the caller edits."""

    def __bool__(self) -> bool:
        """Whether there is anything the caller decides about."""
        return self.everything or bool(self.offices)


def officer(context: Context) -> Officer:
    """Return what the caller decides about. Two queries at most."""
    if context.get("ignore_auth"):
        return Officer(everything=True)
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    if not isinstance(user, model.User) or user.state != model.State.ACTIVE:
        return Officer()
    if authz.is_sysadmin(user.name):
        return Officer(everything=True)
    member, group = model.Member, model.Group
    query = (
        sa.select(member.group_id)
        .join(group, group.id == member.group_id)
        .where(
            member.table_name == "user",
            member.table_id == user.id,
            member.state == model.State.ACTIVE,
            member.capacity.in_(authz.get_roles_with_permission(_PERMISSION)),
            group.state == model.State.ACTIVE,
            group.is_organization,
        )
    )
    return Officer(offices=frozenset(filter(None, model.Session.scalars(query))))


def user_id(context: Context) -> str | None:
    """Return the id of the caller's account, or None for a visitor."""
    return authz.get_user_id_for_username(context.get("user") or "", allow_none=True)
