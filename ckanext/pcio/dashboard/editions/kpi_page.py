"""The indicator's table with what was reached of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import thai_digits
from ckanext.pcio.survey.kpi import Definition, Kpi, Step

from .editions_page import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One cell of the table."""

    points: int
    label: str
    text: str
    """What the step asks for, in the source's words."""
    target: str
    """The score it comes to for this province; "" where the base is not known."""
    reached: bool
    highest: bool
    """Whether it is the highest step reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A sub-indicator: its targets, and where the province stands."""

    name: str
    targets: tuple[Target, ...]
    standing: str


def indicators(
    definition: Definition, kpi: Kpi, pillars: int, language: str
) -> tuple[Indicator, ...]:
    """Return both sub-indicators; `pillars` is how many the survey has."""
    return (
        Indicator(
            name=definition.levels_name.text(language),
            targets=tuple(
                _target(step, step.level_text.text(language), "", kpi.levels_step, language)
                for step in definition.steps
            ),
            standing=_levels(kpi, definition, pillars).text(language),
        ),
        Indicator(
            name=definition.score_name.text(language),
            targets=tuple(
                _target(
                    step,
                    _with_year(step, kpi.base_year, language),
                    number(target),
                    kpi.score_step,
                    language,
                )
                for step, target in zip(definition.steps, kpi.targets, strict=True)
            ),
            standing=_score(kpi).text(language),
        ),
    )


def _target(step: Step, text: str, target: str, highest: Step | None, language: str) -> Target:
    return Target(
        points=step.points,
        label=step.label.text(language),
        text=text,
        target=target,
        reached=highest is not None and step.points <= highest.points,
        highest=highest == step,
    )


def _with_year(step: Step, year: int, language: str) -> str:
    """Return the source's words with a year in the digits they are written in."""
    written = str(year) if language == "en" else thai_digits(str(year))
    return step.score_text.text(language).format(year=written)


def _levels(kpi: Kpi, definition: Definition, pillars: int) -> Message:
    if kpi.pillars_reached is None:
        return Message(N_("Not known: no level of a pillar was entered for {year}."), _year(kpi))
    said = {
        **_year(kpi),
        "reached": kpi.pillars_reached,
        "known": kpi.levels_known,
        "pillars": pillars,
        "level": definition.level,
    }
    if kpi.levels_step is None:
        return Message(
            N_(
                "No step reached yet: none of the {known} levels entered (of {pillars} pillars) is "
                "{level} or above."
            ),
            said,
        )
    said["points"] = kpi.levels_step.points
    return Message(
        N_(
            "Step {points} reached: {reached} of the {known} levels entered (of {pillars} pillars) "
            "are {level} or above."
        ),
        said,
    )


def _score(kpi: Kpi) -> Message:
    if kpi.score is None:
        return Message(N_("Not known: no overall score was entered for {year}."), _year(kpi))
    said = {**_year(kpi), "score": number(kpi.score)}
    if kpi.base is None:
        return Message(N_("Not known: {score} was entered, but there is no base score."), said)
    if kpi.score_step is None:
        return Message(N_("No step reached: the score of {year} is {score}."), said)
    said["points"] = kpi.score_step.points
    return Message(N_("Step {points} reached: the score of {year} is {score}."), said)


def base(kpi: Kpi) -> Message:
    """Return where the base score comes from."""
    said = {"score": number(kpi.base), "year": kpi.base_year}
    if kpi.base_from == "setting":
        return Message(N_("Base score {score}, as the portal’s settings have it."), said)
    if kpi.base_from == "result":
        return Message(N_("Base score {score}: the official result of {year} entered here."), said)
    return Message(
        N_("There is no base score: enter the official result of {year}, or set it."), said
    )


def _year(kpi: Kpi) -> dict[str, int]:
    return {"year": kpi.year}
