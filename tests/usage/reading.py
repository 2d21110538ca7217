"""Asking a portal as visitors do, and reading from Redis what was counted."""

from __future__ import annotations

from ckanext.pcio.usage import buffer
from ckanext.pcio.usage.events import EVENT_KINDS, Counter

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
CURL = "curl/8.9.1"


def ask(app, path, *, method="get", agent=FIREFOX, headers=None, address="192.0.2.1", **options):
    """Ask `app` for `path` and read the answer to its end, as a server hands it to a visitor."""
    options.setdefault("follow_redirects", False)
    answer = app.client.open(
        path,
        method=method.upper(),
        headers={"User-Agent": agent, **(headers or {})},
        environ_overrides={"REMOTE_ADDR": address},
        buffered=True,
        **options,
    )
    answer.get_data()
    answer.close()
    return answer


def counted() -> dict[Counter, int]:
    """Return the counters that wait in Redis."""
    waiting = buffer.connection().hgetall(f"{buffer.prefix()}buffer")
    return {Counter.unpacked(name.decode()): int(number) for name, number in waiting.items()}


def events() -> dict[Counter, int]:
    """Return the counters that are sums of events."""
    return {name: number for name, number in counted().items() if name.kind in EVENT_KINDS}


def kinds() -> dict[str, int]:
    """Return how many events there were of each kind."""
    found: dict[str, int] = {}
    for name, number in events().items():
        found[name.kind] = found.get(name.kind, 0) + number
    return found


def forget() -> None:
    """Remove all keys of counting."""
    client = buffer.connection()
    for key in client.scan_iter(f"{buffer.prefix()}*", count=1000):
        client.delete(key)
