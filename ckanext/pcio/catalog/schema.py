"""Argument schemas of the catalog's actions."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference, rows, whole_number


@validator_args
def counts_show(ignore_missing: Validator) -> Schema:
    """`pcio_counts_show`: one organization, by id or name, or all."""
    return {"organization": [ignore_missing, reference]}


@validator_args
def facts_list(
    not_empty: Validator,
    ignore_missing: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
) -> Schema:
    """`pcio_facts_list`: a slice, whose, in which order, and which page of it."""
    return {
        "slice": [not_empty, reference],
        "own": [default(False), boolean_validator],
        "organization": [ignore_missing, reference],
        "sort": [default("title"), reference],
        "limit": [default(50), rows],
        "offset": [default(0), whole_number],
    }
