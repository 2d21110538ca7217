"""Argument schema of `pcio_quality_show`."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference


@validator_args
def quality_show(
    not_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory
) -> Schema:
    """`pcio_quality_show`: which dataset, and the language of the sentences."""
    return {
        "id": [not_empty, reference],
        "lang": [default("th"), one_of(["th", "en"])],
    }
