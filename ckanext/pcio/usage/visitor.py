"""Who is the same visitor: an account, or else address and user agent, under a key of the day.

Neither the address nor the user agent is kept or written anywhere. What is kept, in Redis, is a
hash under a random salt that is thrown away after its day; then nobody can make it again.
"""

from __future__ import annotations

import hashlib
import re

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from flask import Request

from ckanext.pcio.standard.dates import today_in_thailand

from . import buffer

_WITH_PORT = re.compile(r"(?P<four>\d+\.\d+\.\d+\.\d+):\d+|\[(?P<six>[^\]]+)\](?::\d+)?")


def visitor_key(request: Request) -> str:
    """Return today's key of whoever sent `request`.

    Raises:
        redis.RedisError: Redis does not answer.

    """
    return key(identity(request), today_in_thailand().isoformat())


def key(identity: str, day: str) -> str:
    """Return the key of `identity` on `day`; raises `redis.RedisError` as `buffer.salt` does."""
    return hashlib.blake2b(identity.encode(), key=buffer.salt(day), digest_size=12).hexdigest()


def identity(request: Request) -> str:
    """Return what tells visitors apart; never to be kept or shown."""
    account = account_id()
    if account:
        return f"account {account}"
    return f"{address(request)} {request.headers.get('User-Agent', '')}"


def account_id() -> str:
    """Return the id of the user whose login or token this is, without asking the database."""
    user = tk.current_user
    if not user or not user.is_authenticated:
        return ""
    # Not `user.id`: after a commit that would read the user again.
    identity = sa.inspect(user._get_current_object()).identity  # type: ignore
    return str(identity[0]) if identity else ""


def address(request: Request) -> str:
    """Return the address of the visitor as our outermost proxy saw it.

    Everything further left in X-Forwarded-For is what the visitor says and is not believed. Where
    the request did not pass all our proxies the address of the connection itself counts.
    """
    proxies = int(tk.config["ckanext.pcio.usage.proxies"])
    seen = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies < 1 or len(seen) < proxies:
        return request.remote_addr or ""
    found = seen[-proxies].strip()
    with_port = _WITH_PORT.fullmatch(found)
    if with_port:
        found = with_port["four"] or with_port["six"]
    return found or request.remote_addr or ""
