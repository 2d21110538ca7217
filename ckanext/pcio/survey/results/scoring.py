"""The scoring file the settings name, read again when it changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.messages import Message
from ckanext.pcio.standard.yamlfile import SettingsFileError
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.scoring import Scoring, load_scoring


def scoring_of(instrument: Instrument) -> tuple[Scoring | None, Message | None]:
    """Return the points for an edition, and what is wrong with the file that should hold them.

    None and None where the settings name no file, or one for another edition.
    """
    named = tk.config["ckanext.pcio.survey.scoring"]
    if not named:
        return None, None
    path = Path(named)
    try:
        changed = path.stat().st_mtime_ns
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        return None, SettingsFileError(path, "$", said).message
    try:
        found = _read(path, changed, instrument.id)
    except SettingsFileError as error:
        return None, error.message
    return (found, None) if found.edition == instrument.id else (None, None)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int, edition: str) -> Scoring:
    return load_scoring(path, load_instrument(edition))
