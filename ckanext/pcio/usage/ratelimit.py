"""How often one visitor may do something that costs others time; no address is stored."""

from __future__ import annotations

import redis
from flask import request

from ckanext.pcio.standard.dates import today_in_thailand

from . import buffer, visitor

# Whoever changes the user agent gets a new key, but not a new address; an office behind one
# address is many visitors.
_VISITORS_OF_AN_ADDRESS = 10


class RateLimitError(Exception):
    """Whether the visitor did it too often cannot be told now, as Redis does not answer."""


def allowed(purpose: str, limit: int, seconds: int = 3600) -> bool:
    """Count an attempt of the visitor who is asking now; whether it is one of the first `limit`.

    The time of `seconds` begins with the first attempt.

    Raises:
        RateLimitError: Redis does not answer.

    """
    day = today_in_thailand().isoformat()
    try:
        keys = [visitor.key(visitor.identity(request), day)]
        limits = [limit]
        if not visitor.account_id():
            keys.append(visitor.key(visitor.address(request), day))
            limits.append(limit * _VISITORS_OF_AN_ADDRESS)
        attempts = _attempts([f"{buffer.prefix()}rate:{purpose}:{key}" for key in keys], seconds)
    except redis.RedisError as error:
        # Without what the server said: it may repeat what it was asked.
        raise RateLimitError(type(error).__name__) from None
    return all(number <= most for number, most in zip(attempts, limits, strict=True))


def _attempts(names: list[str], seconds: int) -> list[int]:
    """Count one more under each of `names` and return how many there are."""
    with buffer.connection().pipeline(transaction=True) as pipe:
        for name in names:
            # Set first, so that no counter is ever without an end.
            pipe.set(name, 0, ex=seconds, nx=True)
            pipe.incr(name)
        return pipe.execute()[1::2]
