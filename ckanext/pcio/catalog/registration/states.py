"""The states of GD Catalog's registration, and which datasets it is asked about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.record import flat, is_stated, read_boolean, text_of
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

DATASET_TYPE = "dataset"
COMPLETED = "COMPLETED"
REJECT = "REJECT"
# What a person has to do before such a dataset may be deleted here: revoke it there.
_KNOWN_THERE = frozenset({"review", "complete", "revoking"})


@dataclass(frozen=True, slots=True)
class State:
    """A state: its key, its two texts, and what it means for who edits (`stage`)."""

    key: str
    th: str
    en: str
    stage: str

    def text(self, language: str) -> str:
        """Return the text in `language` ("th" or "en")."""
        return self.en if language == "en" else self.th

    @property
    def known_there(self) -> bool:
        """Whether GD Catalog holds the dataset, so that it is revoked there before it goes."""
        return self.stage in _KNOWN_THERE


@lru_cache(maxsize=1)
def _settings() -> Mapping[str, Any]:
    return load_yaml(SCHEMAS_DIR / "registration.yaml", SCHEMAS_DIR / "registration.schema.json")


@lru_cache(maxsize=1)
def states() -> Mapping[str, State]:
    """Return the states by key, in the file's order; raises `SettingsFileError`."""
    return {each["key"]: State(**each) for each in _settings()["states"]}


def find(written: Any) -> State | None:
    """Return the state `written` names, by key or by either text, or None."""
    text = text_of(written)
    state = states().get(text.upper())
    if state is not None:
        return state
    return next((each for each in states().values() if text in (each.th, each.en)), None)


def state_of(key: str) -> State:
    """Return the state of a stored key.

    A key this version does not know is shown as it is, and "" as known to nobody.
    """
    if not key:
        return State("", _settings()["unknown"]["th"], _settings()["unknown"]["en"], "unknown")
    return states().get(key) or State(key, key, key, "unknown")


def label(key: str, language: str, *, changed_since: bool = False) -> str:
    """Return the text of a state; a rejected dataset that was changed since says so."""
    text = state_of(key).text(language)
    if key == REJECT and changed_since:
        return f"{text} ({_settings()['changed']['en' if language == 'en' else 'th']})"
    return text


def changed_since(modified_here: datetime | None, modified_there: datetime | None) -> bool:
    """Whether the dataset was changed here after the version GD Catalog looked at."""
    return bool(modified_here and modified_there and modified_here > modified_there)


def published_name(name: str) -> str:
    """Return the name of a dataset's published copy at GD Catalog."""
    return _settings()["published_prefix"] + name.replace("_", "-")


def is_asked_about(dataset: Mapping[str, Any]) -> bool:
    """Whether GD Catalog may be asked about a dataset.

    It is not for other kinds of packages, datasets whose office does not consent to their being
    listed there, and copies of datasets of another catalog, which that catalog registers.
    """
    fields = flat(dataset)
    kind = text_of(fields.get("type")) or DATASET_TYPE
    return (
        kind == DATASET_TYPE
        and read_boolean(fields.get("allow_harvest")) is not False
        and not is_stated(fields.get("reference_url_catalog"))
    )


@lru_cache(maxsize=1)
def columns() -> Mapping[str, str]:
    """Return the column each heading of a list of states names, by the folded heading."""
    return {
        fold(word): column
        for column, words in _settings()["columns"].items()
        for word in (column, *words)
    }
