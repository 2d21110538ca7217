"""What is counted: kinds of event, who caused them, and the name a counter has. Pure types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["view", "download", "api_data", "api_metadata", "dump"]
"""What a visitor did. `api_metadata` reads the description (`package_show`, `resource_show`, a DCAT
document); `api_data` reads records (`datastore_search`, `datastore_search_sql`); `dump` is the
DataStore's file; `download` a resource's own file or, by our redirect, an external one."""

Unique = Literal["unique_investigation", "unique_request", "visitor"]
"""Counters that are not sums of events. The first two count a visitor once for each dataset and
clock hour (COUNTER research data, sessions); `visitor` once for each day."""

Access = Literal["regular", "machine", "robot"]
"""COUNTER's Access_Method, and robots, which are kept apart and are in no total."""

Audience = Literal["public", "own_office", "other_agency", "machine"]
"""Who asked: a login or token of an organization says own office or other agency; without one, an
automated client is `machine` and everybody else `public`."""

EVENT_KINDS: tuple[Kind, ...] = ("view", "download", "api_data", "api_metadata", "dump")
REQUEST_KINDS: frozenset[Kind] = frozenset({"download", "api_data", "dump"})
"""Events that retrieve the data itself; every event is an investigation (COUNTER)."""
UNIQUE_KINDS: tuple[Unique, ...] = ("unique_investigation", "unique_request", "visitor")
ACCESSES: tuple[Access, ...] = ("regular", "machine", "robot")
AUDIENCES: tuple[Audience, ...] = ("public", "own_office", "other_agency", "machine")

_SEPARATOR = "|"


class Counter(NamedTuple):
    """The name of one number in the buffer.

    `account` is the id of the user a login or token belongs to, and is needed until the flush has
    looked up whose office that is; it is not kept (except for accounts an exchange names). Empty
    text means "none". A `visitor` counter without dataset is the organization's, without
    organization the whole portal's.
    """

    day: str
    """ISO date in Thailand."""
    kind: str
    """A `Kind` or a `Unique`."""
    access: str
    account: str = ""
    organization_id: str = ""
    dataset_id: str = ""
    resource_id: str = ""

    def packed(self) -> str:
        """Return the counter as one text; no part holds the separator (ids and codes only)."""
        return _SEPARATOR.join(self)

    @classmethod
    def unpacked(cls, text: str) -> Counter:
        """Return the counter of a packed text; the opposite of `packed`.

        Raises:
            ValueError: the text does not have seven parts.

        """
        parts = text.split(_SEPARATOR)
        if len(parts) != len(cls._fields):
            raise ValueError(text)
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a visitor did, as a request or a line of a log shows it.

    It lives only until its counters are made: the visitor key is stored nowhere but, for two days
    at most, in Redis, and the URL nowhere. Empty text means "none" or "not known here".
    """

    at: datetime
    """Aware moment the answer was given; the day is the one in Thailand."""
    kind: Kind
    access: Access
    visitor: str
    """Account, or keyed hash of address and user agent, that differs every day."""
    url: str
    """What a double click repeats: the address asked for, with its arguments."""
    account: str = ""
    organization_id: str = ""
    dataset_id: str = ""
    resource_id: str = ""
