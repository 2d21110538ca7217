"""GD Catalog's registration service, asked politely: bounded in time and size, never trusted.

Nothing about the dataset is sent but the portal's host and the dataset's id.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import requests

from ckanext.pcio.standard.record import text_of

PUBLISHED = "gdcatalog_published_state"
NOT_PUBLISHED = "gdcatalog_nonpublish_state"
USER_AGENT = "ckanext-pcio (registration state)"
_OK, _TOO_MANY = 200, 429
_LONGEST_TEXT = 200
# An answer is short; a service that sends it letter by letter is noticed at each of them.
_CHUNK = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on one question. Times in seconds."""

    connect_timeout: float = 5
    read_timeout: float = 15
    """Longest silence while an answer is read."""
    answer_timeout: float = 30
    """Longest time an answer may take from first to last byte."""
    answer_bytes: int = 1 << 18


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service says of one dataset; `state` "" says that it knows nothing of it."""

    state: str = ""
    name: str = ""
    validated_at: datetime | None = None
    metadata_modified: datetime | None = None


class ServiceError(Exception):
    """The service gave no answer; `reason` is a key of `words.REASONS`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Service:
    """The service below one address, asked for one portal.

    Args:
        address: of the service, such as https://harvester.gdcatalog.go.th.
        host: of this portal, as the service knows it.
        limits: bounds on one question.

    """

    def __init__(self, address: str, host: str, limits: Limits | None = None) -> None:
        self.address = address.rstrip("/")
        self.host = host
        self.limits = limits or Limits()
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        # Nothing that a .netrc file may hold for the host is sent.
        self._session.auth = lambda request: request

    def ask(self, package_id: str) -> Answer:
        """Return what the service says of a dataset; raises `ServiceError`.

        It keeps published and other datasets apart, so a dataset that is in neither list costs
        two questions.
        """
        for action in (PUBLISHED, NOT_PUBLISHED):
            found = self._result(action, package_id)
            if found is not None:
                return _answer(found)
        return Answer()

    def _result(self, action: str, package_id: str) -> Mapping[str, Any] | None:
        url = f"{self.address}/api/3/action/{action}"
        question = {"site_url": self.host, "package": package_id}
        timeout = (self.limits.connect_timeout, self.limits.read_timeout)
        try:
            with self._session.post(
                url, json=question, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                body = self._body(response)
        except requests.exceptions.SSLError as error:
            raise ServiceError("certificate") from error
        except requests.Timeout as error:
            raise ServiceError("timeout") from error
        except requests.ConnectionError as error:
            raise ServiceError("unreachable") from error
        except requests.RequestException as error:
            raise ServiceError("unreadable") from error
        if response.status_code == _TOO_MANY:
            raise ServiceError("busy")
        if response.status_code != _OK:
            raise ServiceError("refused")
        return _first(body)

    def _body(self, response: requests.Response) -> bytes:
        deadline = time.monotonic() + self.limits.answer_timeout
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.limits.answer_bytes:
                raise ServiceError("unreadable")
            if time.monotonic() > deadline:
                raise ServiceError("timeout")
        return b"".join(parts)


def _first(body: bytes) -> Mapping[str, Any] | None:
    """Return the first entry of the result; None where it is empty."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ServiceError("unreadable") from error
    if not isinstance(answer, Mapping) or answer.get("success") is not True:
        raise ServiceError("refused" if isinstance(answer, Mapping) else "unreadable")
    result = answer.get("result")
    if isinstance(result, list):
        result = result[0] if result else None
    if not result:
        return None
    if not isinstance(result, Mapping):
        raise ServiceError("unreadable")
    return result


def _answer(found: Mapping[str, Any]) -> Answer:
    return Answer(
        text_of(found.get("governance_state"))[:_LONGEST_TEXT].upper(),
        text_of(found.get("name"))[:_LONGEST_TEXT],
        moment(found.get("validate_time")),
        moment(found.get("metadata_modified")),
    )


def moment(value: Any) -> datetime | None:
    """Return the moment of a timestamp; one without a zone is UTC, as CKAN's are. None if none."""
    try:
        found = datetime.fromisoformat(text_of(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
