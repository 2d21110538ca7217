"""Asking one address whether it answers, with as little as possible of it. Knows no database.

A name is resolved once, its addresses are looked at, and the connection goes to the very address
that was looked at: a name that leads elsewhere a moment later (DNS rebinding) gains nothing. Every
redirect is a new address and goes through all of it again.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from ckanext.pcio.standard.links import Answer

from .addresses import Allowed, NoAddress, Target, target

MOST_REDIRECTS = 5
MOST_BYTES = 4096
"""No more than this is read of what a server sends as content."""

_REDIRECTS = {301, 302, 303, 307, 308}
_KEPT_OUT = {401, 402, 403, 405, 406, 407, 421, 426, 451}
_GONE = {404, 410}
_TOO_MANY, _UNAVAILABLE, _NO_SUCH_RANGE = 429, 503, 416

Gate = Callable[[str], AbstractContextManager[Any]]
"""Held while a host is asked, so that no host is asked twice at once."""


def _system_resolver(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Manners:
    """How an address is asked."""

    user_agent: str
    allowed: Allowed = field(default_factory=Allowed)
    connect_seconds: float = 5
    read_seconds: float = 10
    total_seconds: float = 20
    """Of one address with all its redirects, without the time spent waiting for a turn."""
    gate: Gate = lambda _host: nullcontext()
    resolve: Callable[[str, int], list[str]] = _system_resolver
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)


class _Failed(Exception):
    def __init__(self, reason: str, kind: Any = "failed") -> None:
        super().__init__(reason)
        self.answer = Answer(kind=kind, reason=reason)


class _Budget:
    """The seconds that are left for one address; they pass only while something is asked."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def __enter__(self) -> float:
        self._since = time.monotonic()
        return self.left

    def __exit__(self, *_error: object) -> None:
        self.left = max(0.0, self.left - (time.monotonic() - self._since))


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    location: str | None
    retry_after: str | None


def ask(url: str, manners: Manners) -> Answer:
    """Return whether `url` answers. Raises nothing, whatever the address and its server do."""
    try:
        return _ask(url, manners)
    except _Failed as failed:
        return failed.answer
    except NoAddress as none:
        return Answer(kind="not_asked", reason=none.reason)


def _ask(url: str, manners: Manners) -> Answer:
    budget = _Budget(manners.total_seconds)
    current, seen = target(url), set()
    for _hop in range(MOST_REDIRECTS + 1):
        if current.url in seen:
            break
        seen.add(current.url)
        response = _answer_of(current, manners, budget, redirected=len(seen) > 1)
        if response.status not in _REDIRECTS or not response.location:
            return _judge(response)
        try:
            current = target(urljoin(current.url, response.location))
        except (NoAddress, ValueError):
            raise _Failed("redirect_address") from None
    raise _Failed("redirects")


def _answer_of(
    current: Target, manners: Manners, budget: _Budget, *, redirected: bool
) -> _Response:
    """Ask one hop: with HEAD, and where that says no, with GET, for many servers know no HEAD."""
    addresses = _resolve(current, manners, budget, redirected=redirected)
    try:
        response = _request("HEAD", current, addresses, manners, budget)
    except _Failed as failed:
        if failed.answer.reason not in ("broken_answer", "timeout") or not budget.left:
            raise
        response = None
    if response is not None and (response.status < 400 or response.status == _TOO_MANY):  # noqa: PLR2004
        return response
    return _request("GET", current, addresses, manners, budget)


def _resolve(current: Target, manners: Manners, budget: _Budget, *, redirected: bool) -> list[str]:
    """Return the addresses of a host that may be connected to."""
    found: list[str] = []

    def look_up() -> None:
        try:
            found.extend(manners.resolve(current.host, current.port))
        except (OSError, UnicodeError):
            return

    # The system's resolver has no time-out of its own that could be set.
    looking = threading.Thread(target=look_up, daemon=True)
    looking.start()
    with budget as seconds:
        looking.join(min(manners.connect_seconds, seconds))
    addresses = list(found)
    if not addresses:
        raise _Failed("name")
    permitted = [each for each in addresses if manners.allowed.permits(current.host, each)]
    if not permitted:
        raise _Failed("redirect_private" if redirected else "private", "refused")
    return permitted


def _request(
    method: str, current: Target, addresses: list[str], manners: Manners, budget: _Budget
) -> _Response:
    with manners.gate(current.host), budget as seconds:
        connection = _Connection(current, manners)
        watch = threading.Timer(seconds, connection.give_up)
        watch.daemon = True
        watch.start()
        try:
            connection.open(addresses)
            return connection.exchange(method)
        except ssl.SSLCertVerificationError:
            # Browsers fetch a missing link of the chain themselves: the publisher is not blamed.
            raise _Failed("certificate", "kept_out") from None
        except TimeoutError:
            raise _Failed("timeout") from None
        except (http.client.HTTPException, OSError, ValueError, UnicodeError) as error:
            raise _Failed(connection.why(error)) from None
        finally:
            watch.cancel()
            connection.close()


class _Connection:
    """One connection to an address that was looked at before."""

    def __init__(self, current: Target, manners: Manners) -> None:
        self._target, self._manners = current, manners
        self._http = http.client.HTTPConnection(current.host, current.port)
        # It is given its socket; by itself it would resolve the name once more.
        self._http.auto_open = 0
        self._socket: socket.socket | None = None
        self._expired = False
        self._connected = False

    def give_up(self) -> None:
        """End whatever is going on, from another thread: the time for it is over."""
        # First of all: `_take` looks for it after it has put down the socket.
        self._expired = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def why(self, error: Exception) -> str:
        """Return the reason's code of an error."""
        if self._expired:
            return "timeout"
        if isinstance(error, ssl.SSLError):
            return "tls"
        return "broken_answer" if self._connected else "connect"

    def open(self, addresses: list[str]) -> None:
        """Connect to the first of `addresses` that takes the connection."""
        for address in addresses:
            try:
                self._take(
                    socket.create_connection(
                        (address, self._target.port), self._manners.connect_seconds
                    )
                )
                break
            except OSError:
                if address == addresses[-1] or self._expired:
                    raise
        assert self._socket is not None  # noqa: S101 - `addresses` is never empty
        self._connected = True
        self._socket.settimeout(self._manners.read_seconds)
        if self._target.scheme == "https":
            secure = self._manners.tls.wrap_socket(
                self._socket, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self._take(secure)
            secure.do_handshake()
        self._http.sock = self._socket

    def _take(self, connected: socket.socket) -> None:
        """Use a socket, unless the time ran out while there was none that could be shut."""
        self._socket = connected
        if self._expired:
            raise TimeoutError

    def exchange(self, method: str) -> _Response:
        """Send the request and return what matters of the answer."""
        headers = {
            "Host": self._target.authority,
            "User-Agent": self._manners.user_agent,
            "Accept": "*/*",
            "Connection": "close",
        }
        if method == "GET":
            headers["Range"] = "bytes=0-0"
        self._http.putrequest(method, self._target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            self._http.putheader(name, value)
        self._http.endheaders()
        response = self._http.getresponse()
        if method == "GET" and response.status < 300:  # noqa: PLR2004 - it really sends the content
            response.read(MOST_BYTES)
        if self._expired:  # a header that was cut off by us reads as one that ended
            raise TimeoutError
        return _Response(
            response.status, response.getheader("Location"), response.getheader("Retry-After")
        )

    def close(self) -> None:
        """Close the connection, with whatever the server still has to say."""
        self._http.close()
        if self._socket is not None:
            self._socket.close()


def _judge(response: _Response) -> Answer:
    status = response.status
    if status < 300 or status in (304, _NO_SUCH_RANGE):  # noqa: PLR2004
        return Answer(kind="ok", status=status)
    wait = _seconds(response.retry_after)
    if status == _TOO_MANY or (status == _UNAVAILABLE and wait is not None):
        return Answer(kind="busy", status=status, reason="busy", retry_after=wait)
    if status in _KEPT_OUT:
        return Answer(kind="kept_out", status=status, reason="forbidden")
    if status in _GONE:
        return Answer(kind="failed", status=status, reason="not_found")
    reason = "server" if status >= 500 else "status"  # noqa: PLR2004
    return Answer(kind="failed", status=status, reason=reason)


def _seconds(retry_after: str | None) -> int | None:
    """Return the seconds a server asks to wait; it says them, or a moment."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0, int((moment - datetime.now(timezone.utc)).total_seconds()))
