"""Who takes part in a survey, and in which role.

The committee's secretary is a sysadmin, or an admin of the organization the setting
`ckanext.pcio.survey.secretary_organization` names. An office contributes to the questions put to
it. Everybody else who belongs to an organization reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from ckanext.pcio.catalog import queries

_CONTRIBUTES = "update_dataset"


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. Offices are ids of organizations."""

    id: str
    secretary: bool
    belongs: frozenset[str]
    contributes: frozenset[str]
    """Offices he may answer for: as an editor or admin; of the secretary, none but those."""

    @property
    def reads(self) -> bool:
        """Whether the survey is for his eyes at all."""
        return self.secretary or bool(self.belongs)

    def answers_for(self, organization_id: str) -> bool:
        """Whether he may contribute in the name of an office."""
        return self.secretary or organization_id in self.contributes

    def sees_contribution(self, organization_id: str | None) -> bool:
        """Whether he may see what an office contributed; None: the committee itself."""
        return self.secretary or organization_id in self.belongs


def person(context: Context) -> Person:
    """Return the caller and his roles. At most two queries."""
    known = context.get("auth_user_obj")
    # A visitor is an object too, of CKAN's own making.
    user = known if isinstance(known, model.User) else model.User.get(context.get("user"))
    everything = queries.sees_everything(context)
    roles = _roles(user.id) if user is not None and user.state == model.State.ACTIVE else {}
    contributing = set(authz.get_roles_with_permission(_CONTRIBUTES))
    office = secretary_office()
    return Person(
        id=user.id if user is not None else "",
        secretary=everything or (bool(office) and roles.get(office) == "admin"),
        belongs=frozenset(roles),
        contributes=frozenset(key for key, role in roles.items() if role in contributing),
    )


def secretary_office() -> str:
    """Return the id of the organization whose admins are the secretary; "" where none is named."""
    return _organization_id(tk.config["ckanext.pcio.survey.secretary_organization"])


def provincial_office() -> str:
    """Return the id of the provincial office, which answers its own questions; "" if not named."""
    return _organization_id(tk.config["ckanext.pcio.survey.provincial_office"])


def _organization_id(reference: str | None) -> str:
    if not reference:
        return ""
    group = model.Group
    query = sa.select(group.id).where(
        sa.or_(group.id == reference, group.name == reference),
        group.is_organization,
        group.state == model.State.ACTIVE,
    )
    return model.Session.execute(query).scalar() or ""


def _roles(user_id: str) -> dict[str, str]:
    member, group = model.Member, model.Group
    query = (
        sa.select(member.group_id, member.capacity)
        .join(group, group.id == member.group_id)
        .where(
            member.table_name == "user",
            member.table_id == user_id,
            member.state == model.State.ACTIVE,
            group.is_organization,
            group.state == model.State.ACTIVE,
        )
    )
    return {row.group_id: row.capacity for row in model.Session.execute(query)}
