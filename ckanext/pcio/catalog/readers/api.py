"""The action API of a CKAN portal, asked politely: bounded, retried, never trusted."""

from __future__ import annotations

import errno
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.auth import AuthBase

from ckanext.pcio.catalog.readers.reading import SourceError
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.values import shown

USER_AGENT = "ckanext-pcio (catalog assessment)"
_CHUNK = 1 << 16
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_OK, _TOO_MANY = 200, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what a portal may cost us, and we the portal. Times in seconds."""

    connect_timeout: float = 10
    read_timeout: float = 60
    """Longest silence while an answer is read."""
    answer_timeout: float = 300
    """Longest time one answer may take from first to last byte."""
    attempts: int = 4
    backoff: float = 0.5
    longest_wait: float = 60
    """Cap on a wait, also one the portal asks for with Retry-After."""
    answer_bytes: int = 256 << 20
    total_bytes: int = 4 << 30
    redirects: int = 5


class BusyError(SourceError):
    """The portal did not give a whole answer, not even after retries."""

    too_many_questions = False
    """The portal asked for fewer questions (HTTP 429), not for easier ones."""


class MissingError(SourceError):
    """There is no action API, or no such thing, at this address."""


class Api:
    """The action API below one address. Safe to use from several threads."""

    def __init__(
        self,
        base: str,
        token: str | None = None,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base.rstrip("/")
        self.limits = limits or Limits()
        self._token = token
        self._sleep = sleep
        self._local = threading.local()
        self._lock = threading.Lock()
        self._bytes = 0

    def action(self, name: str, params: Mapping[str, Any], attempts: int | None = None) -> Any:
        """Return the `result` of the action `name`, asked with GET.

        A busy portal (429, 5xx), a broken connection and a cut answer are tried again. Raises
        `BusyError` when that did not help, `MissingError` when there is nothing at the address,
        and `SourceError` when the portal refuses, reports an error, or answers with no JSON.
        """
        attempts = attempts or self.limits.attempts
        for attempt in range(1, attempts + 1):
            try:
                return self._ask(name, params)
            except _TryAgainError as error:
                if attempt == attempts:
                    msgid = N_(
                        "The portal {url} did not answer completely after {attempts} attempts: "
                        "{error}. Try again later."
                    )
                    if error.unreachable:
                        msgid = N_(
                            "The portal {url} cannot be reached after {attempts} attempts: "
                            "{error}. Check the address and the internet connection, or try "
                            "again later."
                        )
                    busy = BusyError(msgid, url=self.base, attempts=attempts, error=error.reason)
                    busy.too_many_questions = error.status == _TOO_MANY
                    raise busy from error
                self._sleep(self._wait(attempt, error.retry_after))
        raise AssertionError("attempts is at least 1")

    def _wait(self, attempt: int, asked: float | None) -> float:
        # Jitter keeps many readers from coming back at the same moment.
        own = self.limits.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
        return min(max(own, asked or 0), self.limits.longest_wait)

    def _ask(self, name: str, params: Mapping[str, Any]) -> Any:
        url = f"{self.base}/api/3/action/{name}"
        timeout = (self.limits.connect_timeout, self.limits.read_timeout)
        try:
            with self._session().get(url, params=params, timeout=timeout, stream=True) as response:
                body = self._body(response)
                return self._result(response, body)
        except requests.TooManyRedirects:
            raise SourceError(
                N_("The address {url} redirects without end. Check it in a browser."), url=url
            ) from None
        except requests.exceptions.SSLError as error:
            raise SourceError(
                N_("The portal {url} has no valid certificate: {error}"),
                url=self.base,
                error=_first_line(error),
            ) from error
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as error:
            raise _broken_connection(error) from error
        except requests.RequestException as error:
            raise SourceError(
                N_("The address {url} cannot be read: {error}"), url=url, error=_first_line(error)
            ) from error

    def _session(self) -> requests.Session:
        session = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
            session.max_redirects = self.limits.redirects
            # requests drops this on a redirect to another host, so the token stays with the portal.
            session.auth = _Token(self._token)
            self._local.session = session
        return session

    def _body(self, response: requests.Response) -> bytes:
        deadline = time.monotonic() + self.limits.answer_timeout
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            size += len(part)
            with self._lock:
                self._bytes += len(part)
                total = self._bytes
            if size > self.limits.answer_bytes or total > self.limits.total_bytes:
                raise SourceError(
                    N_("The portal {url} sends more data than can be read ({megabytes} MB)."),
                    url=self.base,
                    megabytes=min(total, self.limits.total_bytes) >> 20,
                )
            if time.monotonic() > deadline:
                raise _TryAgainError(f"no end after {self.limits.answer_timeout:g} s")
        return b"".join(parts)

    def _result(self, response: requests.Response, body: bytes) -> Any:
        status = response.status_code
        if status in _BUSY:
            raise _TryAgainError(f"HTTP {status}", status, _retry_after(response))
        if status in (_UNAUTHORIZED, _FORBIDDEN):
            raise SourceError(
                N_(
                    "The portal {url} refuses access (HTTP {status}). If it asks for a login, set "
                    "PCIO_API_TOKEN to an API token."
                ),
                url=self.base,
                status=status,
            )
        answer = self._json(response, body)
        if not isinstance(answer, Mapping) or "success" not in answer:
            raise MissingError(
                N_("{url} is not the API of a CKAN portal: the answer has another form."),
                url=response.url.partition("?")[0],
            )
        if answer["success"] is True and status == _OK:
            return answer.get("result")
        error = answer.get("error")
        detail = error.get("message") or error if isinstance(error, Mapping) else error
        kind = MissingError if status == _NOT_FOUND else SourceError
        raise kind(
            N_("The portal {url} answered with an error (HTTP {status}): {error}"),
            url=self.base,
            status=status,
            error=shown(detail),
        )

    def _json(self, response: requests.Response, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            if response.status_code == _OK and body.lstrip()[:1] in (b"{", b"["):
                raise _TryAgainError(f"incomplete JSON, {error}") from error
            web_page = body.lstrip()[:1] == b"<"
            raise MissingError(
                N_(
                    "{url} answers with a web page and not with JSON (HTTP {status}). Give the "
                    "address of the CKAN portal's home page."
                )
                if web_page
                else N_("{url} does not answer with JSON (HTTP {status})."),
                url=response.url.partition("?")[0],
                status=response.status_code,
            ) from error


class _TryAgainError(Exception):
    """Something that may pass by itself."""

    def __init__(
        self,
        reason: Message | str,
        status: int | None = None,
        retry_after: float | None = None,
        unreachable: bool = False,
    ) -> None:
        super().__init__(reason if isinstance(reason, str) else reason.text("en"))
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.unreachable = unreachable
        """No connection came about."""


class _Token(AuthBase):
    """Sends the token, and nothing that a .netrc file may hold for the host."""

    def __init__(self, token: str | None) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.token:
            request.headers["Authorization"] = self.token
        return request


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:6])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max((moment - datetime.now(timezone.utc)).total_seconds(), 0)


_NO_NAME = N_("there is no server of this name")
_CAUSES = {
    errno.ECONNREFUSED: N_("the connection was refused, nothing answers there"),
    errno.ENETUNREACH: N_("there is no way to it from this network"),
    errno.EHOSTUNREACH: N_("there is no way to it from this network"),
    errno.ETIMEDOUT: N_("no answer came in time"),
}


def _broken_connection(error: Exception) -> _TryAgainError:
    """Return why there is no connection, or no whole answer, in words for a person."""
    causes = list(_chain(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _TryAgainError(Message(_NO_NAME), unreachable=True)
    for cause in causes:
        found = _CAUSES.get(getattr(cause, "errno", None) or 0)
        if found is not None:
            return _TryAgainError(Message(found), unreachable=True)
    if isinstance(error, requests.Timeout):
        no_connection = isinstance(error, requests.ConnectTimeout)
        return _TryAgainError(Message(_CAUSES[errno.ETIMEDOUT]), unreachable=no_connection)
    broken = N_("the connection broke off ({detail})")
    return _TryAgainError(Message(broken, {"detail": _first_line(error)}))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, those it was raised from, and those the libraries wrapped in it."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inside = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        waiting.extend(part for part in inside if isinstance(part, BaseException))


def _first_line(error: Exception) -> str:
    """Return what went wrong without the layers of libraries around it."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", None) or error
    # urllib3 writes "HTTPConnection(...): what went wrong".
    text = (str(reason).rpartition("): ")[2] or type(error).__name__).splitlines()[0]
    return text if len(text) <= 200 else text[:200] + "…"  # noqa: PLR2004 - a line of a terminal
