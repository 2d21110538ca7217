"""The numbers of quality: measures, and the dimensions they make, of one dataset or of many. Pure.

The same few lines serve the page of one dataset, which adds reasons (`standard.quality`), and
lists over stored facts, which cannot wait for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from ckanext.pcio.standard.freshness import UNITS_WITH_DUE_DATE
from ckanext.pcio.standard.links import LinkCounts
from ckanext.pcio.standard.quality_settings import QualitySettings

ITEMS = 14

Ratio = tuple[int, int]
"""Numerator and denominator; (0, 0) where there is nothing to measure, which is not nought."""


class Figures(Protocol):
    """What is counted of one dataset; `catalog.facts.DatasetFacts` has it, and more."""

    @property
    def missing(self) -> Sequence[str]:
        """Codes of the mandatory items that are absent."""
        ...

    @property
    def invalid(self) -> Sequence[str]:
        """Codes of the mandatory items that are present but not valid."""
        ...

    @property
    def category(self) -> str | None:
        """Key of the category."""
        ...

    @property
    def level(self) -> str | None:
        """Key of the level, None where none is stated."""
        ...

    @property
    def resources(self) -> int:
        """Number of resources."""
        ...

    @property
    def described_files(self) -> int:
        """Number of resources with a name and a description."""
        ...

    @property
    def formats(self) -> Sequence[str]:
        """Formats of the files."""
        ...

    @property
    def declared_formats(self) -> int | None:
        """How many of the formats the dataset states; None where that cannot be asked."""
        ...

    @property
    def rules_asked(self) -> int:
        """How many rules between fields concern it."""
        ...

    @property
    def rules_kept(self) -> int:
        """How many of these it keeps."""
        ...

    @property
    def stars(self) -> int:
        """Stars by the star table in use."""
        ...

    @property
    def machine_readable(self) -> bool:
        """Whether one of its formats is machine-readable."""
        ...

    @property
    def dictionary(self) -> bool:
        """Whether it has a data dictionary."""
        ...

    @property
    def last_updated(self) -> date | None:
        """Day of the last update."""
        ...

    @property
    def frequency_unit(self) -> str | None:
        """Key of the frequency's unit."""
        ...

    @property
    def due_on(self) -> date | None:
        """Day until which it is current."""
        ...


def ratios(
    figures: Figures, links: LinkCounts, today: date, settings: QualitySettings
) -> tuple[Ratio, ...]:
    """Return every measure of one dataset, in the order of `quality_settings.MEASURES`."""
    missing, files = len(figures.missing), figures.resources
    filled = ITEMS - missing
    declared, unit, due_on = figures.declared_formats, figures.frequency_unit, figures.due_on
    has_files = 1 if files else 0
    # Open data has to be open enough; what may not be opened is not asked (มรด. 8:2567).
    opening = (
        has_files
        if figures.category == "public" and (figures.level is None or figures.level == "open")
        else 0
    )
    # Without a day of the last update a dataset that falls due cannot be shown to be current.
    falls_due = 1 if unit in UNITS_WITH_DUE_DATE else 0
    frequency_told = (
        "update_frequency" not in figures.missing
        and "update_frequency" not in figures.invalid
        and unit != "unknown"
    )
    return (
        (filled, ITEMS),
        (filled - len(figures.invalid), filled),
        (figures.described_files, files),
        (figures.rules_kept, figures.rules_asked),
        (0, 0) if declared is None else (declared, len(figures.formats)),
        (1 if frequency_told else 0, 1),
        (0 if figures.last_updated is None else 1, 1),
        (1 if falls_due and due_on is not None and today <= due_on else 0, falls_due),
        (has_files, 1),
        (1 if figures.machine_readable else 0, has_files),
        (1 if opening and figures.stars >= settings.enough_stars else 0, opening),
        (1 if figures.dictionary else 0, has_files),
        (links.ok, links.ok + links.broken),
    )


def scores(measured: tuple[Ratio, ...], settings: QualitySettings) -> tuple[float | None, ...]:
    """Return the score of each dimension, 0 to 1; None where nothing of it could be measured.

    A score is the weighted mean of the shares of those measures that could be taken.
    """
    result = []
    for dimension in settings.dimensions:
        total, weights = 0.0, 0
        for place, weight in dimension.weights:
            numerator, denominator = measured[place]
            if denominator:
                total += weight * numerator / denominator
                weights += weight
        result.append(total / weights if weights else None)
    return tuple(result)
