"""Template helpers of the metadata form: its choices, its rules for the script, its refusals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.pcio.standard import completeness, consistency, values
from ckanext.pcio.standard.fields import dataset_fields, field_vocabulary_name
from ckanext.pcio.standard.freshness import LONGEST_INTERVAL, UNITS_WITHOUT_INTERVAL
from ckanext.pcio.standard.governance import governance
from ckanext.pcio.standard.helpers import (
    pcio_choices,
    pcio_data_type_key,
    pcio_has_value,
    pcio_label,
    pcio_language,
    pcio_messages,
)
from ckanext.pcio.standard.items import field_of_item
from ckanext.pcio.standard.record import DASHES
from ckanext.pcio.standard.vocabulary import vocabulary

Field = Mapping[str, Any]


def pcio_form_choices(field: Field, current: Any) -> list[dict[str, Any]]:
    """Return the values the form offers, with the stored ones whatever their age.

    Each has value, text, key, not_present and selected. A stored value the vocabulary does not
    know stays in the list, so that opening and saving a form never drops it silently.
    """
    words = vocabulary(field_vocabulary_name(field))
    # A field the form has no data for arrives as Jinja's Undefined, which is falsy.
    chosen = [str(part) for part in values.split_terms(words, current or None)]
    found = {part: words.find(part) for part in chosen}
    selected = {term.value if term else part for part, term in found.items()}
    lang = pcio_language()
    rows = [
        {
            "value": choice["value"],
            "text": choice["label"][lang],
            "key": choice["key"],
            "not_present": choice["not_present"],
            "selected": choice["value"] in selected,
        }
        for choice in pcio_choices(field)
        if choice["offered"] or choice["value"] in selected
    ]
    unknown = [part for part, term in found.items() if term is None]
    return rows + [{"value": part, "text": part, "key": "", "selected": True} for part in unknown]


def pcio_items() -> list[tuple[int, Field]]:
    """Return the number and the field of each of the 14 mandatory items."""
    return [
        (field["pcio_item"], field)
        for field in dataset_fields().values()
        if field.get("pcio_item") and field.get("required")
    ]


def pcio_item_code(number: int) -> str:
    """Return the code of a mandatory item, as `standard.completeness` names it."""
    return completeness.CODES[number - 1]


def pcio_type_names(field: Field) -> str:
    """Return the data types a field belongs to, in words, for a form without JavaScript."""
    types = vocabulary("data_type")
    lang = pcio_language()
    found = (types.by_key(key) for key in field.get("pcio_types") or ())
    return ", ".join(term.label(lang) for term in found if term)


def pcio_level_rules() -> str:
    """Return, as JSON for the form's script, the table of `standard.governance` in keys.

    {"categories": {key: {"levels": [...], "condition": text}}, "refused": {level: [licence, ...]}}
    """
    table = governance()
    rules = {
        "categories": {
            key: {"levels": rule.levels, "condition": rule.condition}
            for key, rule in table.categories.items()
        },
        "refused": {level: sorted(rule.refused) for level, rule in table.licences.items()},
    }
    return json.dumps(rules, ensure_ascii=False)


def pcio_form_rules() -> str:
    """Return, as JSON for the form's script, what tells an item that is there from one that is not.

    {"items": [{code, number, field, label}], "dashes": text, "email": pattern,
    "no_interval": [key, ...], "longest_interval": number}. Which values a list knows, the options
    themselves say (data-key); the script holds no rule of its own.
    """
    fields = dataset_fields()
    rules = {
        "items": [
            {
                "code": code,
                "number": number,
                "field": field_of_item(code),
                "label": pcio_label(fields[field_of_item(code)]),
            }
            for number, code in enumerate(completeness.CODES, 1)
        ],
        "dashes": DASHES,
        "email": values.EMAIL_PATTERN,
        "no_interval": sorted(UNITS_WITHOUT_INTERVAL),
        "longest_interval": LONGEST_INTERVAL,
    }
    return json.dumps(rules, ensure_ascii=False)


def pcio_resource_problems(
    errors: Mapping[str, Any] | None, dataset: str | None
) -> list[dict[str, Any]]:
    """Return what is wrong with the files of a dataset that was refused: label, url, messages."""
    found = (errors or {}).get("resources")
    package = model.Package.get(dataset) if dataset else None
    if package is None or not isinstance(found, list):
        return []
    return [
        {
            "label": resource.name or tk._("File {number}").format(number=number),
            "url": tk.h.url_for(
                f"{package.type}_resource.edit", id=package.name, resource_id=resource.id
            ),
            "messages": pcio_messages(problems),
        }
        for number, (resource, problems) in enumerate(
            zip(package.resources, found, strict=False), 1
        )
        if problems
    ]


def pcio_remarks(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is remarked on a stored dataset without refusing it: field, label, message."""
    fields, lang = dataset_fields(), pcio_language()
    return [
        {
            "field": problem.field,
            "label": pcio_label(fields[problem.field], lang),
            "message": problem.message.text(lang),
        }
        for problem in consistency.dataset_problems(data)
        if problem.kind == "warning"
    ]


def pcio_error_list(
    errors: Mapping[str, Any] | None,
    fields: Iterable[Field],
    dataset_fields: Iterable[Field] | None = None,
) -> list[dict[str, Any]]:
    """Return the errors of a form in the order of its fields: field, of_dataset, label, messages.

    `field` is the field to go to, or "" where there is none. `dataset_fields` are given in the
    resource form, which is refused for the dataset's own gaps when it publishes a draft.
    """
    left = dict(errors or {})
    rows = []
    groups: list[tuple[bool, Iterable[Field]]] = [(False, fields), (True, dataset_fields or ())]
    for of_dataset, group in groups:
        for field in group:
            name = field["field_name"]
            messages = pcio_messages(left.pop(name, None))
            if name == "tag_string":
                nested = pcio_messages(left.pop("tags", None))
                messages = messages or nested
            if messages:
                rows.append(
                    {
                        "name": name,
                        "field": name,
                        "of_dataset": of_dataset,
                        "label": pcio_label(field),
                        "messages": messages,
                    }
                )
    rows.extend(
        {
            "name": name,
            "field": "",
            "of_dataset": False,
            "label": tk._(name),
            "messages": pcio_messages(found),
        }
        for name, found in sorted(left.items())
        if pcio_messages(found)
    )
    return rows


def pcio_resource_fields(
    schema: Mapping[str, Any], dataset: str | None, data: Mapping[str, Any]
) -> list[Field]:
    """Return the fields of the resource form: those of the dataset's type, and filled ones."""
    package = model.Package.get(dataset) if dataset else None
    key = pcio_data_type_key(package.extras.get("data_type")) if package else ""
    return [
        {**field, "pcio_types": None}
        for field in schema["resource_fields"]
        if not key
        or not field.get("pcio_types")
        or key in field["pcio_types"]
        or pcio_has_value(field, data)
    ]
