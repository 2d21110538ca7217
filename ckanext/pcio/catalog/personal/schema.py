"""Argument schemas of the actions about personal data."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard import values
from ckanext.pcio.standard.arguments import reference, rows, whole_number

from .states import STATES

REASON_SHORTEST, REASON_LONGEST = 10, 1000
"""Characters of a reason."""


@validator_args
def personal_show(not_empty: Validator) -> Schema:
    """`pcio_personal_show` and `pcio_personal_scan`: which resource or dataset."""
    return {"id": [not_empty, reference]}


@validator_args
def personal_decide(not_empty: Validator) -> Schema:
    """`pcio_personal_confirm` and `_withdraw`: which resource, why, on which version."""
    return {
        "id": [not_empty, reference],
        "reason": [_reason],
        "version": [not_empty, whole_number],
    }


@validator_args
def personal_list(ignore_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_personal_list`: which state, and which part of the list."""
    return {
        "state": [ignore_empty, _state],
        "limit": [default(20), rows],
        "offset": [default(0), whole_number],
    }


def _reason(value: Any) -> str:
    if value is tk.missing or value is None:
        value = ""
    if not isinstance(value, str):
        raise tk.Invalid(tk._("A text was expected here."))
    text = " ".join(values.storable(value).split())
    if not REASON_SHORTEST <= len(text) <= REASON_LONGEST:
        raise tk.Invalid(
            tk._(
                "Give the reason in {low} to {high} characters; it is kept with your name."
            ).format(low=REASON_SHORTEST, high=f"{REASON_LONGEST:,}")
        )
    return text


def _state(value: Any) -> str:
    if isinstance(value, str) and value in STATES:
        return value
    raise tk.Invalid(tk._("Choose one of: {choices}").format(choices=", ".join(STATES)))
