"""Argument schemas of the survey's actions."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference


@validator_args
def assessment_show(
    ignore_missing: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_assessment_show`: edition, language of the sentences, and one office or all."""
    return {
        "survey": [ignore_missing, reference],
        "lang": [default("th"), one_of(["th", "en"])],
        "organization": [ignore_missing, reference],
    }
