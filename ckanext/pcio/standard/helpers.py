"""Template helpers of the metadata form and the dataset page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup, escape

from ckanext.pcio.standard import completeness, dates, values
from ckanext.pcio.standard.fields import field_label, field_vocabulary_name
from ckanext.pcio.standard.items import field_of_item
from ckanext.pcio.standard.vocabulary import CURRENT, OTHER, Vocabulary, vocabulary

Field = Mapping[str, Any]


def pcio_language() -> str:
    """Return the language of the request, or of the site: "th" or "en"."""
    try:
        lang = tk.h.lang()
    except (RuntimeError, TypeError):
        lang = tk.config.get("ckan.locale_default")
    return "en" if str(lang or "th").startswith("en") else "th"


def pcio_text(text: Any, lang: str | None = None) -> str:
    """Return a {language: text} mapping of the schema in the reader's language."""
    if isinstance(text, Mapping):
        return text.get(lang or pcio_language()) or next(iter(text.values()), "")
    return text or ""


def pcio_label(field: Field, lang: str | None = None) -> str:
    """Return the label of a schema field."""
    return field_label(field, lang or pcio_language())


def _words(field: Field) -> Vocabulary:
    return vocabulary(field_vocabulary_name(field))


def pcio_choices(field: Field) -> list[dict[str, Any]]:
    """Return every value of a field for ckanext-scheming: {value, label, key, versions}."""
    return [
        {
            "value": term.value,
            "label": {"th": term.label("th"), "en": term.label("en")},
            "key": term.key,
            "not_present": term.not_present,
            # Values of older versions stay readable, and choosable where they are stored.
            "offered": not term.not_present and CURRENT in term.versions,
        }
        for term in _words(field).terms
    ]


def pcio_terms_text(field: Field, data: Mapping[str, Any]) -> list[str]:
    """Return what a dataset says in a field of a vocabulary, in the reader's language.

    "Other" carries the text that explains it; a value the vocabulary does not know stays as it is.
    """
    words, lang = _words(field), pcio_language()
    explained = data.get(f"{field['field_name']}_other")
    texts = []
    for part in values.split_terms(words, data.get(field["field_name"]) or None):
        term = words.find(part) if isinstance(part, str) else None
        text = term.label(lang) if term else str(part)
        if term and term.key == OTHER and isinstance(explained, str) and explained:
            text = f"{text}: {explained}"
        texts.append(text)
    return texts


def pcio_groups(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the form's fieldsets: key, label, help and fields, in the schema's order."""
    groups = {
        group["key"]: {
            "key": group["key"],
            "label": pcio_text(group["label"]),
            "help": pcio_text(group.get("help")),
            "fields": [],
        }
        for group in schema["pcio_groups"]
    }
    for field in schema["dataset_fields"]:
        if field.get("form_snippet", "") is not None and field.get("pcio_group") in groups:
            groups[field["pcio_group"]]["fields"].append(field)
    return list(groups.values())


def pcio_data_type_key(value: Any) -> str:
    """Return the key of a stored data type ("record", ...), or ""."""
    term = vocabulary("data_type").find(value) if isinstance(value, str) else None
    return term.key if term else ""


def pcio_messages(found: Any) -> list[str]:
    """Return the sentences of an error value, however deeply CKAN nests them, each once."""
    if not found:
        return []
    if isinstance(found, str):
        return [found]
    parts = found.values() if isinstance(found, Mapping) else found
    return list(dict.fromkeys(message for part in parts for message in pcio_messages(part)))


# ---- the dataset page


def pcio_completeness(pkg: Mapping[str, Any]) -> dict[str, Any]:
    """Return how complete a dataset is: filled, total, and the items that are not ok.

    Each item has number, field, label, state ("missing" or "invalid") and reason.
    """
    schema = tk.h.scheming_get_dataset_schema("dataset")
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}
    lang = pcio_language()
    problems = []
    items = completeness.check(pkg)
    for item in items:
        if item.state == "ok":
            continue
        name = field_of_item(item.code)
        problems.append(
            {
                "number": item.number,
                "code": item.code,
                "field": name,
                "label": pcio_label(fields[name], lang),
                "state": item.state,
                "reason": item.reason.text(lang) if item.reason else "",
            }
        )
    return {"filled": len(items) - len(problems), "total": len(items), "problems": problems}


def pcio_info_groups(schema: Mapping[str, Any], pkg: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the dataset page shows: the mandatory items first, then the other groups.

    A group has key, label and fields; fields without a value are left out.
    """
    mandatory: dict[str, Any] = {
        "key": "mandatory",
        "label": tk._("Mandatory metadata"),
        "fields": [],
    }
    groups = [mandatory]
    for group in pcio_groups(schema):
        rest = []
        for field in group["fields"]:
            if field.get("display_snippet", "") is None or not pcio_has_value(field, pkg):
                continue
            belongs = field.get("pcio_item") or _item_of_list(schema, field)
            (mandatory["fields"] if belongs else rest).append(field)
        if rest:
            groups.append({"key": group["key"], "label": group["label"], "fields": rest})
    return [group for group in groups if group["fields"]]


def _item_of_list(schema: Mapping[str, Any], field: Field) -> Any:
    """Return the item number of the list a text of "other" explains, if it is mandatory."""
    base = field.get("pcio_other_of")
    found = tk.h.scheming_field_by_name(schema["dataset_fields"], base) if base else None
    return found.get("pcio_item") if found else None


def pcio_has_value(field: Field, data: Mapping[str, Any]) -> bool:
    """Whether a dataset or resource says anything in a field."""
    if field["field_name"] == "tag_string":
        return bool(data.get("tags"))
    return not values.is_blank(data.get(field["field_name"]))


def pcio_date(value: Any) -> Markup:
    """Return a date in words with the Buddhist year (Thai) and a Gregorian machine value."""
    day = dates.parse_iso(value) if isinstance(value, str) else None
    if day is None:
        return escape("" if value is None else value)
    words = dates.format_date(day, pcio_language())
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), words)


def pcio_year(value: Any) -> Markup:
    """Return a year of the Buddhist era; in English with the Gregorian year beside it."""
    written = str(value or "").strip()
    if not (written.isdigit() and dates.is_buddhist_year(int(written))):
        return escape(written)
    gregorian = int(written) - dates.BUDDHIST_OFFSET
    shown = written if pcio_language() == "th" else f"{gregorian} (B.E. {written})"
    return Markup('<time datetime="{:04d}">{}</time>').format(gregorian, shown)


def pcio_moment(value: Any) -> Markup:
    """Return the day in Thailand of a moment CKAN stored in UTC, as `pcio_date` does."""
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=timezone.utc)
    except (TypeError, ValueError):
        return pcio_date(value)
    return pcio_date(moment.astimezone(dates.THAILAND).date().isoformat())


def pcio_state_name(state: str | None) -> str:
    """Return the state of a dataset in words."""
    names = {
        "active": tk._("Published"),
        "draft": tk._("Draft"),
        "deleted": tk._("Deleted"),
    }
    return names.get(state or "", state or "")
