"""Template helpers: taking in workbooks of metadata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import Message

from .states import PENDING, STATES

# So long a job may wait for its turn before the page says what an operator should look at.
_PATIENCE = 15


def pcio_import_state(state: str) -> str:
    """Return the words for where an import stands."""
    return Message(STATES[state]).text(pcio_language())


def pcio_import_tone(state: str) -> str:
    """Return the tone of a state's label: good, warn, bad or plain."""
    tones = {"finished": "good", "failed": "bad", "checked": "warn"}
    return tones.get(state, "plain")


def pcio_import_pending(found: Mapping[str, Any]) -> bool:
    """Return whether the background worker has something to do for an import."""
    return found["state"] in PENDING


def pcio_import_stands(found: Mapping[str, Any]) -> bool:
    """Return whether nobody is at work on an import that somebody should be at work on."""
    if found["working"] or found["state"] not in PENDING:
        return False
    created = datetime.fromisoformat(found["started"] or found["created"])
    return (datetime.now(timezone.utc) - created).total_seconds() > _PATIENCE


def pcio_import_menu() -> bool:
    """Return whether the visitor may import workbooks for some office."""
    return tk.current_user.is_authenticated and tk.h.check_access("pcio_import_create", {})
