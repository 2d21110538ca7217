"""Finished documents, kept in Redis for a while: only what anybody may read, and a bounded number.

Without Redis every document is made anew; nothing else changes.
"""

from __future__ import annotations

import json
import logging
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import ckan.plugins.toolkit as tk
import redis
from ckan.lib.redis import connect_to_redis

_LARGEST = 8 * 1024 * 1024
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document."""

    token: str
    """Its entity tag: what it depends on, digested."""
    modified: datetime
    """When it became as it is, to the second, in UTC."""
    body: bytes


def _key(name: str) -> str:
    return f"pcio:dcat:{tk.config['ckan.site_id']}:{name}"


def seconds() -> int:
    """Return how long documents are kept; 0 keeps none."""
    return int(tk.config["ckanext.pcio.dcat.cache_seconds"])


def get(name: str) -> Document | None:
    """Return the document kept under `name`, of whatever token, or None."""
    if not seconds():
        return None
    try:
        kept = connect_to_redis().get(_key(name))
    except redis.RedisError as error:
        _log.warning("No cache of documents: %s", type(error).__name__)
        return None
    if not isinstance(kept, bytes):
        return None
    try:
        head, _, body = kept.partition(b"\n")
        said = json.loads(head)
        modified = datetime.fromtimestamp(said["modified"], timezone.utc)
        return Document(said["token"], modified, zlib.decompress(body))
    except (ValueError, KeyError, TypeError, zlib.error):
        return None


def put(name: str, token: str, body: bytes, earlier: Document | None) -> Document:
    """Keep a document in place of an `earlier` one, and return it.

    Its time is later than the earlier one's by a second at least, so that a client who asks by
    time only is never told that a newer document is the one it has.
    """
    now = datetime.now(timezone.utc).replace(microsecond=0)
    if earlier is not None and earlier.token != token:
        now = max(now, earlier.modified + timedelta(seconds=1))
    document = Document(token, now, body)
    if not seconds() or len(body) > _LARGEST:
        return document
    head = json.dumps({"token": token, "modified": int(now.timestamp())}).encode()
    try:
        connect_to_redis().set(_key(name), head + b"\n" + zlib.compress(body, 1), ex=seconds())
    except redis.RedisError as error:
        _log.warning("The document was not kept: %s", type(error).__name__)
    return document
