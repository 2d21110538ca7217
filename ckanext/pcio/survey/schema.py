"""Argument schemas of the survey's actions."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory


@validator_args
def assessment_show(
    ignore_missing: Validator,
    unicode_safe: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_assessment_show`: edition, language of the sentences, and one office or all."""
    return {
        "survey": [ignore_missing, unicode_safe],
        "lang": [default("th"), one_of(["th", "en"])],
        "organization": [ignore_missing, unicode_safe],
    }
