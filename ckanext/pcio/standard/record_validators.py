"""Validators of the whole record: what is being saved, the 14 items, the rules between fields.

How strict they are depends on what is being saved (`standard.saving`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.navl.dictization_functions import unflatten

from ckanext.pcio.standard import completeness, consent, consistency, refusals, saving, tags, values
from ckanext.pcio.standard.fields import field_vocabulary_name
from ckanext.pcio.standard.items import field_of_item
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.validators import pcio_terms_output

Context = Any
Key = tuple[Any, ...]
Field = Mapping[str, Any]
Schema = Mapping[str, Any]


def pcio_before(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """Find out what is being saved, before any field is checked."""
    _split_form_tags(data)
    saving.remember(data, context)
    consent.fill_in(data, context)


def _split_form_tags(data: dict[Key, Any]) -> None:
    """Undo CKAN's web form, which splits the tags at ASCII commas only.

    It sends both the text and its own list; `tag_string_convert` adds what is missing here.
    """
    if data.get(("tag_string",)) in (None, "", tk.missing):
        return
    for key, name in list(data.items()):
        if (
            saving.is_tag_name(key)
            and isinstance(name, str)
            and len(parts := tags.split_tags(name)) > 1
        ):
            data[key] = parts[0]


def pcio_after(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """Check the 14 mandatory items and the rules between fields, all at once."""
    kind = saving.current(context)
    record = _record(data)
    schema = tk.h.scheming_get_dataset_schema(record.get("type") or "dataset")
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}

    for problem in consistency.dataset_problems(record, _lists_with_other(fields)):
        if not _has_errors(errors, problem.field):
            _report(problem, fields[problem.field], (problem.field,), errors, context)
    if kind.active or kind.importing:
        for item in completeness.check(record):
            name = _field_of(item.code, record)
            if item.state != "ok" and not _has_errors(errors, name):
                refusals.refuse(fields[name], (name,), errors, context, _item_message(item))
    _check_resources(record, schema, errors, context)
    if errors.get(("owner_org",)) and ("private",) in errors:
        # CKAN refuses a private dataset of no office; the office is what is missing.
        errors[("private",)] = []


def _field_of(code: str, record: Mapping[str, Any]) -> str:
    """Return the field to name for an item; of item 9, the half that is wrong."""
    if code == "update_frequency" and _is_complete(
        code, {**record, "update_frequency_interval": "1"}
    ):
        return "update_frequency_interval"
    return field_of_item(code)


def _is_complete(code: str, record: Mapping[str, Any]) -> bool:
    return all(item.state == "ok" for item in completeness.check(record) if item.code == code)


def _item_message(item: completeness.ItemState) -> Message:
    reason = item.reason
    if reason is None:
        return Message(N_("is item {number} of the 14 mandatory ones"), {"number": item.number})
    return Message(
        N_("{reason} (item {number} of the 14 mandatory ones)"),
        {"reason": reason, "number": item.number},
    )


def _has_errors(errors: Mapping[Key, Any], name: str) -> bool:
    names = {name, f"{name}_other"}
    if name == "tag_string":
        names.add("tags")
    return any(found for key, found in errors.items() if key[0] in names and found)


def _report(
    problem: consistency.Problem, field: Field, key: Key, errors: dict[Key, Any], context: Context
) -> None:
    kind = saving.current(context)
    if problem.kind == "warning" and not kind.importing:
        refusals.warn(context, key, field, problem.message)
    elif problem.kind == "missing" and not kind.active and not kind.importing:
        return
    else:
        errors.setdefault(key, [])
        refusals.refuse(field, key, errors, context, problem.message)


def _check_resources(
    record: Mapping[str, Any], schema: Schema, errors: dict[Key, Any], context: Context
) -> None:
    kind = saving.current(context)
    fields = {field["field_name"]: field for field in schema["resource_fields"]}
    lists = _lists_with_other(fields)
    for index, resource in enumerate(record.get("resources") or []):
        for problem in consistency.resource_problems(resource, lists):
            key = ("resources", index, problem.field)
            _report(problem, fields[problem.field], key, errors, context)
        if not (kind.active or kind.importing) or resource.get("url_type") == "datastore":
            continue
        for name in ("url", "name", "format"):
            key = ("resources", index, name)
            if values.is_blank(resource.get(name)) and not errors.get(key):
                errors.setdefault(key, [])
                refusals.refuse(fields[name], key, errors, context, Message(N_("is required")))


def _lists_with_other(fields: Mapping[str, Field]) -> list[tuple[str, str]]:
    return [
        (name, field_vocabulary_name(field))
        for name, field in fields.items()
        if field.get("pcio_asks_other")
    ]


def _record(data: Mapping[Key, Any]) -> dict[str, Any]:
    """Return the flattened, converted data as the dataset dictionary it will become."""
    record: dict[str, Any] = unflatten(
        {k: v for k, v in data.items() if v is not tk.missing and not str(k[-1]).startswith("__")}
    )
    for extra in record.pop("extras", None) or []:
        record.setdefault(extra.get("key"), extra.get("value"))
    for field in tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]:
        name = field["field_name"]
        if field.get("output_validators") == "pcio_terms_output" and name in record:
            record[name] = pcio_terms_output(record[name])
    return record
