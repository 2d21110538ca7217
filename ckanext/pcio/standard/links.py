"""Whether an address answers: the words for it, and what they mean to its publisher. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from ckanext.pcio.standard.dates import THAILAND
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
    """On how many days in a row it did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one check found."""

    kind: Literal["ok", "failed", "kept_out", "busy", "refused", "not_asked"]
    """`kept_out`: the server answers, but not to a check. `busy`: it asks to come later.
    `refused`: we do not ask such an address. `not_asked`: it is nothing that could be asked."""
    status: int | None = None
    reason: str = ""
    retry_after: int | None = None
    """Seconds the server asks to wait."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a failure is waited out, and how often addresses are asked."""

    failures: int = 3
    """Failing days in a row that make an address `broken`."""
    interval: timedelta = timedelta(days=7)
    """Time between two checks of an address that answers."""
    retry: timedelta = timedelta(days=1)
    """Time until a failed address is asked again; it doubles with every further failure."""
    soonest: timedelta = timedelta(minutes=10)
    """No server is asked again sooner, even where it says that it may be."""


def after(
    link: LinkState, answer: Answer, now: datetime, patience: Patience
) -> tuple[LinkState, datetime]:
    """Return what is known of an address after a check, and when it is asked again.

    Failures are counted by day in Thailand, so that pressing "check again" on a bad day does not
    make the address `broken`; a missing upload needs no second day, as the portal keeps it.
    """
    known = replace(link, checked_at=now, status=answer.status, reason=answer.reason)
    if answer.kind == "ok":
        found = replace(known, state=OK, failures=0, answered_at=now, reason="")
        return found, now + patience.interval
    if answer.kind == "refused":
        return replace(known, state=REFUSED, failures=0), now + patience.interval
    if answer.kind in ("kept_out", "not_asked"):
        return replace(known, state=UNKNOWN, failures=0), now + patience.interval
    if answer.kind == "busy":
        state = UNKNOWN if link.state in (UNCHECKED, REFUSED) else link.state
        wait = timedelta(seconds=answer.retry_after or 0)
        return replace(known, state=state), now + min(
            max(wait, patience.soonest), patience.interval
        )
    failures = link.failures + (0 if _failed_today(link, now) else 1)
    if link.upload or failures >= patience.failures:
        state = BROKEN
    else:
        state = link.state if link.state in (OK, BROKEN) else UNKNOWN
    beyond = max(0, failures - patience.failures + 1)
    wait = min(patience.retry * 2 ** min(beyond, 16), max(patience.interval, patience.retry))
    return replace(known, state=state, failures=failures), now + wait


def _failed_today(link: LinkState, now: datetime) -> bool:
    return bool(
        link.failures
        and link.checked_at
        and link.checked_at.astimezone(THAILAND).date() == now.astimezone(THAILAND).date()
    )


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
    "certificate": N_(
        "the server's certificate could not be verified; a browser may warn before opening it"
    ),
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
    "unexpected": N_("the check itself failed; the portal's log says why"),
    "storage": N_("the portal's storage cannot say whether the file is there"),
    "no_file": N_("the uploaded file is not in the portal's storage"),
}


def reason(code: str, status: int | None = None) -> Message | None:
    """Return the sentence for a reason's code; None where there is none."""
    msgid = REASONS.get(code)
    return Message(msgid, {"status": status}) if msgid else None
