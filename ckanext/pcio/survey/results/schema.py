"""Argument schemas of the actions of official results, the score and the indicator."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.standard.arguments import reference, rows, whole_number
from ckanext.pcio.standard.dates import BUDDHIST_OFFSET, today_in_thailand
from ckanext.pcio.standard.thai import arabic_digits
from ckanext.pcio.standard.values import shown
from ckanext.pcio.survey.gd_catalog import CONDITIONS
from ckanext.pcio.survey.response.schema import text

FIRST_YEAR = 2558
"""Year of the first survey."""
HIGHEST_LEVEL = 9
MOST = 100.0
_SCORE = re.compile(r"\d{1,3}(\.\d{1,2})?")
_WHOLE = re.compile(r"\d{1,4}")


def year(value: Any) -> int:
    """Validator: a year of the Buddhist era in which there was a survey."""
    written = _digits(value)
    last = today_in_thailand().year + BUDDHIST_OFFSET
    if _WHOLE.fullmatch(written) and FIRST_YEAR <= int(written) <= last:
        return int(written)
    wrong = tk._('"{value}" is not a year of the Buddhist era from {low} to {high}')
    raise tk.Invalid(wrong.format(value=shown(value), low=FIRST_YEAR, high=last))


def score(value: Any) -> float | None:
    """Validator: a score from 0 to 100 with at most two decimals, or None for a blank."""
    written = _digits(value)
    if not written:
        return None
    if _SCORE.fullmatch(written) and float(written) <= MOST:
        return float(written)
    wrong = tk._('"{value}" is not a score from 0 to 100 with at most two decimals')
    raise tk.Invalid(wrong.format(value=shown(value)))


def level(value: Any) -> int | None:
    """Validator: a level, a whole number from 1, or None for a blank."""
    written = _digits(value)
    if not written:
        return None
    if _WHOLE.fullmatch(written) and 1 <= int(written) <= HIGHEST_LEVEL:
        return int(written)
    wrong = tk._('"{value}" is not a level: a whole number from 1 to {high}')
    raise tk.Invalid(wrong.format(value=shown(value), high=HIGHEST_LEVEL))


def pillars(value: Any) -> dict[str, dict[str, Any]]:
    """Validator: scores and levels by pillar number, as a mapping or as JSON.

    Pillars of which nothing is said are left out.
    """
    if value in (None, "", tk.missing):
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, Mapping):
        raise tk.Invalid(tk._("Scores and levels of pillars were expected, by pillar number."))
    found = {}
    for number, told in value.items():
        if not _WHOLE.fullmatch(_digits(number)) or not isinstance(told, Mapping):
            raise tk.Invalid(tk._("Scores and levels of pillars were expected, by pillar number."))
        each = {"score": _of_pillar(number, score, told), "level": _of_pillar(number, level, told)}
        if each["score"] is not None or each["level"] is not None:
            found[str(int(_digits(number)))] = each
    return found


def _of_pillar(number: Any, validator: Any, told: Mapping[str, Any]) -> Any:
    try:
        return validator(told.get(validator.__name__))
    except tk.Invalid as refused:
        said = tk._("Pillar {number}: {problem}")
        raise tk.Invalid(said.format(number=_digits(number), problem=refused.error)) from refused


def _digits(value: Any) -> str:
    """Return what was written, with Thai digits as 0-9; what is no number is no digits."""
    if value is None or value is tk.missing:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return "-"
    return arabic_digits(str(value)).strip().removesuffix(".0")


@validator_args
def result_list(default: ValidatorFactory, boolean_validator: Validator) -> Schema:
    """`pcio_result_list`."""
    return {"history": [default(False), boolean_validator]}


@validator_args
def result_update(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_result_update`."""
    return {
        "year": [not_empty, year],
        "edition": [default(""), reference],
        "overall": [score],
        "level": [level],
        "pillars": [pillars],
        "source": [default(""), text, not_empty],
        "version": [default(0), whole_number],
    }


@validator_args
def result_delete(not_empty: Validator) -> Schema:
    """`pcio_result_delete`."""
    return {"year": [not_empty, year], "version": [not_empty, whole_number]}


@validator_args
def score_show(not_empty: Validator, default: ValidatorFactory, one_of: ValidatorFactory) -> Schema:
    """`pcio_score_show`."""
    return {"edition": [not_empty, reference], "lang": [default("th"), one_of(["th", "en"])]}


@validator_args
def gd_catalog_show(
    ignore_missing: Validator,
    ignore_empty: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """`pcio_gd_catalog_show`: whose datasets, failing in what, and which page."""
    return {
        "organization": [ignore_missing, reference],
        "reason": [ignore_missing, ignore_empty, one_of(list(CONDITIONS))],
        "own": [default(False), boolean_validator],
        "lang": [default("th"), one_of(["th", "en"])],
        "limit": [default(50), rows],
        "offset": [default(0), whole_number],
    }
