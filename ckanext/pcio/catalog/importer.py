"""Taking in the records of another portal, or of a file: unchanged, with every oddity reported.

A record from an older portal is never refused for what its portal never asked (design.md §6):
publishing here enforces, importing warns. Ids and names are kept, and importing the same records
again changes nothing.
"""

from __future__ import annotations

import json
import mimetypes
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import plugins as lib_plugins
from ckan.types import Context

from ckanext.pcio.standard.fields import dataset_fields, resource_fields
from ckanext.pcio.standard.helpers import pcio_messages
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import flat, mappings, read_private, text_of

from . import records
from .extract import FactsSettings, facts_from_dataset
from .oddity_messages import oddity_message

_NAMESPACE = uuid.UUID("5b0c6f3e-8a44-4f0e-9a3b-2f6a0d6d7c11")
# Read by CKAN or by a rule of its own below, not copied as they are.
_NOT_COPIED = frozenset({"owner_org", "tag_string", "tags", "state", "name"})
_RESOURCE_EXTRAS = ("url", "mimetype", "mimetype_inner", "resource_type", "hash")
_STATES = ("active", "draft")

Outcome = Literal["created", "updated", "unchanged", "refused"]


@dataclass(frozen=True)
class Remark:
    """One thing that was read differently, or could not be."""

    field: str
    value: str
    message: Message | str

    def text(self, language: str) -> str:
        """Return the remark as a line: field, value, sentence."""
        said = self.message if isinstance(self.message, str) else self.message.text(language)
        shown = f" “{self.value}”" if self.value else ""
        return f"{self.field}{shown}: {said}"


@dataclass
class Imported:
    """What became of one record."""

    title: str
    outcome: Outcome
    name: str = ""
    remarks: list[Remark] = dataclass_field(default_factory=list)


class Importer:
    """Imports records into one portal.

    Args:
        default_organization: id or name of the office of records whose own office is not here.
        dry_run: check every record as an import would, and write nothing.

    Raises:
        ObjectNotFound: the default organization does not exist.

    """

    def __init__(self, default_organization: str | None = None, *, dry_run: bool = False) -> None:
        self.dry_run = dry_run
        self.user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        self._organizations = _organizations()
        self._default: str | None = None
        if default_organization:
            self._default = self._organizations.get(default_organization)
            if self._default is None:
                raise tk.ObjectNotFound(tk._("Organization not found"))

    def take(self, record: Mapping[str, Any]) -> Imported:
        """Import one record: wholly, or not at all."""
        fields = flat(record)
        title = text_of(fields.get("title")) or text_of(fields.get("name")) or "?"
        result = Imported(title, "refused", remarks=list(_oddities(record)))
        organization = self._organization(fields, result)
        if organization is None:
            return result
        warnings: list[dict[str, Any]] = []
        context: Context = {"ignore_auth": True, "user": self.user}
        context.update({"pcio_import": True, "pcio_warnings": warnings})  # type: ignore[typeddict-item]
        package = _package_dict(fields, organization)
        existing = model.Package.get(package["id"]) or _named(package.get("name"))
        before = None
        if existing is not None:
            package["id"] = existing.id
            before = existing.metadata_modified.isoformat()
        try:
            saved = self._save(context, package, existing)
        except tk.ValidationError as error:
            model.Session.rollback()
            result.remarks += [
                Remark(name, "", "; ".join(pcio_messages(said)))
                for name, said in error.error_dict.items()
            ]
            return result
        result.name = saved["name"]
        result.remarks += [Remark(each["field"], "", each["message"]) for each in warnings]
        result.outcome = "created" if existing is None else "updated"
        if before is not None and saved.get("metadata_modified") == before:
            result.outcome = "unchanged"
        return result

    def _save(
        self, context: Context, data: dict[str, Any], existing: model.Package | None
    ) -> dict[str, Any]:
        action = "package_create" if existing is None else "package_update"
        if self.dry_run:
            return _validated(context, data, existing, action)
        return tk.get_action(action)(context, data)

    def _organization(self, fields: Mapping[str, Any], result: Imported) -> str | None:
        nested = fields.get("organization")
        nested = nested if isinstance(nested, Mapping) else {}
        stated = [fields.get("owner_org"), *(nested.get(key) for key in ("id", "name", "title"))]
        for reference in stated:
            if isinstance(reference, str) and reference in self._organizations:
                return self._organizations[reference]
        shown = next((text_of(each) for each in reversed(stated) if text_of(each)), "")
        if self._default is None:
            message = N_("its office is not here; name an office with --organization")
        else:
            message = N_("its office is not here; it was given to the office named")
        result.remarks.append(Remark("owner_org", shown, Message(message)))
        return self._default


def _organizations() -> dict[str, str]:
    """Return the ids of the organizations by id, name and title."""
    query = sa.select(model.Group.id, model.Group.name, model.Group.title).where(
        model.Group.is_organization, model.Group.state == "active"
    )
    found: dict[str, str] = {}
    for row in model.Session.execute(query):
        for reference in (row.title, row.name, row.id):
            if reference:
                found[reference] = row.id
    return found


def _oddities(record: Mapping[str, Any]) -> Iterator[Remark]:
    for oddity in facts_from_dataset(record, FactsSettings()).oddities:
        yield Remark(oddity.field, oddity.value, oddity_message(oddity.code))


def _package_dict(fields: Mapping[str, Any], organization: str) -> dict[str, Any]:
    package: dict[str, Any] = {
        name: fields[name]
        for name in dataset_fields()
        if name not in _NOT_COPIED and fields.get(name) is not None
    }
    package["id"] = _id(fields)
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
    taken["id"] = _uuid(resource.get("id")) or str(
        uuid.uuid5(_NAMESPACE, f"{package_id}/{position}")
    )
    return taken


def _id(fields: Mapping[str, Any]) -> str:
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


def _named(name: str | None) -> model.Package | None:
    return model.Package.get(name) if name else None


def _validated(
    context: Context, data: dict[str, Any], existing: model.Package | None, action: str
) -> dict[str, Any]:
    """Check `data` as `action` would, and write nothing."""
    plugin = lib_plugins.lookup_package_plugin(records.DATASET_TYPE)
    # Validators expect what an action's caller would have put there.
    checking: Any = {**context, "model": model, "session": model.Session}
    data = {**data, "type": records.DATASET_TYPE}
    if existing is None:
        schema = plugin.create_package_schema()
    else:
        checking["package"] = existing
        schema = plugin.update_package_schema()
    checked, errors = lib_plugins.plugin_validate(plugin, checking, data, schema, action)
    model.Session.rollback()
    if errors:
        raise tk.ValidationError(errors)
    return checked
