"""Argument schemas of the register's actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference, rows, version, whole_number

from .fields import FIELDS

Key = tuple[Any, ...]


def _as_written(key: Key, data: dict[Key, Any], _errors: Any, _context: Any) -> None:
    """Pass on what was written, blanks too; `entry` reads it. What was left out stays out."""
    if data.get(key) is tk.missing:
        data.pop(key)
        raise tk.StopOnError


def _written() -> Schema:
    return {name: [_as_written] for name in FIELDS}


@validator_args
def exchange_create(default: ValidatorFactory) -> Schema:
    """`pcio_exchange_create`: the dataset and the fields of `fields.FIELDS`."""
    return {**_written(), "dataset": [default(""), reference]}


@validator_args
def exchange_update(not_empty: Validator) -> Schema:
    """`pcio_exchange_update`: the exchange, the version that was seen, and the fields to change."""
    return {
        **_written(),
        "id": [not_empty, reference],
        "version": [not_empty, whole_number],
    }


@validator_args
def exchange_delete(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """`pcio_exchange_delete`: the exchange and, optionally, the version that was seen."""
    return {"id": [not_empty, reference], "version": [version]}


@validator_args
def exchange_show(not_empty: Validator) -> Schema:
    """`pcio_exchange_show`: the exchange."""
    return {"id": [not_empty, reference]}


@validator_args
def exchange_list(
    ignore_empty: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_exchange_list`: filters, order, and which page."""
    text: list[Validator] = [ignore_empty, reference]  # type: ignore[list-item]
    return {
        **{name: text for name in ("dataset", "organization", "partner", "tier", "status")},
        "level": text,
        "ending": [default(False), boolean_validator],
        "sort": [default("level"), one_of(["level", "partner", "ends_on"])],
        "limit": [default(50), rows],
        "offset": [default(0), whole_number],
    }
