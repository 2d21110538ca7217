"""`schemas/quality.yaml`: which measures make a dimension, what they weigh, what is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR, vocabulary
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml

FILE = SCHEMAS_DIR / "quality.yaml"

MEASURES: tuple[str, ...] = (
    *("items_filled", "items_valid", "files_described", "rules_kept", "formats_declared"),
    *("frequency_told", "update_dated", "current", "has_files", "machine_readable"),
    *("open_enough", "dictionary", "links_answer"),
)
"""Every measure there is a rule for (`standard.measures`), in the order the rules give them."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words that are data, in both languages."""

    th: str
    en: str

    def text(self, language: str = "th") -> str:
        """Return the words in `language` ("th" or "en")."""
        return self.en if language == "en" else self.th


@dataclass(frozen=True, slots=True)
class MeasureSetting:
    """One measure of a dimension."""

    key: str
    weight: int
    clause: str
    """The standard that asks for it."""
    label: Label


@dataclass(frozen=True, slots=True)
class DimensionSetting:
    """One of the five dimensions of มรด. 5:2565."""

    key: str
    code: str
    label: Label
    beyond: Label
    """What a catalog cannot see of it."""
    measures: tuple[MeasureSetting, ...]
    weights: tuple[tuple[int, int], ...]
    """Place in `MEASURES` and weight of each measure that counts."""


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """The settings file."""

    standard: str
    """The standard the dimensions are taken from."""
    enough_stars: int
    dimensions: tuple[DimensionSetting, ...]
    any_format: frozenset[str]
    neutral_formats: frozenset[str]
    file_formats: Mapping[str, frozenset[str]]


@lru_cache(maxsize=1)
def quality_settings() -> QualitySettings:
    """Return the settings; raises `yamlfile.SettingsFileError` where the file is not right."""
    content = load_yaml(FILE, SCHEMAS_DIR / "quality.schema.json")
    dimensions = tuple(_dimension(key, entry) for key, entry in content["dimensions"].items())
    named = [measure.key for dimension in dimensions for measure in dimension.measures]
    if sorted(named) != sorted(MEASURES):
        raise SettingsFileError(FILE, "dimensions", f"each once: {', '.join(MEASURES)}")
    formats = content["formats"]
    known = {term.key for term in vocabulary("data_format").terms}
    if known != {*formats["any"], *formats["declared"]}:
        raise SettingsFileError(FILE, "formats", f"each once: {', '.join(sorted(known))}")
    return QualitySettings(
        standard=content["standard"],
        enough_stars=content["enough_stars"],
        dimensions=dimensions,
        any_format=frozenset(formats["any"]),
        neutral_formats=frozenset(formats["neutral"]),
        file_formats={key: frozenset(names) for key, names in formats["declared"].items()},
    )


def _dimension(key: str, entry: Mapping[str, Any]) -> DimensionSetting:
    measures = tuple(
        MeasureSetting(each["key"], each["weight"], each["clause"], Label(**each["label"]))
        for each in entry["measures"]
    )
    return DimensionSetting(
        key=key,
        code=entry["code"],
        label=Label(**entry["label"]),
        beyond=Label(**entry["beyond"]),
        measures=measures,
        weights=tuple(
            (MEASURES.index(each.key), each.weight)
            for each in measures
            if each.weight and each.key in MEASURES
        ),
    )
