"""Argument schemas of the actions over numbers of use."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference, rows, whole_number
from ckanext.pcio.standard.helpers import pcio_language

from . import periods
from .choice import CLASSES
from .tables import SORTS, TABLES


def iso_day(field: str) -> Any:
    """Return the validator of a day; a Buddhist year is refused with the day that is meant."""

    def validator(value: Any) -> Any:
        try:
            return periods.read_day(field, str(value))
        except periods.PeriodError as error:
            raise tk.Invalid(error.message.text(pcio_language())) from None

    return validator


@validator_args
def usage_show(
    ignore_missing: Validator,
    ignore_empty: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_usage_show`: whose use, from when to when, by which period."""
    text: list[Any] = [ignore_empty, reference]
    return {
        "dataset_id": text,
        "resource_id": text,
        "organization_id": text,
        "class": [ignore_empty, reference, one_of(list(CLASSES))],
        "data_type": text,
        "start": [ignore_empty, iso_day("start")],
        "end": [ignore_empty, iso_day("end")],
        "by": [default("month"), one_of(list(periods.BYS))],
        "lang": [default("th"), one_of(["th", "en"])],
    }


@validator_args
def usage_list(
    ignore_empty: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_usage_list`: which table, of which datasets, and which page of it."""
    text: list[Any] = [ignore_empty, reference]
    return {
        "table": [default("datasets"), one_of(list(TABLES))],
        "dataset_id": text,
        "organization_id": text,
        "class": [ignore_empty, reference, one_of(list(CLASSES))],
        "data_type": text,
        "start": [ignore_empty, iso_day("start")],
        "end": [ignore_empty, iso_day("end")],
        "sort": [default("-view"), one_of(list(SORTS))],
        "trend": [default(True), boolean_validator],
        "limit": [default(20), rows],
        "offset": [default(0), whole_number],
        "lang": [default("th"), one_of(["th", "en"])],
    }
