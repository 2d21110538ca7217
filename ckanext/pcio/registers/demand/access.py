"""Who looks at the register: the public, an officer of some offices, or an administrator."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from .model import DEMAND

# Who may change an office's datasets speaks for the office.
_PERMISSION = "update_dataset"


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a caller may see and do in the register."""

    user_id: str | None = None
    sysadmin: bool = False
    offices: frozenset[str] = frozenset()
    """Ids of the organizations the caller edits."""

    @property
    def officer(self) -> bool:
        """Whether the caller speaks for an office, or for the portal."""
        return self.sysadmin or bool(self.offices)

    def handles(self, organization_id: str | None) -> bool:
        """Whether a demand that asks this office is the caller's to check and assign.

        One that asks no office is every officer's, so that none is left lying.
        """
        if organization_id is None:
            return self.officer
        return self.sysadmin or organization_id in self.offices

    def speaks_for(self, organization_id: str | None) -> bool:
        """Whether the caller may answer in the name of the office asked."""
        return self.sysadmin or organization_id in self.offices

    def handled(self) -> sa.ColumnElement[bool]:
        """Return the demands that are the caller's to check, as SQL."""
        if self.sysadmin:
            return sa.true()
        if not self.offices:
            return sa.false()
        return DEMAND.c.organization_id.is_(None) | DEMAND.c.organization_id.in_(
            sorted(self.offices)
        )


def viewer(context: Context) -> Viewer:
    """Return who calls. Two queries at most."""
    if context.get("ignore_auth"):
        return Viewer(_user_id(context), sysadmin=True)
    user_id = _user_id(context)
    if user_id is None:
        return Viewer()
    if authz.is_sysadmin(context.get("user")):
        return Viewer(user_id, sysadmin=True)
    return Viewer(user_id, offices=_offices(user_id))


def _user_id(context: Context) -> str | None:
    name = context.get("user")
    user = context.get("auth_user_obj") or (model.User.get(name) if name else None)
    return user.id if isinstance(user, model.User) and user.state == "active" else None


def _offices(user_id: str) -> frozenset[str]:
    member, group = model.Member, model.Group
    query = (
        sa.select(member.group_id)
        .join(group, group.id == member.group_id)
        .where(
            member.table_name == "user",
            member.table_id == user_id,
            member.state == "active",
            member.capacity.in_(authz.get_roles_with_permission(_PERMISSION)),
            group.state == "active",
            group.is_organization,
        )
    )
    return frozenset(filter(None, model.Session.execute(query).scalars()))
