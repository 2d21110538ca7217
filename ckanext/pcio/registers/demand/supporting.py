"""Supports without a login: one a day for each visitor and demand, remembered in Redis only.

What is remembered is that a keyed hash of the day supported a demand, until the hash means
nothing any more. PostgreSQL gets a number.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import has_request_context, request
from redis.exceptions import RedisError

from ckanext.pcio.registers import spam
from ckanext.pcio.usage import buffer
from ckanext.pcio.usage.visitor import visitor_key

# A visitor's key is of one day; an hour more than a day outlives it wherever the day began.
_SECONDS = 25 * 3600


def remember(context: Context, demand_id: str) -> bool:
    """Remember that the visitor of this request supports a demand; False where he did today.

    Raises `ValidationError` where he has sent too much within the hour, and where Redis does not
    answer: a support that could be repeated without end is not counted.
    """
    if not has_request_context():
        return True
    try:
        new = buffer.connection().set(_name(demand_id), "1", nx=True, ex=_SECONDS)
    except RedisError as error:
        later = tk._("Supports cannot be counted right now. Please try again later.")
        raise tk.ValidationError({spam.FIELD: [later]}) from error
    if new:
        try:
            spam.check_rate("demand-support", context)
        except tk.ValidationError:
            forget(demand_id)
            raise
    return bool(new)


def forget(demand_id: str) -> None:
    """Forget the support of this request's visitor, which could not be written."""
    if has_request_context():
        buffer.connection().delete(_name(demand_id))


def _name(demand_id: str) -> str:
    return f"{buffer.prefix()}demand:{demand_id}:{visitor_key(request)}"
