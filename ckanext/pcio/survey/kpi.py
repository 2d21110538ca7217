"""The provinces' indicator about the survey (`schemas/kpi.yaml`), and what of it was reached.

Pure. It is reckoned from official results that were entered, never from an estimate. What is not
published is not filled in: no points between the steps, none below the first, and no joint number
of the two sub-indicators, whose weight nobody states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

from .form import Text

_FILE = SCHEMAS_DIR / "kpi.yaml"

BaseFrom = Literal["setting", "result", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A target with its points, as the source prints it."""

    points: int
    label: Text
    pillars: int
    """How many pillars have to be at the level."""
    level_text: Text
    change: float
    """Points more than the base score."""
    score_text: Text
    """With `{year}`, the year of the base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The indicator as it was set for one fiscal year."""

    year: int
    name: Text
    weight: Text
    source: Text
    steps: tuple[Step, ...]
    """From the fewest points up."""
    level: int
    levels_name: Text
    score_name: Text
    unknown: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An official result of a year, as it was entered."""

    year: int
    overall: float | None = None
    level: int | None = None
    edition: str = ""
    """Id of the edition whose pillars are meant; "" where none was named."""
    scores: Mapping[int, float | None]
    levels: Mapping[int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """What a province reached of the indicator in one year; None where it is not known."""

    year: int
    """Year of the result."""
    entered: bool
    """Whether a result of the year was entered at all."""
    levels_known: int
    """Of how many pillars the level was entered."""
    pillars_reached: int | None
    """How many of them are at the level."""
    levels_step: Step | None
    """The highest step reached with them; None where none was, or nothing is known."""
    base: float | None
    base_from: BaseFrom
    base_year: int
    targets: tuple[float | None, ...]
    """The score each step asks for."""
    score: float | None
    score_step: Step | None


@lru_cache(maxsize=1)
def definition() -> Definition:
    """Return the indicator that is shipped; raises `SettingsFileError`."""
    content = load_yaml(_FILE, SCHEMAS_DIR / "kpi.schema.json")
    return Definition(
        year=content["year"],
        name=_text(content["name"]),
        weight=_text(content["weight"]),
        source=_text(content["source"]),
        steps=tuple(
            sorted((_step(each) for each in content["steps"]), key=lambda step: step.points)
        ),
        level=content["level"],
        levels_name=_text(content["indicators"]["levels"]),
        score_name=_text(content["indicators"]["score"]),
        unknown=tuple(_text(each) for each in content["unknown"]),
    )


def kpi(
    definition: Definition,
    year: int,
    now: Result | None,
    before: Result | None,
    base_score: float | None,
) -> Kpi:
    """Return what was reached in `year`.

    Args:
        definition: the indicator.
        year: year of the result (Buddhist era).
        now: its official result, or None where none was entered.
        before: the official result of the year before, or None.
        base_score: the base as the settings have it, which goes before the entered one; or None.

    """
    known = {n: level for n, level in (now.levels if now else {}).items() if level is not None}
    reached = sum(level >= definition.level for level in known.values()) if known else None
    base, base_from = _base(before, base_score)
    score = now.overall if now else None
    # Scores have two decimals; without rounding 37.87 - 10 would not be 27.87.
    targets = tuple(
        None if base is None else round(base + step.change, 2) for step in definition.steps
    )
    return Kpi(
        year=year,
        entered=now is not None,
        levels_known=len(known),
        pillars_reached=reached,
        levels_step=_highest(
            step for step in definition.steps if reached is not None and reached >= step.pillars
        ),
        base=base,
        base_from=base_from,
        base_year=year - 1,
        targets=targets,
        score=score,
        score_step=_highest(
            step
            for step, target in zip(definition.steps, targets, strict=True)
            if score is not None and target is not None and score >= target
        ),
    )


def _base(before: Result | None, setting: float | None) -> tuple[float | None, BaseFrom]:
    if setting is not None:
        return setting, "setting"
    if before is not None and before.overall is not None:
        return before.overall, "result"
    return None, "unknown"


def _highest(steps: Iterable[Step]) -> Step | None:
    return max(steps, key=lambda step: step.points, default=None)


def _step(content: Mapping[str, Any]) -> Step:
    return Step(
        points=content["points"],
        label=_text(content["label"]),
        pillars=content["pillars"],
        level_text=_text(content["level_text"]),
        change=float(content["change"]),
        score_text=_text(content["score_text"]),
    )


def _text(value: Mapping[str, str]) -> Text:
    return Text(th=value["th"], en=value["en"])
