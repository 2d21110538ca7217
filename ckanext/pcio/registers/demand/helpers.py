"""Template helpers of the register of public demand."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.helpers import pcio_language

from .access import viewer
from .importing import OUTCOMES
from .words import SOURCES, STATES, words

# How the chip of a state looks; the word in it says the same.
_TONES = {"fulfilled": "good", "preparing": "warn", "refused": "bad", "waiting": "warn"}
# Requests shown on the page of the dataset that meets them; the rest is one click away.
_ON_DATASET = 5


def pcio_demand_state(state: str) -> str:
    """Return the state of a request in words."""
    return tk._(STATES[state]) if state in STATES else state


def pcio_demand_tone(state: str) -> str:
    """Return how the chip of a state looks."""
    return _TONES.get(state, "plain")


def pcio_demand_outcome(outcome: str) -> str:
    """Return what became of a row of the yearly list, in words."""
    return tk._(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome


def pcio_demand_source(source: str) -> str:
    """Return where a request came from, in words."""
    return tk._(SOURCES[source]) if source in SOURCES else source


def pcio_demand_asker(asker: str) -> str:
    """Return who asks, in words."""
    return words().asker(asker, pcio_language())


def pcio_demand_askers() -> list[tuple[str, str]]:
    """Return key and label of each kind of asker."""
    return [(key, labels[pcio_language()]) for key, labels in words().askers.items()]


def pcio_demand_officer() -> bool:
    """Return whether the reader speaks for an office."""
    if not tk.current_user.is_authenticated:
        return False
    return viewer({"user": tk.current_user.name}).officer


def pcio_demands_met(dataset_id: str) -> dict[str, Any]:
    """Return `count` and the most supported `results` of the requests that a dataset meets."""
    asked = {"dataset": dataset_id, "state": "fulfilled", "limit": _ON_DATASET}
    return tk.get_action("pcio_demand_list")({}, asked)
