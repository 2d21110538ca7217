"""Argument schemas of the actions about the registration."""

from __future__ import annotations

from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard import values
from ckanext.pcio.standard.arguments import reference, rows, whole_number
from ckanext.pcio.standard.helpers import pcio_language

from .states import find, states


def _state(value: Any) -> str:
    """Validator: a state by key or text; its key."""
    found = find(reference(value))
    if found is not None:
        return found.key
    wrong = tk._('"{value}" is no state of the registration; it may be one of: {choices}')
    raise tk.Invalid(wrong.format(value=values.shown(value), choices=", ".join(states())))


def _day(value: Any) -> date | None:
    try:
        written = values.iso_date(reference(value))
    except values.Refused as refused:
        raise tk.Invalid(refused.message.text(pcio_language())) from refused
    return date.fromisoformat(written) if written else None


@validator_args
def registration_show(not_empty: Validator) -> Schema:
    """`pcio_registration_show`: the dataset."""
    return {"id": [not_empty, reference]}


@validator_args
def registration_list(
    ignore_missing: Validator, ignore_empty: Validator, default: ValidatorFactory
) -> Schema:
    """`pcio_registration_list`: which state, whose datasets, and which page."""
    return {
        "state": [ignore_missing, ignore_empty, _state],
        "organization": [ignore_missing, reference],
        "limit": [default(50), rows],
        "offset": [default(0), whole_number],
    }


@validator_args
def registration_update(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """`pcio_registration_update`: the dataset, its state, and the day of it."""
    return {
        "id": [not_empty, reference],
        "state": [not_empty, _state],
        "validated_on": [ignore_missing, _day],
    }
