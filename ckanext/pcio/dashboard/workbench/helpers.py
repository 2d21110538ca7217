"""Helpers of the pages on which a province answers a survey."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.pcio.standard.dates import THAILAND, format_date
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.answer import LONGEST_TEXT
from ckanext.pcio.survey.response import evidence


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    return tuple(sorted(evidence.types()))


def pcio_evidence_limits() -> dict[str, Any]:
    """Return what may be attached: `megabytes`, `endings` in words, `accept` for the input."""
    return {
        "megabytes": tk.config["ckanext.pcio.survey.evidence_max_mb"],
        "endings": ", ".join(_endings()),
        "accept": ",".join(f".{ending}" for ending in _endings()),
    }


def pcio_longest_text() -> int:
    """Return how many characters a text of an answer may have."""
    return LONGEST_TEXT


def pcio_clock(value: str) -> Markup:
    """Return a moment in words, day and time of day in Thailand; `value` is ISO with its zone."""
    moment = datetime.fromisoformat(value).astimezone(THAILAND)
    day = format_date(moment.date(), pcio_language())
    words = tk._("{day}, {time}").format(day=day, time=f"{moment:%H:%M}")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), words)
