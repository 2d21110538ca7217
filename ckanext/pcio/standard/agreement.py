"""Whether what a dataset says agrees with itself: its fields, and the formats of its files. Pure.

`standard.consistency` finds what is wrong; here is counted, too, how much was asked, because
"no rule is broken" says nothing of a dataset that states nothing a rule could look at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any

from ckanext.pcio.standard import consistency
from ckanext.pcio.standard.consistency import Problem
from ckanext.pcio.standard.dates import read_date
from ckanext.pcio.standard.quality_settings import quality_settings
from ckanext.pcio.standard.record import find_term, find_terms, stated_text
from ckanext.pcio.standard.vocabulary import vocabulary

_Readable = Callable[[Mapping[str, Any], tuple[str, ...]], bool]
_Rule = Callable[[Mapping[str, Any]], list[Problem]]


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A broken rule; `position` is the resource's place, None for the dataset's own fields."""

    problem: Problem
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many rules between fields concern a dataset, and which of them it breaks."""

    asked: int
    broken: tuple[FoundProblem, ...]

    @property
    def kept(self) -> int:
        """Return how many rules are kept."""
        return self.asked - len(self.broken)


def _is_category_and_level(fields: Mapping[str, Any], group: tuple[str, ...]) -> bool:
    return all(find_term(vocabulary(name), fields.get(name)) for name in group)


def _is_licence_and_level(fields: Mapping[str, Any], group: tuple[str, ...]) -> bool:
    category, level, licence = (find_term(vocabulary(name), fields.get(name)) for name in group)
    stated = licence is not None and not licence.not_present and bool(level or category)
    # Where category and level contradict each other it is not known which the licence has to fit.
    return stated and not consistency.category_and_level(fields)


def _licence_refused(fields: Mapping[str, Any]) -> list[Problem]:
    # That another licence would fit better is advice, not a broken rule.
    return [each for each in consistency.level_and_licence(fields) if each.kind == "conflict"]


def _are_numbers(fields: Mapping[str, Any], group: tuple[str, ...]) -> bool:
    return all(_is_number(fields.get(name)) for name in group)


def _are_dates(fields: Mapping[str, Any], group: tuple[str, ...]) -> bool:
    return all(read_date(fields.get(name)).day for name in group)


def _is_number(value: Any) -> bool:
    try:
        return isfinite(float(stated_text(value)))
    except ValueError:
        return False


# Each rule with the groups of fields it compares: it is asked where all of a group can be read.
_DATASET_RULES: tuple[tuple[tuple[tuple[str, ...], ...], _Readable, _Rule], ...] = (
    (
        (("data_category", "data_classification"),),
        _is_category_and_level,
        consistency.category_and_level,
    ),
    (
        (("data_category", "data_classification", "license_id"),),
        _is_licence_and_level,
        _licence_refused,
    ),
    (
        (
            ("west_bound_longitude", "east_bound_longitude"),
            ("south_bound_longitude", "north_bound_longitude"),
        ),
        _are_numbers,
        consistency.bounding_box,
    ),
    ((("first_year_of_data", "last_year_of_data"),), _are_numbers, consistency.order_of_years),
    ((("created_date", "last_updated_date"),), _are_dates, consistency.order_of_dates),
)
_YEARS_OF_FILE = ("resource_first_year_of_data", "resource_last_year_of_data")
_years_of_file = partial(consistency.order_of_years, prefix="resource_")


def check(fields: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> Agreement:
    """Return which rules between its fields a dataset keeps.

    Args:
        fields: the package dict, extras among its fields (`record.flat`).
        resources: those that are not deleted.

    """
    asked, broken = 0, []
    for groups, readable, rule in _DATASET_RULES:
        concerned = sum(readable(fields, group) for group in groups)
        if concerned:
            asked += concerned
            broken += [FoundProblem(problem) for problem in rule(fields)[:concerned]]
    for position, resource in enumerate(resources):
        if _are_numbers(resource, _YEARS_OF_FILE):
            asked += 1
            broken += [FoundProblem(found, position) for found in _years_of_file(resource)[:1]]
    return Agreement(asked, tuple(broken))


def undeclared_formats(
    fields: Mapping[str, Any], formats: Collection[str]
) -> tuple[str, ...] | None:
    """Return the file formats a dataset has but does not state among its data formats.

    None where that cannot be asked: no file has a format, or none is stated, or the stated ones
    (a database, say) may be published in any format.
    """
    terms = find_terms(vocabulary("data_format"), fields.get("data_format"))
    settings = quality_settings()
    keys = {term.key for term in terms}
    if not formats or not keys or not settings.any_format.isdisjoint(keys):
        return None
    declared = settings.neutral_formats.union(*(settings.file_formats[key] for key in keys))
    return tuple(name for name in formats if name not in declared)
