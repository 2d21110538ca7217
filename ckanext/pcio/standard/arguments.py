"""Validators of the arguments of actions, for what neither Python nor PostgreSQL could take.

CKAN's own `natural_number_validator` fails on a blank between quotes and on 1e308, and its
`unicode_safe` passes the null character on, which PostgreSQL refuses.
"""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk

from . import values

LARGEST = 1_000_000_000
"""No list has more rows and no entry more versions; what is larger counts as this."""
_DIGITS = re.compile(r"\d{1,400}")


def whole_number(value: Any) -> int:
    """Validator: a whole number from nought on, as a number or as digits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return min(value, LARGEST)
    wrong = tk._('"{value}" is not a whole number from {low} to {high}')
    raise tk.Invalid(wrong.format(value=values.shown(value), low=0, high=f"{LARGEST:,}"))


def version(value: Any) -> int | None:
    """Validator: the version that was read, or None; CKAN's `ignore_empty` lets a list through."""
    return None if value is None or value is tk.missing or value == "" else whole_number(value)


def rows(value: Any) -> int:
    """Validator: how many rows of a list, no more than the portal gives at once.

    One validator, because CKAN's `limit_to_configured_maximum` fails on what another has refused.
    """
    return min(whole_number(value), tk.config["ckanext.pcio.list_rows_max"])


def reference(value: Any) -> str:
    """Validator: an id, a name or a word to look for, whatever its length."""
    if not isinstance(value, str):
        raise tk.Invalid(tk._("A text was expected here."))
    return values.storable(value).strip()
