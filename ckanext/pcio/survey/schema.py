"""Argument schemas of the survey's actions."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference, rows, whole_number
from ckanext.pcio.survey.work import KINDS
from ckanext.pcio.survey.worklist import SORTS


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


@validator_args
def worklist_list(
    ignore_missing: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_worklist_list`: whose work, of which kind and gain, in which order, which page."""
    return {
        "organization": [ignore_missing, reference],
        "kind": [ignore_missing, one_of(list(KINDS))],
        "question": [ignore_missing, reference],
        "part": [ignore_missing, reference],
        "data_type": [ignore_missing, reference],
        "own": [default(False), boolean_validator],
        "sort": [default("gain"), one_of(list(SORTS))],
        "lang": [default("th"), one_of(["th", "en"])],
        "limit": [default(50), rows],
        "offset": [default(0), whole_number],
    }


@validator_args
def worklist_summary(
    boolean_validator: Validator, default: ValidatorFactory, one_of: ValidatorFactory
) -> Schema:
    """`pcio_worklist_summary`: whose datasets, and the language of the sentences."""
    return {
        "own": [default(False), boolean_validator],
        "lang": [default("th"), one_of(["th", "en"])],
    }


@validator_args
def improvement_list(
    ignore_missing: Validator, default: ValidatorFactory, one_of: ValidatorFactory
) -> Schema:
    """`pcio_improvement_list`: the edition, one question or all, and the language."""
    return {
        "edition": [ignore_missing, reference],
        "question": [ignore_missing, reference],
        "lang": [default("th"), one_of(["th", "en"])],
    }
