"""Template helpers of the register of public demand."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.types import Context

from ckanext.pcio.standard.helpers import pcio_language

from . import queries
from .access import viewer
from .importing import OUTCOMES
from .model import DEMAND
from .present import demand_dict
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
    return viewer(_context()).officer


def pcio_demands_met(dataset_id: str) -> dict[str, Any]:
    """Return `count` and the most supported `results` of the public requests a dataset meets.

    The reader sees the page of the dataset, so he may know of it. One query where there are few.
    """
    who = viewer(_context())
    met = queries.PUBLIC & (DEMAND.c.dataset_id == dataset_id)
    found = queries.rows(who, sa.false(), met, sort="supports", limit=_ON_DATASET)
    count = len(found) if len(found) < _ON_DATASET else queries.total(met)
    return {"count": count, "results": [demand_dict(row, who) for row in found]}


def _context() -> Context:
    return {"user": tk.current_user.name if tk.current_user.is_authenticated else ""}
