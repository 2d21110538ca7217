"""“Check again”: for publishers who have just mended an address, as often as is polite."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import redis
from ckan import model
from ckan.lib.redis import connect_to_redis

from . import schedule, store

SECONDS = 600
"""Time in which a dataset's addresses are asked again once only, whoever asks."""


class NoQueueError(Exception):
    """Redis does not answer, so nothing can be asked for."""


def ask(package_id: str) -> dict[str, Any]:
    """Make the addresses of a dataset due and ask the worker for a check.

    Returns what `pcio_links_check` returns; raises `NoQueueError`.
    """
    key = f"pcio:links:{tk.config['ckan.site_id']}:again:{package_id}"
    try:
        client = connect_to_redis()
        first: Any = client.set(key, 1, nx=True, ex=SECONDS)
        wait: Any = SECONDS if first else max(1, int(client.ttl(key)))  # pyright: ignore[reportArgumentType]
    except redis.RedisError:
        raise NoQueueError from None
    number = 0
    if first:
        store.follow([package_id])
        number = store.ask_again(model.Session(), package_id)
        model.Session.commit()
        schedule.soon(immediately=True)
    return {"asked": bool(first), "addresses": number, "wait_seconds": wait}
