"""Argument schemas of the actions of imports."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory
from werkzeug.datastructures import FileStorage

from ckanext.pcio.standard.arguments import reference, rows, whole_number

from .states import FILTERS


def _upload(value: Any) -> FileStorage:
    """Validator: a file sent with a form or a multipart call."""
    if isinstance(value, FileStorage) and value.filename:
        return value
    raise tk.Invalid(tk._("Choose the workbook to import."))


@validator_args
def import_create(
    not_missing: Validator,
    not_empty: Validator,
    default: ValidatorFactory,
    boolean_validator: Validator,
) -> Schema:
    """`pcio_import_create`: the workbook, the office, and how its rows are taken."""
    return {
        "upload": [not_missing, _upload],
        "organization": [not_empty, reference],
        "publish": [default(False), boolean_validator],
        "owner_text": [default(""), reference],
    }


@validator_args
def import_show(not_empty: Validator) -> Schema:
    """`pcio_import_show` and whatever is done to one import: its id."""
    return {"id": [not_empty, reference]}


@validator_args
def import_list(ignore_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_import_list`: of which office, and which page."""
    return {
        "organization": [ignore_empty, reference],
        "limit": [default(20), rows],
        "offset": [default(0), whole_number],
    }


@validator_args
def import_rows(
    not_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory
) -> Schema:
    """`pcio_import_rows`: the import, which rows, and which page."""
    return {
        "id": [not_empty, reference],
        "kind": [default(""), one_of(list(FILTERS))],
        "limit": [default(50), rows],
        "offset": [default(0), whole_number],
    }
