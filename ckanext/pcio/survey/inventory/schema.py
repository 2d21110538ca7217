"""Argument schemas of the inventory's actions."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference, rows, whole_number

from .queries import STATES


@validator_args
def inventory_show(ignore_missing: Validator) -> Schema:
    """`pcio_inventory_show`: one office with its databases, or every office."""
    return {"organization": [ignore_missing, reference]}


@validator_args
def inventory_list(
    ignore_missing: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_inventory_list`: whose datasets, of which database and state, which page."""
    return {
        "organization": [ignore_missing, reference],
        "database": [ignore_missing, reference],
        "state": [ignore_missing, one_of(list(STATES))],
        "own": [default(False), boolean_validator],
        "limit": [default(50), rows],
        "offset": [default(0), whole_number],
    }
