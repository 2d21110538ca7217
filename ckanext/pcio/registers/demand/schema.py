"""Argument schemas of the register's actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.registers import spam
from ckanext.pcio.registers.texts import email, line, paragraphs
from ckanext.pcio.standard import values
from ckanext.pcio.standard.arguments import reference, rows, version, whole_number
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import N_, Message

from .queries import SORTS
from .words import ANSWERS, STATES, TEXT_LENGTH, TITLE_LENGTH, words

MODERATION = ("waiting", "public", "hidden")
SOURCES = ("portal", "central")
URL_LENGTH = 2000
_REFERENCE_LENGTH = 2200
_WRONG = N_('"{value}" is none of: {choices}')


def _read(reader: Callable[..., Any], *args: Any) -> Validator:
    """Return a validator out of a reader of `standard.values`; its reason is the refusal."""

    def validator(value: Any) -> Any:
        if isinstance(value, str):
            # Half of a surrogate pair is no character, and PostgreSQL stores none.
            value = value.encode("utf-8", "ignore").decode("utf-8")
        try:
            return reader(value, *args)
        except values.Refused as refused:
            raise tk.Invalid(refused.message.text(pcio_language())) from refused

    return validator


def _one_of(*choices: str) -> Validator:
    def validator(value: Any) -> Any:
        if value in choices:
            return value
        wrong = Message(_WRONG, {"value": values.shown(value), "choices": ", ".join(choices)})
        raise tk.Invalid(wrong.text(pcio_language()))

    return validator


def _year(value: Any) -> int | None:
    written = values.year(value)
    return int(written) if written else None


def _asker(value: Any) -> Any:
    return _one_of(*words().askers)(value)  # pyright: ignore[reportCallIssue]


@validator_args
def demand_create(
    not_empty: Validator, ignore_missing: Validator, default: ValidatorFactory
) -> Schema:
    """`pcio_demand_create`: what is asked for; the rest is optional."""
    return {
        "title": [line(TITLE_LENGTH, required=True), spam.few_links],
        "description": [paragraphs(TEXT_LENGTH), spam.few_links],
        "purpose": [paragraphs(TEXT_LENGTH), spam.few_links],
        "asker": [default("citizen"), _asker],
        "organization": [ignore_missing, line(TITLE_LENGTH)],
        "year": [ignore_missing, _read(_year)],
        "email": [ignore_missing, email()],
    }


@validator_args
def demand_update(
    not_empty: Validator,
    ignore_missing: Validator,
    ignore_empty: Validator,
) -> Schema:
    """`pcio_demand_update`: only what is given changes."""
    return {
        "id": [not_empty, reference],
        "version": [version],
        "moderation": [ignore_empty, _one_of(*MODERATION)],
        "title": [ignore_missing, line(TITLE_LENGTH, required=True)],
        "description": [ignore_missing, paragraphs(TEXT_LENGTH)],
        "purpose": [ignore_missing, paragraphs(TEXT_LENGTH)],
        "asker": [ignore_empty, _asker],
        "organization": [ignore_missing, line(TITLE_LENGTH)],
        "year": [ignore_empty, _read(_year)],
        "email": [ignore_missing, email()],
    }


@validator_args
def demand_answer(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """`pcio_demand_answer`: which answer, to which version, and what the answer needs."""
    return {
        "id": [not_empty, reference],
        "version": [not_empty, whole_number],
        "answer": [not_empty, _one_of(*ANSWERS)],
        "dataset": [ignore_missing, line(_REFERENCE_LENGTH)],
        "url": [ignore_missing, _read(values.url, URL_LENGTH)],
        "note": [ignore_missing, paragraphs(TEXT_LENGTH)],
        "expected_on": [ignore_missing, _read(values.iso_date)],
    }


@validator_args
def demand_id(not_empty: Validator) -> Schema:
    """Actions over one demand and nothing else."""
    return {"id": [not_empty, reference]}


@validator_args
def demand_list(
    ignore_empty: Validator,
    default: ValidatorFactory,
) -> Schema:
    """`pcio_demand_list`: which demands, in which order, and which page of them."""
    return {
        "state": [ignore_empty, _one_of(*STATES, "answered")],
        "year": [ignore_empty, _read(_year)],
        "organization": [ignore_empty, line(TITLE_LENGTH)],
        "dataset": [ignore_empty, line(TITLE_LENGTH)],
        "q": [ignore_empty, line(TITLE_LENGTH)],
        "sort": [default("supports"), _one_of(*SORTS)],
        "limit": [default(25), rows],
        "offset": [default(0), whole_number],
    }


@validator_args
def demand_import(
    not_empty: Validator,
    ignore_missing: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
) -> Schema:
    """`pcio_demand_import`: the list as text or as a file, and its year."""
    return {
        "year": [not_empty, _read(_year), not_empty],
        "content": [ignore_missing],
        "upload": [ignore_missing],
        "dry_run": [default(False), boolean_validator],
    }
