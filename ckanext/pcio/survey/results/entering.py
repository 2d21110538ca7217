"""What an official result has to be before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.instrument import InstrumentError, load_instrument


def check(data: Mapping[str, Any]) -> None:
    """Raise `ValidationError` with everything that is wrong with a result."""
    problems: dict[str, list[str]] = {}
    if data["overall"] is None and data["level"] is None and not data["pillars"]:
        problems["overall"] = [tk._("Give at least one number of the result.")]
    if data["edition"]:
        problems |= _of_edition(data)
    elif data["pillars"]:
        text = tk._("Say which edition’s pillars the numbers belong to.")
        problems["edition"] = [text]
    if problems:
        raise tk.ValidationError({name: list(said) for name, said in problems.items()})


def values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a result, and what its history tells."""
    names = ("overall", "level", "pillars", "source")
    return {"edition": data["edition"] or None, **{name: data[name] for name in names}}


def _of_edition(data: Mapping[str, Any]) -> dict[str, list[str]]:
    try:
        instrument = load_instrument(data["edition"])
    except InstrumentError as error:
        return {"edition": [error.message.text(pcio_language())]}
    asked = {str(pillar.number) for pillar in instrument.pillars if pillar.asked}
    unknown = [number for number in data["pillars"] if number not in asked]
    if not unknown:
        return {}
    text = tk._("Provinces are not asked about pillar {number} in this edition.")
    return {"pillars": [text.format(number=number) for number in unknown]}
