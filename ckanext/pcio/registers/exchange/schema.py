"""Argument schemas of the register's actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from .entry import storable
from .fields import FIELDS

Key = tuple[Any, ...]


def _as_written(key: Key, data: dict[Key, Any], _errors: Any, _context: Any) -> None:
    """Pass on what was written, blanks too; `entry` reads it. What was left out stays out."""
    if data.get(key) is tk.missing:
        data.pop(key)
        raise tk.StopOnError


def _reference(value: Any) -> str:
    """Return a name or id as a text PostgreSQL can compare."""
    if not isinstance(value, str):
        raise tk.Invalid(tk._("A text was expected here."))
    return storable(value).strip()


def _within_integers(value: int) -> int:
    """Keep a number inside PostgreSQL's integers."""
    return min(value, 2**31 - 1)


def _written() -> Schema:
    return {name: [_as_written] for name in FIELDS}


@validator_args
def exchange_create(default: ValidatorFactory) -> Schema:
    """`pcio_exchange_create`: the dataset and the fields of `fields.FIELDS`."""
    return {**_written(), "dataset": [default(""), _reference]}


@validator_args
def exchange_update(not_empty: Validator, int_validator: Validator) -> Schema:
    """`pcio_exchange_update`: the exchange, the version that was seen, and the fields to change."""
    return {
        **_written(),
        "id": [not_empty, _reference],
        "version": [not_empty, int_validator],
    }


@validator_args
def exchange_delete(
    not_empty: Validator, ignore_empty: Validator, int_validator: Validator
) -> Schema:
    """`pcio_exchange_delete`: the exchange and, optionally, the version that was seen."""
    return {"id": [not_empty, _reference], "version": [ignore_empty, int_validator]}


@validator_args
def exchange_show(not_empty: Validator) -> Schema:
    """`pcio_exchange_show`: the exchange."""
    return {"id": [not_empty, _reference]}


@validator_args
def exchange_list(
    ignore_empty: Validator,
    boolean_validator: Validator,
    natural_number_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
    limit_to_configured_maximum: ValidatorFactory,
) -> Schema:
    """`pcio_exchange_list`: filters, order, and which page."""
    text: list[Validator] = [ignore_empty, _reference]  # type: ignore[list-item]
    return {
        **{name: text for name in ("dataset", "organization", "partner", "tier", "status")},
        "level": text,
        "ending": [default(False), boolean_validator],
        "sort": [default("level"), one_of(["level", "partner", "ends_on"])],
        "limit": [
            default(50),
            natural_number_validator,
            limit_to_configured_maximum("ckanext.pcio.list_rows_max", 1000),
        ],
        "offset": [default(0), natural_number_validator, _within_integers],
    }
