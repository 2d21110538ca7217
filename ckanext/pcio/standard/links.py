"""Whether an address answers: the words for it, and what they mean to its publisher. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ckanext.pcio.standard.messages import N_, Message

OK, BROKEN, UNKNOWN = "ok", "broken", "unknown"
REFUSED, UNCHECKED = "refused", "unchecked"
STATES: tuple[str, ...] = (OK, BROKEN, UNKNOWN, REFUSED, UNCHECKED)
"""What is known of an address.

- `ok`: it answered; a failure or two since then do not take that away.
- `broken`: it failed so often in a row, over days, that its publisher should look.
- `unknown`: it cannot be told: it was never seen to answer but did not fail often enough, its
  server keeps the check out, or it is no web address.
- `refused`: we do not ask it: it points into a private network, or is no address at all.
- `unchecked`: not asked yet; new, or changed since.
"""
STATE_NAMES = {
    OK: N_("answers"),
    BROKEN: N_("does not answer"),
    UNKNOWN: N_("cannot be told"),
    REFUSED: N_("is not asked"),
    UNCHECKED: N_("not asked yet"),
}


class LinkCounts(NamedTuple):
    """How many addresses of one dataset are in each state."""

    ok: int = 0
    broken: int = 0
    unknown: int = 0
    refused: int = 0
    unchecked: int = 0


NO_LINKS = LinkCounts()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """What is known of the address of one resource."""

    resource_id: str
    url: str
    state: str = UNCHECKED
    upload: bool = False
    """The file is kept by this portal; what is asked is whether it is there."""
    status: int | None = None
    reason: str = ""
    """Code of why it is not plainly `ok`; a key of `REASONS`, or ""."""
    checked_at: datetime | None = None
    answered_at: datetime | None = None
    failures: int = 0
    """How often in a row it did not answer."""


def count(states: Iterable[str]) -> LinkCounts:
    """Return how often each of `STATES` is among `states`."""
    found: dict[str, int] = dict.fromkeys(STATES, 0)
    for state in states:
        found[state] += 1
    return LinkCounts(**found)


REASONS: dict[str, str] = {
    "address": N_("this is no web address"),
    "scheme": N_("only http and https addresses are asked"),
    "private": N_("the address is in a private network, which the portal does not ask"),
    "name": N_("the server's name is not known"),
    "connect": N_("the server takes no connection"),
    "timeout": N_("the server did not answer in time"),
    "certificate": N_("the server's certificate is not valid, so browsers warn before opening it"),
    "tls": N_("no secure connection could be made"),
    "broken_answer": N_("the server broke off, or what it sent is no answer"),
    "redirects": N_("the address leads on and on, or in a circle"),
    "redirect_private": N_("the address leads into a private network, which is not asked"),
    "redirect_address": N_("the address leads to something that is no web address"),
    "not_found": N_("there is nothing at this address (HTTP {status})"),
    "forbidden": N_(
        "the server keeps our check out (HTTP {status}); a person may still be able to open it"
    ),
    "busy": N_("the server asks us to come later (HTTP {status})"),
    "server": N_("the server has an error (HTTP {status})"),
    "status": N_("the server answers HTTP {status}"),
    "no_file": N_("the uploaded file is not in the portal's storage"),
}


def reason(code: str, status: int | None = None) -> Message | None:
    """Return the sentence for a reason's code; None where there is none."""
    msgid = REASONS.get(code)
    return Message(msgid, {"status": status}) if msgid else None
