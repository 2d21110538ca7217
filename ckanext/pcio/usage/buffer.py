"""Redis's side of counting: where events wait for the flush. One round trip for each event."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import ckan.plugins.toolkit as tk
import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

from ckanext.pcio.standard.dates import THAILAND

from .breaker import Breaker
from .events import REQUEST_KINDS, Counter, Event

CONNECT_SECONDS = 0.1
READ_SECONDS = 0.2
SALT_SECONDS = 26 * 3600
"""A salt is needed for its day and the first seconds of the next; it never lives two days."""

_SCRIPT = Path(__file__).with_name("buffer.lua").read_text(encoding="utf-8")
_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()

# As long as the script in Lua takes members to be.
_DIGEST_BYTES = 9

_T = TypeVar("_T")

breaker = Breaker()
_salts: dict[tuple[str, str], bytes] = {}


def prefix() -> str:
    """Return how the names of this portal's keys begin."""
    return f"pcio:usage:{tk.config['ckan.site_id']}:"


def connection() -> redis.Redis:
    """Return a client that gives up soon; answers are bytes.

    It does not try again by itself: whoever asks decides whether asking twice is safe.
    """
    return _client(tk.config["ckan.redis.url"])


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=READ_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def record(event: Event, earlier_visitor: str = "") -> None:
    """Count `event`, or count it as lost; raises nothing.

    `earlier_visitor` is the visitor's key of the day before, needed within the first seconds of a
    day to know a double click that began on the day before.
    """
    day = event.at.astimezone(THAILAND).date().isoformat()
    attempt(day, 1, lambda: store([event], earlier_visitor))


def attempt(day: str, number: int, work: Callable[[], _T]) -> _T | None:
    """Return what `work` returns; None when Redis fails, and `number` events of `day` are lost."""
    if breaker.resting():
        breaker.lose(day, number)
        return None
    try:
        result = work()
    except redis.RedisError:
        breaker.failed()
        breaker.lose(day, number)
        return None
    if breaker.has_lost:
        _report_lost()
    return result


def store(events: Sequence[Event], earlier_visitor: str = "") -> None:
    """Count `events` in one round trip and ask for a flush when it is time.

    Raises:
        redis.RedisError: Redis did not take them.

    """
    client = connection()
    calls = [_call(event, earlier_visitor) for event in events]
    answers = [_run(client, calls[0])] if len(calls) == 1 else _run_all(client, calls)
    if any(answers):
        from . import flush  # noqa: PLC0415 - flush needs this module

        flush.schedule()


def salt(day: str) -> bytes:
    """Return the random key of `day` that all processes of this portal share.

    Raises:
        redis.RedisError: it is not known here yet and Redis does not answer.

    """
    name = f"{prefix()}salt:{day}"
    known = _salts.get((tk.config["ckan.redis.url"], name))
    return known if known is not None else _agree_on_salt(name, secrets.token_bytes(32))


def _agree_on_salt(name: str, proposal: bytes) -> bytes:
    with connection().pipeline(transaction=True) as pipe:
        pipe.set(name, proposal, nx=True, ex=SALT_SECONDS)
        pipe.get(name)
        agreed = pipe.execute()[1]
    while len(_salts) > 1:
        _salts.pop(next(iter(_salts)), None)
    _salts[tk.config["ckan.redis.url"], name] = agreed
    return agreed


def _run(client: redis.Redis, call: list[str | bytes | int]) -> int:
    try:
        return client.execute_command("EVALSHA", _SHA, *call)
    except NoScriptError:
        _after_loss()
        return client.execute_command("EVAL", _SCRIPT, *call)


def _run_all(client: redis.Redis, calls: list[list[str | bytes | int]]) -> list[int]:
    with client.pipeline(transaction=False) as pipe:
        for call in calls:
            pipe.execute_command("EVALSHA", _SHA, *call)
        answers = pipe.execute(raise_on_error=False)
    for position, answer in enumerate(answers):
        if isinstance(answer, NoScriptError):
            answers[position] = _run(client, calls[position])
        elif isinstance(answer, Exception):
            raise answer
    return answers


def _after_loss() -> None:
    """Redis was started anew: put back today's salt, in case it kept nothing."""
    url = tk.config["ckan.redis.url"]
    for (known_url, name), value in list(_salts.items()):
        if known_url == url:
            _agree_on_salt(name, value)


def _call(event: Event, earlier_visitor: str) -> list[str | bytes | int]:
    """Return the script's number of keys, its keys and its arguments for `event`."""
    base = prefix()
    moment = event.at.astimezone(THAILAND)
    day = moment.date().isoformat()
    total = Counter(
        day, event.kind, event.access, event.account, "", event.dataset_id, event.resource_id
    )
    click = f"{base}click:{_digest(event.visitor, event.url).hex()}"
    earlier = (
        f"{base}click:{_digest(earlier_visitor, event.url).hex()}" if earlier_visitor else click
    )
    hourly = _hourly(event, total)
    once = [*hourly, *_daily(event, total)]
    return [
        8,
        *(f"{base}buffer", f"{base}last", f"{base}first", f"{base}due", click, earlier),
        *(f"{base}hour:{day}T{moment.hour:02}", f"{base}day:{day}"),
        f"{moment.timestamp():.3f}",
        f"{event.organization_id}|{event.kind}|{event.access}|{event.account}"
        f"|{event.dataset_id}|{event.resource_id}",
        *(total.packed(), event.kind, moment.isoformat("T", "seconds")),
        int(tk.config["ckanext.pcio.usage.flush_seconds"]),
        "\n".join(counter.packed() for _member, counter in once),
        b"".join(member for member, _counter in once),
        len(hourly),
    ]


def _hourly(event: Event, total: Counter) -> list[tuple[bytes, Counter]]:
    """Return what counts once for each visitor, dataset and clock hour."""
    if not event.dataset_id:
        return []
    kinds = ["unique_investigation"]
    if event.kind in REQUEST_KINDS:
        kinds.append("unique_request")
    return [
        (
            _digest(event.visitor, kind, event.dataset_id),
            total._replace(kind=kind, resource_id=""),
        )
        for kind in kinds
    ]


def _daily(event: Event, total: Counter) -> list[tuple[bytes, Counter]]:
    """Return what counts once for each visitor and day: the places the event belongs to."""
    portal = total._replace(kind="visitor", dataset_id="", resource_id="")
    places = [("portal", "", portal)]
    if event.dataset_id and event.organization_id:
        office = event.organization_id
        places.append(("organization", office, portal._replace(organization_id=office)))
    if event.dataset_id:
        dataset = event.dataset_id
        places.append(("dataset", dataset, portal._replace(dataset_id=dataset)))
    if event.resource_id:
        places.append(("resource", event.resource_id, total._replace(kind="visitor")))
    return [(_digest(event.visitor, scope, name), counter) for scope, name, counter in places]


def _digest(*parts: str) -> bytes:
    """Return a short name of `parts`; a million of them share one once in ten million days."""
    return hashlib.blake2b("|".join(parts).encode(), digest_size=_DIGEST_BYTES).digest()


def _report_lost() -> None:
    lost = breaker.take_lost()
    try:
        with connection().pipeline(transaction=True) as pipe:
            for day, number in lost.items():
                pipe.hincrby(f"{prefix()}lost", day, number)
            pipe.execute()
    except redis.RedisError:
        breaker.put_back(lost)
        breaker.failed()
