"""The quality of one dataset, explained: 14 items, five dimensions, stars, freshness, links. Pure.

The numbers come from `standard.measures`, which serves lists too; here each gets its reasons, so
that a publisher sees what to mend and where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ckanext.pcio.standard import agreement, columns, completeness, measures, openness
from ckanext.pcio.standard.columns import Column
from ckanext.pcio.standard.completeness import ItemState
from ckanext.pcio.standard.files import Files, last_update, live_resources, read_files
from ckanext.pcio.standard.freshness import UNITS_WITH_DUE_DATE, due_on
from ckanext.pcio.standard.links import LinkCounts, LinkState, count
from ckanext.pcio.standard.messages import Message
from ckanext.pcio.standard.quality_reasons import Drawn, Finding, freshness_reason, reasons
from ckanext.pcio.standard.quality_settings import (
    MEASURES,
    DimensionSetting,
    MeasureSetting,
    quality_settings,
)
from ckanext.pcio.standard.record import find_term, flat, is_stated, text_of
from ckanext.pcio.standard.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: how many of how many, and what is in the way of the rest."""

    setting: MeasureSetting
    numerator: int
    denominator: int
    """0 where there is nothing to measure; `findings` then say why."""
    findings: tuple[Finding, ...]

    @property
    def measured(self) -> bool:
        """Whether there was anything to measure."""
        return self.denominator > 0


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of มรด. 5:2565."""

    setting: DimensionSetting
    score: float | None
    """Weighted mean of the measures that could be taken, 0 to 1; None where none could."""
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Stars:
    """Openness by a named star table."""

    number: int
    table: openness.StarTable
    formats: tuple[tuple[str, int], ...]
    """Each format of the files with its own stars; the best one counts."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether the data was updated when it was due."""

    state: Literal["current", "late", "not_due", "unknown"]
    """`not_due`: the frequency has no due date. `unknown`: day or frequency is not stated."""
    last_updated: date | None
    unit: str | None
    due_on: date | None
    days_late: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Whether columns are explained."""

    present: bool
    described: int
    """How many resources have a dictionary of which every column is described."""
    columns: int
    columns_described: int
    marked: bool
    """Whether a resource is marked as the dictionary of the dataset."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything a catalog can say of the quality of one dataset."""

    items: tuple[ItemState, ...]
    dimensions: tuple[Dimension, ...]
    stars: Stars
    freshness: Freshness
    dictionary: Dictionary
    links: tuple[LinkState, ...]
    """What is known of each address, in the order of the resources."""
    link_counts: LinkCounts


def assess(
    dataset: Mapping[str, Any],
    *,
    links: Mapping[str, LinkState],
    dictionaries: Mapping[str, tuple[Column, ...]],
    today: date,
    star_table: str = "dga",
    grace_days: int = 0,
) -> Quality:
    """Return the quality of one dataset with reasons.

    Args:
        dataset: a package dict with the fields of ckanext-thai_gdc at the top level or among its
            extras.
        links: what is known of the resources' addresses, by resource id.
        dictionaries: the resources' columns, by resource id.
        today: the day "late" is asked for.
        star_table: name of the star table.
        grace_days: days after the due date that still count as current.

    Never raises on anything JSON can hold; raises `openness.UnknownStarTableError` for a name that
    is no star table.

    """
    drawn = _draw(dataset, links, dictionaries, star_table, grace_days)
    settings = quality_settings()
    figures = measures.ratios(drawn, drawn.link_counts, today, settings)
    return Quality(
        items=drawn.items,
        dimensions=tuple(
            Dimension(dimension, score, _measures(dimension, figures, drawn, today))
            for dimension, score in zip(
                settings.dimensions, measures.scores(figures, settings), strict=True
            )
        ),
        stars=_stars(drawn.stars, drawn.formats, star_table),
        freshness=_freshness(drawn, today),
        dictionary=_dictionary(drawn),
        links=drawn.links,
        link_counts=drawn.link_counts,
    )


def _draw(
    dataset: Mapping[str, Any],
    links: Mapping[str, LinkState],
    dictionaries: Mapping[str, tuple[Column, ...]],
    star_table: str,
    grace_days: int,
) -> Drawn:
    fields = flat(dataset)
    resources = live_resources(fields)
    files = read_files(resources, star_table)
    items = _items(fields)
    found, undeclared = _agreement(fields, resources, files)
    ids = [text_of(resource.get("id")) for resource in resources]
    told = tuple(links[each] for each in ids if each in links)
    tables = tuple(dictionaries.get(each, ()) for each in ids)
    unit = find_term(vocabulary("update_frequency_unit"), fields.get("update_frequency_unit"))
    updated = last_update(fields, resources)
    category = find_term(vocabulary("data_category"), fields.get("data_category"))
    return Drawn(
        items=items,
        files=resources,
        links=told,
        link_counts=count(link.state for link in told),
        broken_rules=found.broken,
        undeclared=undeclared or (),
        tables=tables,
        star_table=star_table,
        missing=tuple(item.code for item in items if item.state == "missing"),
        invalid=tuple(item.code for item in items if item.state == "invalid"),
        category=category.key if category else None,
        level=_level(fields),
        resources=len(resources),
        described_files=files.described,
        formats=files.formats,
        declared_formats=None if undeclared is None else len(files.formats) - len(undeclared),
        rules_asked=found.asked,
        rules_kept=found.kept,
        stars=files.stars,
        machine_readable=files.machine_readable,
        dictionary=any(map(columns.described, tables))
        or any(map(openness.is_dictionary, resources)),
        last_updated=updated,
        frequency_unit=unit.key if unit else None,
        due_on=due_on(
            updated,
            unit.key if unit else None,
            completeness.stated_interval(fields),
            grace_days,
        ),
    )


def _items(fields: Mapping[str, Any]) -> tuple[ItemState, ...]:
    try:
        return completeness.check(fields)
    except RecursionError:  # a value nested deeper than anybody writes
        return tuple(
            ItemState(number, code, "invalid") for number, code in enumerate(completeness.CODES, 1)
        )


def _agreement(
    fields: Mapping[str, Any], resources: Sequence[Mapping[str, Any]], files: Files
) -> tuple[agreement.Agreement, tuple[str, ...] | None]:
    try:
        return (
            agreement.check(fields, resources),
            agreement.undeclared_formats(fields, files.formats),
        )
    except RecursionError:
        return agreement.Agreement(0, ()), None


def _level(fields: Mapping[str, Any]) -> str | None:
    # What is stated but cannot be read may mean a secret: it is not "none".
    stated = fields.get("data_classification")
    term = find_term(vocabulary("data_classification"), stated)
    return term.key if term else "unreadable" if is_stated(stated) else None


def _measures(
    dimension: DimensionSetting,
    figures: tuple[measures.Ratio, ...],
    drawn: Drawn,
    today: date,
) -> tuple[Measure, ...]:
    result = []
    for setting in dimension.measures:
        numerator, denominator = figures[MEASURES.index(setting.key)]
        findings = (
            ()
            if denominator and numerator == denominator
            else reasons(setting.key, drawn, today, measured=denominator > 0)
        )
        result.append(Measure(setting, numerator, denominator, findings))
    return tuple(result)


def _stars(number: int, formats: tuple[str, ...], name: str) -> Stars:
    table = openness.load_table(name)
    return Stars(number, table, tuple((each, table.stars([each])) for each in formats))


def _freshness(drawn: Drawn, today: date) -> Freshness:
    unit, due = drawn.frequency_unit, drawn.due_on
    late = (today - due).days if due is not None and today > due else 0
    if due is not None:
        state: Literal["current", "late", "not_due", "unknown"] = "late" if late else "current"
    elif unit is None or unit in UNITS_WITH_DUE_DATE:
        state = "unknown"
    else:
        state = "not_due"
    reason = freshness_reason(drawn, today)
    return Freshness(state, drawn.last_updated, unit, due, late, reason)


def _dictionary(drawn: Drawn) -> Dictionary:
    every = [column for table in drawn.tables for column in table]
    return Dictionary(
        present=drawn.dictionary,
        described=sum(map(columns.described, drawn.tables)),
        columns=len(every),
        columns_described=sum(map(columns.is_described, every)),
        marked=any(map(openness.is_dictionary, drawn.files)),
    )
