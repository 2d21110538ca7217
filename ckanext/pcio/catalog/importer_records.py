"""A record of another portal or a file as the package dict that keeps it here. Pure."""

from __future__ import annotations

import json
import mimetypes
import uuid
from collections.abc import Mapping
from typing import Any

from ckanext.pcio.standard.fields import dataset_fields, resource_fields
from ckanext.pcio.standard.record import mappings, read_private, text_of

_NAMESPACE = uuid.UUID("5b0c6f3e-8a44-4f0e-9a3b-2f6a0d6d7c11")
# Read by CKAN or by a rule of its own below, not copied as they are.
_NOT_COPIED = frozenset({"owner_org", "tag_string", "tags", "state", "name"})
_RESOURCE_EXTRAS = ("url", "mimetype", "mimetype_inner", "resource_type", "hash")
_STATES = ("active", "draft")


def package_dict(fields: Mapping[str, Any], organization: str) -> dict[str, Any]:
    """Return what `package_create` is given for a record: our fields, its ids, order and tags."""
    package: dict[str, Any] = {
        name: fields[name]
        for name in dataset_fields()
        if name not in _NOT_COPIED and fields.get(name) is not None
    }
    package["id"] = record_id(fields)
    package["name"] = text_of(fields.get("name"))
    package["owner_org"] = organization
    package["private"] = read_private(fields.get("private")) or False
    state = text_of(fields.get("state"))
    package["state"] = state if state in _STATES else "active"
    tags = [text_of(tag.get("name")) for tag in mappings(fields.get("tags"))]
    if tags:
        package["tags"] = [{"name": name} for name in dict.fromkeys(filter(None, tags))]
    elif text_of(fields.get("tag_string")):
        package["tag_string"] = text_of(fields["tag_string"])
    package["resources"] = [
        _resource_dict(resource, package["id"], position)
        for position, resource in enumerate(mappings(fields.get("resources")))
    ]
    return package


def _resource_dict(resource: Mapping[str, Any], package_id: str, position: int) -> dict[str, Any]:
    taken = {
        name: resource[name]
        for name in (*resource_fields(), *_RESOURCE_EXTRAS)
        if resource.get(name) is not None
    }
    if "mimetype" not in taken and isinstance(taken.get("url"), str):
        # CKAN guesses it at the second save, which would make a repeated import a change.
        taken["mimetype"] = mimetypes.guess_type(taken["url"])[0]
    taken["id"] = resource_id(resource, package_id, position)
    return taken


def resource_id(resource: Mapping[str, Any], package_id: str, position: int) -> str:
    """Return the id a resource has, or always the same one for a resource without."""
    return _uuid(resource.get("id")) or str(uuid.uuid5(_NAMESPACE, f"{package_id}/{position}"))


def record_id(fields: Mapping[str, Any]) -> str:
    """Return the record's id; for a record without one, always the same id for the same record."""
    stated = _uuid(fields.get("id"))
    if stated:
        return stated
    identity = [text_of(fields.get(name)) for name in ("name", "title")]
    if not any(identity):
        public = {key: value for key, value in fields.items() if not key.startswith("_")}
        identity = [json.dumps(public, sort_keys=True, ensure_ascii=False, default=str)]
    return str(uuid.uuid5(_NAMESPACE, "\n".join(identity)))


def _uuid(value: Any) -> str | None:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
