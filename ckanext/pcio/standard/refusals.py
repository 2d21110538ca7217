"""Saying what is wrong with a record that is being saved (CKAN edge).

Every refusal is one sentence naming the field, the value and the rule. An import reports its
problems in `context["pcio_warnings"]`, a list the importer puts there: {field, label, message}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.pcio.standard import saving
from ckanext.pcio.standard.helpers import pcio_label, pcio_language
from ckanext.pcio.standard.messages import Message

Context = Any
Key = tuple[Any, ...]
Field = Mapping[str, Any]


def sentence(field: Field, message: Message) -> str:
    """Return the refusal in the reader's language, opened by the field's name."""
    lang = pcio_language()
    return f"{pcio_label(field, lang)}: {message.text(lang)}"


def warn(context: Context, key: Key, field: Field, message: Message) -> None:
    """Report a problem to the import that asked for reports; nobody else hears of it."""
    warnings = context.get("pcio_warnings")
    if isinstance(warnings, list):
        warnings.append(
            {"field": ".".join(map(str, key)), "label": dict(_labels(field)), "message": message}
        )


def _labels(field: Field) -> Mapping[str, str]:
    text = field.get("label") or field["field_name"]
    return text if isinstance(text, Mapping) else {"th": text, "en": text}


def refuse(
    field: Field, key: Key, errors: dict[Key, Any], context: Context, message: Message
) -> None:
    """Turn a problem into an error, a warning, or nothing, as the save demands."""
    kind = saving.current(context)
    if kind.importing:
        warn(context, key, field, message)
    elif not kind.leaves(key):
        errors[key].append(sentence(field, message))


def without_field(message: Message) -> str:
    """Return a refusal that names its field itself, as a sentence."""
    text = message.text(pcio_language())
    return text[:1].upper() + text[1:]
