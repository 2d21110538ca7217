"""Argument schemas of the actions of data dictionaries."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference
from ckanext.pcio.standard.columns import line, paragraph, read_type, unknown_type, words
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.values import shown


def _scalar(value: Any) -> Any:
    if value is None or value is tk.missing:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    raise tk.Invalid(tk._("A text was expected here."))


def _line(value: Any) -> str:
    return line(_scalar(value))


def _paragraph(value: Any) -> str:
    return paragraph(_scalar(value))


def _type(value: Any) -> str:
    text = _line(value)
    kind = read_type(text)
    if kind is None:
        raise tk.Invalid(unknown_type(text).text(pcio_language()))
    return kind


def _required(value: Any) -> bool | None:
    if value is None or value is tk.missing or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    text = line(_scalar(value))
    if not text:
        return None
    answer = words().required.get(fold(text))
    if answer is None:
        wrong = tk._("“{value}” is neither yes nor no.")
        raise tk.Invalid(wrong.format(value=shown(text)))
    return answer


def _columns(ignore_missing: Validator, ignore: Validator) -> Schema:
    return {
        "name": [_line],
        "type": [_type],
        "label": [_line],
        "description": [_paragraph],
        "required": [_required],
        "example": [_line],
        "type_override": [ignore_missing, _line],
        "__extras": [ignore],
    }


@validator_args
def dictionary_show(not_empty: Validator) -> Schema:
    """`pcio_dictionary_show`: of which resource."""
    return {"resource_id": [not_empty, reference]}


@validator_args
def dictionary_update(not_empty: Validator, ignore_missing: Validator, ignore: Validator) -> Schema:
    """`pcio_dictionary_update`: every column, and the version that was looked at."""
    return {
        "resource_id": [not_empty, reference],
        "version": [not_empty, reference],
        "columns": _columns(ignore_missing, ignore),
    }


@validator_args
def dictionary_delete(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """`pcio_dictionary_delete`: of which resource."""
    return {
        "resource_id": [not_empty, reference],
        "version": [ignore_missing, reference],
    }


@validator_args
def dictionary_import(
    not_empty: Validator,
    ignore_missing: Validator,
    ignore_empty: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
) -> Schema:
    """`pcio_dictionary_import`: the file, and whether it is only looked at."""
    return {
        "resource_id": [not_empty, reference],
        "upload": [ignore_empty],
        "content": [ignore_missing, _content],
        "save": [default(False), boolean_validator],
        "version": [ignore_missing, reference],
    }


def _content(value: Any) -> str:
    if not isinstance(value, str):
        raise tk.Invalid(tk._("A text was expected here."))
    return value
