"""Where a reuse stands, and which decision of an officer leads from where to where."""

from __future__ import annotations

from ckanext.pcio.standard.messages import N_

WAITING, APPROVED, REJECTED, HIDDEN = "waiting", "approved", "rejected", "hidden"
STATES = {
    WAITING: N_("Waiting for an officer"),
    APPROVED: N_("Approved"),
    REJECTED: N_("Not approved"),
    HIDDEN: N_("Hidden"),
}
TONES = {WAITING: "warn", APPROVED: "good", REJECTED: "bad", HIDDEN: "plain"}
"""How the label of a state looks (`status` of `pcio/registers/form.html`)."""

APPROVE, REJECT, HIDE = "approve", "reject", "hide"
DECISIONS = {
    APPROVE: (APPROVED, frozenset({WAITING, REJECTED, HIDDEN})),
    REJECT: (REJECTED, frozenset({WAITING})),
    HIDE: (HIDDEN, frozenset({APPROVED})),
}
"""By decision: the state it leads to, and the states it can be taken in."""

NEED_REASON = frozenset({REJECT, HIDE})


def decisions(state: str) -> list[str]:
    """Return the decisions that can be taken on a reuse in `state`."""
    return [decision for decision, (_, before) in DECISIONS.items() if state in before]
