"""Argument schemas of the actions of a response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory
from werkzeug.datastructures import FileStorage

from ckanext.pcio.standard import values
from ckanext.pcio.standard.arguments import reference, version, whole_number
from ckanext.pcio.standard.helpers import pcio_language

LONGEST = 2000


def text(value: Any) -> str:
    """Validator: a text a person wrote, at most 2,000 characters."""
    written = reference(value)
    if len(written) > LONGEST:
        too_long = tk._("The text has {length} characters; the most is {most}.")
        raise tk.Invalid(too_long.format(length=len(written), most=LONGEST))
    return written


def day(value: Any) -> date | None:
    """Validator: a day as `2024-06-21`, or None for a blank."""
    if value in (None, "", tk.missing):
        return None
    if isinstance(value, date):
        return value
    try:
        written = values.iso_date(value)
        return date.fromisoformat(written) if written else None
    except values.Refused as refused:
        raise tk.Invalid(refused.message.text(pcio_language())) from refused


def answer(value: Any) -> Mapping[str, Any]:
    """Validator: an answer as `survey.places` tells it, as a mapping or as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise tk.Invalid(tk._("An answer with an option and values was expected.")) from error
    if not isinstance(value, Mapping):
        raise tk.Invalid(tk._("An answer with an option and values was expected."))
    return value


def names(value: Any) -> list[str]:
    """Validator: several ids or names, as a list or joined by commas."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        raise tk.Invalid(tk._("A list was expected here."))
    return [part for part in (reference(each) for each in parts) if part]


def seen(value: Any) -> dict[str, str]:
    """Validator: what was seen of each question, as a mapping or as JSON; empty for a blank."""
    if value in (None, "", tk.missing):
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise tk.Invalid(tk._("What was seen of each question was expected.")) from error
    texts = isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())
    if not texts:
        raise tk.Invalid(tk._("What was seen of each question was expected."))
    return dict(value)


def upload(value: Any) -> FileStorage | None:
    """Validator: a file of a form, or None where none was chosen."""
    if isinstance(value, FileStorage) and value.filename:
        return value
    if value in (None, "", tk.missing) or isinstance(value, FileStorage):
        return None
    raise tk.Invalid(tk._("Send the evidence as a file."))


@validator_args
def edition(not_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory) -> Schema:
    """Actions about one edition."""
    return {
        "edition": [not_empty, reference],
        "lang": [default("th"), one_of(["th", "en"])],
    }


@validator_args
def survey_show(
    not_empty: Validator,
    ignore_empty: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_survey_show`."""
    return {
        "edition": [not_empty, reference],
        "question": [ignore_empty, reference],
        "brief": [default(False), boolean_validator],
        "lang": [default("th"), one_of(["th", "en"])],
    }


@validator_args
def survey_open(not_empty: Validator) -> Schema:
    """`pcio_survey_open`."""
    return {"edition": [not_empty, reference], "deadline": [day]}


@validator_args
def survey_update(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_survey_update`."""
    return {
        "edition": [not_empty, reference],
        "deadline": [day],
        "note": [default(""), text],
        "version": [not_empty, whole_number],
    }


@validator_args
def survey_assign(
    not_empty: Validator, default: ValidatorFactory, boolean_validator: Validator
) -> Schema:
    """`pcio_survey_assign` and `pcio_survey_unassign`."""
    return {
        "edition": [not_empty, reference],
        "questions": [default(""), names],
        "organizations": [default(""), names],
        "usual": [default(False), boolean_validator],
        "preview": [default(False), boolean_validator],
        "deadline": [day],
    }


@validator_args
def survey_remind(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_survey_remind`."""
    return {"edition": [not_empty, reference], "organizations": [default(""), names]}


@validator_args
def survey_lock(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_survey_lock` and `pcio_survey_unlock`."""
    return {
        "edition": [not_empty, reference],
        "version": [not_empty, whole_number],
        "reason": [default(""), text],
    }


@validator_args
def survey_missing(
    not_empty: Validator,
    ignore_empty: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_survey_missing`."""
    return {
        "edition": [not_empty, reference],
        "organization": [ignore_empty, reference],
        "whose": [default("form"), one_of(["form", "offices"])],
        "lang": [default("th"), one_of(["th", "en"])],
    }


@validator_args
def survey_history(
    not_empty: Validator,
    ignore_empty: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
    boolean_validator: Validator,
) -> Schema:
    """`pcio_survey_history`."""
    return {
        "edition": [not_empty, reference],
        "organization": [ignore_empty, reference],
        "question": [ignore_empty, reference],
        "newest": [default(False), boolean_validator],
        "limit": [version],
        "offset": [default(0), whole_number],
        "lang": [default("th"), one_of(["th", "en"])],
    }


@validator_args
def answer_update(
    not_empty: Validator, default: ValidatorFactory, boolean_validator: Validator
) -> Schema:
    """`pcio_answer_update`."""
    return {
        "edition": [not_empty, reference],
        "question": [not_empty, reference],
        "answer": [not_empty, answer],
        "reason": [default(""), text],
        "confirm": [default(False), boolean_validator],
        "version": [default(0), whole_number],
    }


@validator_args
def answer_accept(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_answer_accept`."""
    return {
        "edition": [not_empty, reference],
        "questions": [not_empty, names],
        "seen": [default(""), seen],
    }


@validator_args
def answer_reopen(not_empty: Validator) -> Schema:
    """`pcio_answer_reopen`."""
    return {
        "edition": [not_empty, reference],
        "question": [not_empty, reference],
        "version": [not_empty, whole_number],
    }


@validator_args
def contribution_update(
    not_empty: Validator, default: ValidatorFactory, boolean_validator: Validator
) -> Schema:
    """`pcio_contribution_update`."""
    return {
        "edition": [not_empty, reference],
        "question": [not_empty, reference],
        "organization": [not_empty, reference],
        "answer": [not_empty, answer],
        "note": [default(""), text],
        "send": [default(False), boolean_validator],
        "version": [default(0), whole_number],
    }


@validator_args
def contribution_withdraw(not_empty: Validator) -> Schema:
    """`pcio_contribution_withdraw`."""
    return {
        "edition": [not_empty, reference],
        "question": [not_empty, reference],
        "organization": [not_empty, reference],
        "version": [not_empty, whole_number],
    }


@validator_args
def evidence_create(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_evidence_create`."""
    return {
        "edition": [not_empty, reference],
        "question": [not_empty, reference],
        "place": [not_empty, reference],
        "organization": [default(""), reference],
        "upload": [upload],
        "url": [default(""), reference],
        "passage": [default(""), text],
    }


@validator_args
def evidence_delete(not_empty: Validator) -> Schema:
    """`pcio_evidence_delete`."""
    return {"id": [not_empty, reference], "version": [version]}
