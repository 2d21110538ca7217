"""Validators of tags: ours, and those that take the place of CKAN's (`standard.tags` has the rule).

CKAN's web form and API both go through the names `tag_string_convert`, `tag_name_validator` and
`tag_length_validator`, so these three are replaced under their own names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard import refusals, saving, tags

Context = Any
Key = tuple[Any, ...]
Field = Mapping[str, Any]
Schema = Mapping[str, Any]


def pcio_tag_string(
    field: Field, _schema: Schema
) -> Callable[[Key, dict[Key, Any], dict[Key, Any], Context], None]:
    """Split the tags of the form; a list of tags in the same request is left as it is."""

    def validator(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
        tag_string_convert(key, data, errors, context)
        data.pop(key, None)

    return validator


pcio_tag_string.is_a_scheming_validator = True  # type: ignore[attr-defined]


def tag_string_convert(
    key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context
) -> None:
    """Replace CKAN's: Thai comma forms separate, and every wrong tag is named at once."""
    written = data.get(key)
    if written in (None, "", tk.missing):
        return
    if isinstance(written, str):
        names = tags.split_tags(written)
    elif isinstance(written, list):
        names = list(dict.fromkeys(tags.normalize_tag(str(name)) for name in written))
    else:
        names = tags.split_tags(str(written))
    known = {v for k, v in data.items() if saving.is_tag_name(k)}
    index = max((k[1] for k in data if saving.is_tag_name(k)), default=-1)
    for name in names:
        if (problem := tags.tag_problem(name)) and not saving.current(context).importing:
            errors[key].append(refusals.without_field(problem))
        elif problem:
            refusals.warn(context, key, {"field_name": "tag_string"}, problem)
        if name not in known and not (problem and not saving.current(context).importing):
            index += 1
            data[("tags", index, "name")] = name


def tag_name_validator(value: Any, context: Context) -> Any:
    """Replace CKAN's, which refuses Thai vowel and tone marks."""
    kind = saving.current(context)
    if kind.unchanged:
        return value
    name = tags.normalize_tag(str(value))
    if problem := tags.tag_problem(name):
        if not kind.importing:
            raise tk.Invalid(refusals.without_field(problem))
        refusals.warn(context, ("tags",), {"field_name": "tag_string"}, problem)
        return name[: tags.MAX_LENGTH]
    return name


def tag_length_validator(value: Any, context: Context) -> Any:
    """Replace CKAN's; `tag_name_validator` checks the length of the cleaned tag."""
    return value
