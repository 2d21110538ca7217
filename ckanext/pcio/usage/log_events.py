"""Lines of an access log to the events they are. Pure; one reader for each process.

An event is five whole numbers, so that another process can send thousands of them at once: the
line's place in its block, seconds on Thailand's clock, visitor, address, and what it adds to.
Visitor and address are keyed hashes; the key is made for one run and nobody keeps it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from ckanext.pcio.usage.access_log import Clock, line_pattern
from ckanext.pcio.usage.events import Access
from ckanext.pcio.usage.log_paths import Paths, Target

WIDTH = 5
"""Numbers of one event."""
Mark = tuple[str, str, str, str, str, str]
"""What an event adds to: kind, access, account (none), organization, dataset, resource."""
# How many different visitors, addresses and user agents are remembered; then all are forgotten.
_REMEMBERED = 200_000


@dataclass(frozen=True)
class Names:
    """The datasets and resources of this portal, deleted ones too."""

    datasets: Mapping[str, tuple[str, str]]
    """Id and organization of a dataset by its id, its name, and what it was called before."""
    resources: Mapping[str, str]
    """Dataset of a resource, by id."""

    def find(self, target: Target) -> tuple[str, str, str] | None:
        """Return organization, dataset and resource of `target`, or None if not known here."""
        dataset_id = self.resources.get(target.resource, "") or target.dataset
        if not dataset_id:
            # A read whose dataset the log does not name is the portal's alone.
            return None if target.resource else ("", "", "")
        found = self.datasets.get(dataset_id)
        return (found[1], found[0], target.resource) if found else None


@dataclass
class Read:
    """What one block of lines holds."""

    lines: int = 0
    size: int = 0
    """Bytes."""
    malformed: list[int] = field(default_factory=list)
    """Places of lines that are no lines of a log, from 0."""
    events: array[int] = field(default_factory=lambda: array("q"))
    marks: list[Mark] = field(default_factory=list)
    """Marks that came up first in this block; an event names one by its place among all."""
    unknown: dict[tuple[int, str], int] = field(default_factory=dict)
    """How often a dataset or resource was asked for that is not known here, by place and name."""


class _Found:
    """What a request is; without statuses it is nothing that counts."""

    __slots__ = ("api", "marks", "statuses", "targets", "unknown")

    def __init__(self, targets: list[tuple[int, tuple[str, str, str, str]]]) -> None:
        self.targets = targets
        self.marks: dict[Access, list[tuple[int, int]]] = {}
        self.statuses: frozenset[bytes] = frozenset()
        self.api = False
        self.unknown = ""


class LogReader:
    """Reads blocks of a log.

    Args:
        paths: the addresses of the portal.
        names: its datasets and resources.
        access: what kind of client a user agent is (`clients.access`).
        key: of the visitors' hashes; random, for one run.
        until: seconds on Thailand's clock; a line of later than that has a wrong time.
        proxies: if not 0, the log's last field is X-Forwarded-For, and so many proxies of the
            portal's own stand in front: the visitor's address is that many from its end.

    """

    def __init__(
        self,
        paths: Paths,
        names: Names,
        access: Callable[..., Access],
        key: bytes,
        *,
        until: int,
        proxies: int = 0,
    ) -> None:
        self._paths, self._names, self._access, self._key = paths, names, access, key
        self._until, self._proxies = until, proxies
        self._rows = line_pattern(paths.requests, forwarded=proxies > 0).findall
        self._clock = Clock()
        self._found: dict[bytes, _Found] = {}
        self._agents: tuple[dict[bytes, Access], dict[bytes, Access]] = ({}, {})
        self._visitors: dict[tuple[bytes, bytes], int] = {}
        self._marks: dict[Mark, int] = {}
        self._fresh: list[Mark] = []

    def read(self, block: bytes) -> Read:
        """Return what the lines of `block` are; it has no newline at its end."""
        read = Read(size=len(block) + 1)
        found_before, agents, visitors = self._found, self._agents, self._visitors
        proxies = self._proxies
        numbers: list[int] = []
        last_time, at, place = b"", None, -1
        for place, row in enumerate(self._rows(block)):
            address, time, request, status, agent, forwarded, malformed = row
            if not request:
                if malformed:
                    read.malformed.append(place)
                continue
            found = found_before.get(request) or self._find(request)
            if status not in found.statuses:
                continue
            if time != last_time:
                last_time, at = time, self._moment(time)
            if at is None:
                read.malformed.append(place)
                continue
            if found.unknown:
                name = (place, found.unknown)
                read.unknown[name] = read.unknown.get(name, 0) + 1
                continue
            if proxies:
                address = self._client(address, forwarded)
            visitor = visitors.get((address, agent)) or self._visitor(address, agent)
            access = agents[found.api].get(agent) or self._agent(agent, api=found.api)
            for url, mark in found.marks.get(access) or self._marked(found, access):
                numbers += (place, at, visitor, url, mark)
        read.lines = place + 1
        read.events = array("q", numbers)
        read.marks, self._fresh = self._fresh, []
        return read

    def _moment(self, time: bytes) -> int | None:
        at = self._clock.seconds(time)
        return at if at is not None and at <= self._until else None

    def _find(self, request: bytes) -> _Found:
        """Understand `request` and remember it."""
        if len(self._found) > _REMEMBERED:
            self._found.clear()
        self._found[request] = found = self._understood(request)
        return found

    def _understood(self, request: bytes) -> _Found:
        targets = self._paths.targets(request)
        located = [(target, self._names.find(target)) for target in targets]
        found = _Found(
            [(self._hash(t.url), (t.kind, *ids)) for t, ids in located if ids is not None]
        )
        if targets:
            found.statuses, found.api = targets[0].statuses, targets[0].api
            if not found.targets:
                found.unknown = targets[0].dataset or targets[0].resource
        return found

    def _marked(self, found: _Found, access: Access) -> list[tuple[int, int]]:
        marks = []
        for url, (kind, organization, dataset, resource) in found.targets:
            mark = (kind, access, "", organization, dataset, resource)
            number = self._marks.get(mark)
            if number is None:
                number = self._marks[mark] = len(self._marks)
                self._fresh.append(mark)
            marks.append((url, number))
        found.marks[access] = marks
        return marks

    def _agent(self, agent: bytes, *, api: bool) -> Access:
        known = self._agents[api]
        if len(known) > _REMEMBERED:
            known.clear()
        name = "" if agent == b"-" else agent.decode("utf-8", "replace")
        access = known[agent] = self._access(name, api=api)
        return access

    def _visitor(self, address: bytes, agent: bytes) -> int:
        if len(self._visitors) > _REMEMBERED:
            self._visitors.clear()
        visitor = self._visitors[address, agent] = self._hash(address + b"\n" + agent)
        return visitor

    def _client(self, address: bytes, forwarded: bytes) -> bytes:
        addresses = [part.strip() for part in forwarded.split(b",")]
        if addresses in ([b"-"], [b""]):
            return address
        return addresses[-min(self._proxies, len(addresses))]

    def _hash(self, text: bytes) -> int:
        digest = blake2b(text, digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "big", signed=True)


def grouped(events: Iterable[int]) -> Iterable[tuple[int, int, int, int, int]]:
    """Return the events of a block one by one: line, seconds, visitor, address, mark."""
    numbers = iter(events)
    return zip(numbers, numbers, numbers, numbers, numbers, strict=True)
