"""Data dictionaries as actions and pages tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.pcio.standard.columns import as_records, described, words
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import Message

from .incoming import Laid
from .source import Dictionary


def dictionary(found: Dictionary) -> dict[str, Any]:
    """Return what `pcio_dictionary_show` answers."""
    records = as_records(found.columns)
    fields = {str(field["id"]): field for field in found.fields}
    for record in records if found.source == "datastore" else ():
        field = fields.get(record["name"], {})
        record["native_type"] = field.get("type", "")
        record["type_override"] = str((field.get("info") or {}).get("type_override") or "")
    return {
        "resource_id": found.resource_id,
        "source": found.source,
        "version": found.version,
        "described": described(found.columns),
        "modified": found.modified.isoformat() if found.modified else None,
        "columns": records,
    }


def laid(found: Laid) -> dict[str, Any]:
    """Return what a file would make of a dictionary."""
    return {
        "columns": as_records(found.columns),
        "remarks": [
            {"row": each.row, "part": each.part, "message": sentence(each.message)}
            for each in found.remarks
        ],
        "unread": list(found.unread),
        "added": list(found.added),
        "removed": list(found.removed),
        "changed": list(found.changed),
    }


def remark_line(remark: Mapping[str, Any]) -> str:
    """Return one remark about a row of a file as a line."""
    heading = words().headings.get(remark["part"], {}).get(pcio_language(), "")
    line = tk._("Row {row}, {part}: {sentence}")
    return line.format(row=remark["row"], part=heading, sentence=remark["message"])


def sentence(message: Message) -> str:
    """Return a sentence in the reader's language."""
    return message.text(pcio_language())


def user_id(context: Context) -> str | None:
    """Return the id of the caller."""
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    return user.id if isinstance(user, model.User) else None


def user_name(user_id: str | None) -> str:
    """Return what a person is called; "" for nobody."""
    user = model.User.get(user_id) if user_id else None
    return user.display_name if user else ""
