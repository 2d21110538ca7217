"""Points and level bands an administrator has written down, from which a score is estimated.

Pure. The national office publishes the weights of the pillars, and neither points nor bands; so
none are shipped, and `survey.score` gives no score without such a file. What the file does not
name a source for is an assumption, and shown as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml

from .form import Instrument, Question, Text

ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePoints:
    """Points of the places that fit a pattern of `survey.places`, part by part."""

    pattern: tuple[str, ...]
    filled: float = 0.0
    """Of a tick that is set, or of anything that is filled in."""
    choices: Mapping[str, float] | None = None
    """By code, of what is chosen there."""
    each: float = 0.0
    """Of each filled row of a table."""
    most: float | None = None
    """Of all rows together."""

    def fits(self, path: str) -> bool:
        """Whether a place is meant; `*` stands for any one part."""
        parts = path.split(".")
        return len(parts) == len(self.pattern) and all(
            wanted in (ANY, part) for wanted, part in zip(self.pattern, parts, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPoints:
    """Points of one question."""

    most: float
    options: Mapping[str, float]
    places: tuple[PlacePoints, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A level and the score it begins at."""

    level: int
    start: float
    name: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The whole file."""

    edition: str
    source: Text | None
    """Where the points stand; None: they are assumed."""
    assumptions: tuple[Text, ...]
    questions: Mapping[str, QuestionPoints]
    bands: tuple[Band, ...]
    """From the lowest up; none where the file has none."""
    bands_source: Text | None
    """Where the bands stand; None: they are assumed, and not the national office's."""

    def level(self, score: float) -> Band | None:
        """Return the band a score is in, or None where there are no bands."""
        found = [band for band in self.bands if score >= band.start]
        return found[-1] if found else None


def load_scoring(path: Path, instrument: Instrument) -> Scoring:
    """Return the points in the file at `path`.

    Raises `SettingsFileError` for a file that is absent, breaks the schema, or names a question or
    an option the edition does not have. A file for another edition is not an error here:
    `survey.score.estimate` leaves it alone.
    """
    content = load_yaml(path, SCHEMAS_DIR / "scoring.schema.json")
    bands = content.get("bands", {})
    scoring = Scoring(
        edition=content["edition"],
        source=_text(content.get("source")),
        assumptions=tuple(Text(th=each["th"], en=each["en"]) for each in content["assumptions"]),
        questions={name: _question(each) for name, each in content["questions"].items()},
        bands=tuple(
            Band(level=each["level"], start=float(each["from"]), name=_text(each.get("name")))
            for each in bands.get("levels", ())
        ),
        bands_source=_text(bands.get("source")),
    )
    _check_bands(path, scoring.bands)
    if scoring.edition == instrument.id:
        for name, points in scoring.questions.items():
            _check_question(path, instrument, name, points)
    return scoring


def _question(content: Mapping[str, Any]) -> QuestionPoints:
    return QuestionPoints(
        most=float(content["most"]),
        options=content.get("options", {}),
        places=tuple(_place(path, each) for path, each in content.get("places", {}).items()),
    )


def _place(path: str, content: Any) -> PlacePoints:
    pattern = tuple(path.split("."))
    if isinstance(content, Mapping):
        return PlacePoints(
            pattern=pattern,
            choices=content.get("choices"),
            each=float(content.get("each", 0)),
            most=content.get("most"),
        )
    return PlacePoints(pattern=pattern, filled=float(content))


def _check_bands(path: Path, bands: tuple[Band, ...]) -> None:
    if bands and bands[0].start != 0:
        raise SettingsFileError(path, "$.bands.levels", "the lowest band has to begin at 0")
    for lower, upper in pairwise(bands):
        if upper.start <= lower.start or upper.level <= lower.level:
            raise SettingsFileError(
                path, "$.bands.levels", f"level {upper.level} does not stand above {lower.level}"
            )


def _check_question(path: Path, instrument: Instrument, name: str, points: QuestionPoints) -> None:
    where = f"$.questions.{name}"
    try:
        question = instrument.question(name)
    except KeyError:
        problem = f"there is no such question in {instrument.id}"
        raise SettingsFileError(path, where, problem) from None
    unknown = set(points.options) - {option.code for option in question.options}
    if unknown:
        raise SettingsFileError(path, where, f"there is no option {sorted(unknown)[0]!r}")
    fields = _field_codes(question)
    for place in points.places:
        if place.pattern[0] not in (ANY, *fields):
            problem = f"there is no field {place.pattern[0]!r}"
            raise SettingsFileError(path, f"{where}.places", problem)


def _field_codes(question: Question) -> set[str]:
    unchosen = (field for option in question.options for field in option.unchosen_fields)
    return {field.code for field in (*question.all_fields(), *unchosen)}


def _text(value: Mapping[str, str] | None) -> Text | None:
    return None if value is None else Text(th=value["th"], en=value["en"])
