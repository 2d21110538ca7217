"""Whose files a caller looks after."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate

_PERMISSION = "update_dataset"


def package_of(reference: str) -> str | None:
    """Return the id of the dataset that a resource's id, or its own id or name, names."""
    resource = model.Resource.get(reference)
    if resource is not None:
        return resource.package_id
    package = model.Package.get(reference)
    return package.id if package is not None else None


def edited(context: Context) -> Predicate | None:
    """Return the facts of the datasets of the offices the caller edits; None where none are."""
    if context.get("ignore_auth"):
        return sa.true()
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    if not isinstance(user, model.User) or user.state != model.State.ACTIVE:
        return None
    if authz.is_sysadmin(user.name):
        return sa.true()
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
    ids = sorted(filter(None, model.Session.scalars(query)))
    return FACTS.c.organization_id.in_(ids) if ids else None
