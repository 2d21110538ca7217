"""Taking in the records of another portal, or of a file: unchanged, with every oddity reported.

A record from an older portal is never refused for what its portal never asked (design.md §6):
publishing here enforces, importing warns. Ids and names are kept, and importing the same records
again changes nothing. What people did here comes first: a dataset that was changed or deleted
here, or that only shares its name, is not overwritten.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import plugins as lib_plugins
from ckan.lib import search
from ckan.types import Context

from ckanext.pcio.standard.columns import Column, as_records, from_fields
from ckanext.pcio.standard.helpers import pcio_messages
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import flat, mappings, read_boolean, text_of

from . import copies, dictionaries, records, sync
from .copies import Copy
from .dictionary import store as dictionary
from .extract import FactsSettings, facts_from_dataset
from .importer_offices import Groups, Offices, groups_of
from .importer_records import package_dict, record_id, resource_id
from .importer_report import Imported, Remark, hindrance
from .oddity_messages import oddity_message

log = logging.getLogger(__name__)

AskForColumns = Callable[[str], Any]
"""Returns the DataStore fields of a resource of the source, or None where they are not known."""


class Importer:
    """Imports records into one portal.

    Args:
        default_organization: id or name of the office of records whose own office is not here.
        dry_run: check every record as an import would, and write nothing.
        create_organizations: create the offices of records that are not here.
        overwrite: take a record in even where its dataset was changed here since.
        source: where the records are from; what came from there before is passed over where it
            has not changed. Nothing is remembered where it is left out.
        ask_for_columns: asks the source for the data dictionary of a resource.

    Raises:
        ObjectNotFound: the default organization does not exist.

    """

    def __init__(
        self,
        default_organization: str | None = None,
        *,
        dry_run: bool = False,
        create_organizations: bool = False,
        overwrite: bool = False,
        source: str = "",
        ask_for_columns: AskForColumns | None = None,
    ) -> None:
        self.dry_run, self.overwrite, self.source = dry_run, overwrite, source
        self.user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        self._columns = ask_for_columns
        self._offices = Offices(self.user, create=create_organizations, dry_run=dry_run)
        self._groups = Groups()
        self._default: str | None = None
        if default_organization:
            self._default = self._offices.find(default_organization)
            if self._default is None:
                raise tk.ObjectNotFound(tk._("Organization not found"))

    def unchanged(self, several: Sequence[Mapping[str, Any]]) -> list[bool]:
        """Return which of the records were taken in before, just as they are. Two queries."""
        if not self.source or self.overwrite:
            return [False] * len(several)
        prints = []
        for record in several:
            fields = flat(record)
            office = self._offices.find(*_references(fields)) or self._default or ""
            prints.append((record_id(fields), copies.fingerprint(record, office)))
        known = copies.stored([package_id for package_id, _ in prints])
        here = set(_present([package_id for package_id in known]))
        return [
            package_id in here and known[package_id].fingerprint == found
            for package_id, found in prints
        ]

    def take(self, record: Mapping[str, Any]) -> Imported:
        """Import one record: wholly, or not at all."""
        fields = flat(record)
        title = text_of(fields.get("title")) or text_of(fields.get("name")) or "?"
        result = Imported(title, "refused", remarks=list(_oddities(record)))
        try:
            self._take(record, fields, result)
        except tk.ValidationError as error:
            model.Session.rollback()
            result.outcome = "refused"
            result.remarks += [
                Remark(name, "", "; ".join(pcio_messages(said)))
                for name, said in error.error_dict.items()
            ]
        except Exception as error:  # one record must not keep the others out
            model.Session.rollback()
            log.exception("the record %s could not be taken in", record_id(fields))
            result.outcome = "refused"
            why = N_("it could not be saved ({error}); the log says more")
            result.remarks.append(Remark("id", "", Message(why, {"error": type(error).__name__})))
        return result

    def _take(self, record: Mapping[str, Any], fields: Mapping[str, Any], result: Imported) -> None:
        package_id = record_id(fields)
        existing = model.Session.get(model.Package, package_id)
        copied = copies.stored([package_id]).get(package_id)
        stopped = hindrance(fields, existing, None if self.overwrite else copied)
        if stopped is not None:
            result.remarks.append(stopped)
            return
        # Asked before anything is written: no transaction stays open while the source is waited
        # for, and a source that goes away here leaves nothing half done.
        columns = self._columns_of(fields, result)
        organization = self._organization(fields, result)
        if organization is None:
            return
        warnings: list[dict[str, Any]] = []
        context: Context = {"ignore_auth": True, "user": self.user}
        context.update({"pcio_import": True, "pcio_warnings": warnings})  # type: ignore[typeddict-item]
        package = package_dict(fields, organization)
        package["groups"] = self._groups_of(fields, existing, result)
        existing = model.Session.get(model.Package, package_id)
        before = existing.metadata_modified if existing else None
        saved = self._save(context, package, existing)
        result.name = saved["name"]
        result.remarks += [Remark(each["field"], "", each["message"]) for each in warnings]
        result.outcome = "created" if existing is None else "updated"
        if before is not None and saved.get("metadata_modified") == before.isoformat():
            result.outcome = "unchanged"
        if not self.dry_run:
            if before is not None and copied is None:
                # It may have been cut off between the database and the index the last time.
                search.rebuild(package_id)
            # What could not be seen whole is looked at again the next time.
            seen = "" if result.unseen else copies.fingerprint(record, organization)
            self._remember(package_id, columns, seen)

    def _save(
        self, context: Context, data: dict[str, Any], existing: model.Package | None
    ) -> dict[str, Any]:
        action = "package_create" if existing is None else "package_update"
        if self.dry_run:
            return _validated(context, data, existing, action, self._offices)
        return tk.get_action(action)(context, data)

    def _remember(
        self, package_id: str, columns: Mapping[str, Sequence[Column]], fingerprint: str
    ) -> None:
        """Keep the dictionaries of the source, and how the dataset was taken in."""
        here = dictionaries.datastore_fields(columns)
        for found, told in columns.items():
            row = dictionary.row_of(found)
            # A table of our own, or a person's work, says more than what the source says.
            if found in here or (row and row["by"]):
                continue
            if row is None or row["columns"] != as_records(told):
                dictionary.put(found, package_id, told)
        if columns:
            sync.write([package_id])
        if self.source:
            saved = model.Session.get(model.Package, package_id)
            if saved is not None:
                copy = Copy(fingerprint, saved.metadata_modified)
                copies.remember(package_id, self.source, copy)
        model.Session.commit()

    def _columns_of(
        self, fields: Mapping[str, Any], result: Imported
    ) -> dict[str, tuple[Column, ...]]:
        """Return the columns the source tells of, by the id its resource has here."""
        found: dict[str, tuple[Column, ...]] = {}
        for position, resource in enumerate(mappings(fields.get("resources"))):
            told = resource.get("datastore_fields")
            in_datastore = read_boolean(resource.get("datastore_active")) is True
            if told is None and in_datastore and self._columns and not self.dry_run:
                model.Session.rollback()
                told = self._columns(text_of(resource.get("id")))
                result.unseen |= told is None
            if columns := from_fields(told):
                found[resource_id(resource, record_id(fields), position)] = columns
        return found

    def _organization(self, fields: Mapping[str, Any], result: Imported) -> str | None:
        stated = _references(fields)
        found = self._offices.find(*stated)
        if found is not None:
            return found
        nested = fields.get("organization")
        created = self._offices.created(nested if isinstance(nested, Mapping) else {})
        shown = next((text_of(each) for each in reversed(stated) if text_of(each)), "")
        if created is not None:
            message = N_("its office was not here and was created")
        elif self._default is None:
            message = N_(
                "its office is not here; name an office with --organization, or have it created "
                "with --create-organizations"
            )
        else:
            message = N_("its office is not here; it was given to the office named")
        result.remarks.append(Remark("owner_org", shown, Message(message)))
        return created or self._default

    def _groups_of(
        self, fields: Mapping[str, Any], existing: model.Package | None, result: Imported
    ) -> list[dict[str, str]]:
        """Return the groups here that the record is in, and those it was put in here."""
        found, missing = self._groups.found(fields.get("groups"))
        for name in missing:
            message = Message(N_("a group of this name is not here"))
            result.remarks.append(Remark("groups", name, message))
        kept = groups_of(existing.id) if existing is not None else []
        return [{"id": group} for group in dict.fromkeys((*found, *kept))]


def _references(fields: Mapping[str, Any]) -> list[Any]:
    nested = fields.get("organization")
    nested = nested if isinstance(nested, Mapping) else {}
    return [fields.get("owner_org"), *(nested.get(key) for key in ("id", "name", "title"))]


def _present(package_ids: Sequence[str]) -> list[str]:
    query = sa.select(model.Package.id).where(
        model.Package.id.in_(package_ids), model.Package.state != model.State.DELETED
    )
    return list(model.Session.scalars(query))


def _oddities(record: Mapping[str, Any]) -> Iterator[Remark]:
    for oddity in facts_from_dataset(record, FactsSettings()).oddities:
        yield Remark(oddity.field, oddity.value, oddity_message(oddity.code))


def _validated(
    context: Context,
    data: dict[str, Any],
    existing: model.Package | None,
    action: str,
    offices: Offices,
) -> dict[str, Any]:
    """Check `data` as `action` would, and write nothing."""
    plugin = lib_plugins.lookup_package_plugin(records.DATASET_TYPE)
    # Validators expect what an action's caller would have put there.
    checking: Any = {**context, "model": model, "session": model.Session}
    data = {**data, "type": records.DATASET_TYPE}
    new_office = offices.only_in_this_run.get(data["owner_org"])
    if new_office is not None:  # it has to be there to be checked, and is rolled back below
        group = model.Group(type="organization", is_organization=True)
        for key, value in new_office.items():
            setattr(group, key, value)
        model.Session.add(group)
        model.Session.flush()
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
