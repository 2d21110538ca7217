"""Sentences about the registration: what a state means for who edits, and why it is not known."""

from __future__ import annotations

from ckanext.pcio.standard.messages import N_, Message

from .states import State

REASONS = {
    "timeout": N_("the service did not answer in time"),
    "unreachable": N_("the service cannot be reached"),
    "certificate": N_("the service has no valid certificate"),
    "busy": N_("the service asks for fewer questions"),
    "refused": N_("the service refused the question"),
    "unreadable": N_("the service's answer cannot be read"),
}

_EDITING = {
    "ready": N_("GD Catalog has noted the dataset. It can be edited; registration has not begun."),
    "review": N_(
        "An inspector is looking at the dataset. A change now may send it back to the start; edit "
        "only what cannot wait."
    ),
    "complete": N_(
        "Adding data is fine. When the type, the title or another mandatory item changes, the "
        "dataset has to be registered again."
    ),
    "refused": N_("Correct the dataset here, then have it registered again."),
    "revoking": N_("Its registration is being taken back. Wait until that is done."),
    "gone": N_("Its registration was taken back. The dataset can be edited and deleted."),
    "unknown": N_("GD Catalog does not list the dataset yet. It can be edited."),
}

_DELETING = N_(
    "This dataset is known to GD Catalog ({state}). Ask there for its registration to be revoked "
    "first; deleting it here does not take it out of GD Catalog."
)


def reason(key: str) -> Message | None:
    """Return why the last question had no answer, or None."""
    return Message(REASONS.get(key, REASONS["unreadable"])) if key else None


def editing(state: State) -> Message:
    """Return what a state means for who edits the dataset."""
    return Message(_EDITING[state.stage])


def deleting(state: State) -> Message | None:
    """Return what to do before the dataset is deleted, or None where there is nothing to do."""
    return Message(_DELETING, {"state": state}) if state.known_there else None
