"""Imports and their rows as the API and the pages show them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import authz, model

from ckanext.pcio.standard.fields import dataset_fields, field_label, resource_fields
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import N_, Message

from . import lock, states

_LABELS = {
    "private": N_("Who sees it"),
    "dataset_name": N_("Dataset of the resource"),
    "resources": N_("New file"),
    "id": N_("Id"),
    "row": N_("Row"),
}


def offices_of(user: model.User | None) -> list[str] | None:
    """Return the ids of the offices a person may import for; None stands for every office."""
    if user is None:
        return []
    if user.sysadmin:
        return None
    roles = [
        role
        for role in authz.get_roles_with_permission("create_dataset")
        if role in authz.get_roles_with_permission("update_dataset")
    ]
    query = (
        sa.select(model.Group.id)
        .join(model.Member, model.Member.group_id == model.Group.id)
        .where(
            model.Group.is_organization,
            model.Group.state == model.State.ACTIVE,
            model.Member.state == model.State.ACTIVE,
            model.Member.table_name == "user",
            model.Member.table_id == user.id,
            model.Member.capacity.in_(roles),
        )
    )
    return list(model.Session.scalars(query))


def offices(ids: Sequence[str] | None) -> dict[str, dict[str, str]]:
    """Return name and title of offices by id; of every office for None."""
    query = sa.select(model.Group.id, model.Group.name, model.Group.title).where(
        model.Group.is_organization, model.Group.state == model.State.ACTIVE
    )
    if ids is not None:
        query = query.where(model.Group.id.in_(ids))
    return {
        row.id: {"name": row.name, "title": row.title or row.name}
        for row in model.Session.execute(query)
    }


def working(found: Mapping[str, Any]) -> bool:
    """Return whether a process is at work on an import that is in the middle of something."""
    return found["state"] in ("checking", "importing") and lock.is_held(found["organization_id"])


def as_dicts(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return imports as dictionaries: two queries in all, and one for each that is at work."""
    language = pcio_language()
    named = offices([row["organization_id"] for row in rows]) if rows else {}
    people = _people({row["user_id"] for row in rows})
    return [_as_dict(row, named, people, language) for row in rows]


def _as_dict(
    row: Mapping[str, Any],
    named: Mapping[str, Mapping[str, str]],
    people: Mapping[str, str],
    language: str,
) -> dict[str, Any]:
    office = named.get(row["organization_id"], {})
    return {
        **{name: row[name] for name in ("id", "filename", "sha256", "state", "done", "total")},
        **{"options": row["options"], "totals": row["totals"]},
        "organization": office.get("name", ""),
        "organization_title": office.get("title", ""),
        "user": people.get(row["user_id"], ""),
        "remarks": [said[language] for said in row["remarks"]],
        "error": row["error"][language] if row["error"] else None,
        "working": working(row),
        **{
            name: row[name].isoformat() if row[name] else None
            for name in ("created", "started", "finished")
        },
    }


def _people(ids: set[str]) -> dict[str, str]:
    query = sa.select(model.User.id, model.User.name, model.User.fullname).where(
        model.User.id.in_(ids)
    )
    return {row.id: row.fullname or row.name for row in model.Session.execute(query)}


def row(found: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return one row of a report."""
    kept = ("number", "sheet", "row", "title", "name", "outcome", "warned", "written")
    return {
        **{name: found[name] for name in kept},
        "outcome_label": Message(states.OUTCOMES[found["outcome"]]).text(language),
        "changes": [
            {**change, "label": label(change["field"], language)} for change in found["changes"]
        ],
        "remarks": [
            {
                **{name: said[name] for name in ("sheet", "row", "column", "field", "value")},
                "refused": said["refused"],
                "label": label(said["field"], language),
                "sentence": said[language],
            }
            for said in found["remarks"]
        ],
    }


def label(name: str, language: str) -> str:
    """Return what people call a field of a dataset or of a resource."""
    if not name:
        return ""
    own, _, of_resource = name.partition(".")
    if of_resource or (name not in dataset_fields() and name in resource_fields()):
        field = resource_fields().get(of_resource or name)
    else:
        field = dataset_fields().get(own)
    if field is not None:
        return field_label(field, language)
    return Message(_LABELS[own]).text(language) if own in _LABELS else name
