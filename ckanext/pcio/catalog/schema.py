"""Argument schemas of the catalog's actions."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory


@validator_args
def counts_show(ignore_missing: Validator, unicode_safe: Validator) -> Schema:
    """`pcio_counts_show`: one organization, by id or name, or all."""
    return {"organization": [ignore_missing, unicode_safe]}


@validator_args
def facts_list(
    not_empty: Validator,
    ignore_missing: Validator,
    unicode_safe: Validator,
    boolean_validator: Validator,
    natural_number_validator: Validator,
    default: ValidatorFactory,
    limit_to_configured_maximum: ValidatorFactory,
) -> Schema:
    """`pcio_facts_list`: a slice, whose, in which order, and which page of it."""
    return {
        "slice": [not_empty, unicode_safe],
        "own": [default(False), boolean_validator],
        "organization": [ignore_missing, unicode_safe],
        "sort": [default("title"), unicode_safe],
        "limit": [
            default(50),
            natural_number_validator,
            limit_to_configured_maximum("ckanext.pcio.list_rows_max", 1000),
        ],
        "offset": [default(0), natural_number_validator],
    }
