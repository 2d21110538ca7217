"""Template helpers of the register of reuses of open data."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.registers import vocabulary
from ckanext.pcio.standard.helpers import pcio_language

from . import access, states

# Reuses shown on a dataset's page before "show all".
_ON_DATASET = 3
_LEADING_VOWELS = "\u0e40\u0e41\u0e42\u0e43\u0e44"


def pcio_reuses_of_dataset(dataset_id: str) -> dict[str, Any]:
    """Return `count` and the newest approved reuses of a dataset."""
    return tk.get_action("pcio_reuse_list")({}, {"dataset": dataset_id, "limit": _ON_DATASET})


def pcio_reuse_choices(name: str) -> list[tuple[str, str]]:
    """Return key and label of the values of `reuse_type` or `reuse_user`."""
    return vocabulary.choices(name, pcio_language())


def pcio_reuse_label(name: str, key: str) -> str:
    """Return the label of a key of `reuse_type` or `reuse_user`."""
    return vocabulary.label(name, key, pcio_language())


def pcio_reuse_state(state: str) -> dict[str, str]:
    """Return `text` and `tone` of a state."""
    return {"text": tk._(states.STATES[state]), "tone": states.TONES[state]}


def pcio_reuse_waiting() -> int | None:
    """Return how many reuses wait for the user's decision; None for who decides about none."""
    if not access.officer({"user": tk.g.user, "auth_user_obj": tk.g.userobj}):
        return None
    found = tk.get_action("pcio_reuse_list")({}, {"state": states.WAITING, "limit": 0})
    return found["count"]


def pcio_picture_megabytes() -> int:
    """Return how large a picture may be, in megabytes."""
    return tk.config["ckan.max_image_size"]


def pcio_reuse_initial(title: str) -> str:
    """Return the first letter of a title; a vowel written before its consonant is none."""
    return (title.lstrip(_LEADING_VOWELS) or title)[:1]
