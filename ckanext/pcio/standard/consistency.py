"""Rules between the fields of one record: category, level and licence, boxes, years, "other" texts.

Pure: takes a dictionary as `package_show` returns it and reports problems; whoever asks decides
whether a problem refuses the record (publishing here) or is a warning (an import).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.pcio.standard.governance import governance
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.values import TermList, is_blank, split_terms
from ckanext.pcio.standard.vocabulary import CURRENT, OTHER, Term, vocabulary


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with `field`.

    "missing" does not stop a draft; "conflict" does; "warning" never refuses anything.
    """

    field: str
    message: Message
    kind: Literal["missing", "conflict", "warning"]


def missing_other_texts(
    record: Mapping[str, Any], lists: Iterable[tuple[str, str]]
) -> list[Problem]:
    """Return a problem for each list that says "other" without the text that explains it.

    `lists` holds (field, vocabulary) of every list that has a `<field>_other`.
    """
    problems = []
    for field, name in lists:
        words = vocabulary(name)
        chosen = [
            words.find(v) for v in split_terms(words, record.get(field)) if isinstance(v, str)
        ]
        other = next((term for term in chosen if term and term.key == OTHER), None)
        text = record.get(f"{field}_other")
        if other and (is_blank(text) or str(text).strip() == "-"):
            problems.append(
                Problem(
                    f"{field}_other",
                    Message(N_('is required because "{value}" was chosen'), {"value": other.value}),
                    "missing",
                )
            )
    return problems


def category_and_level(record: Mapping[str, Any]) -> list[Problem]:
    """Return a problem when the level is not one the category allows (table of the standard)."""
    category, level = _term(record, "data_category"), _term(record, "data_classification")
    rule = governance().categories.get(category.key) if category else None
    if category is None or level is None or rule is None or level.key in rule.levels:
        return []
    return [
        Problem(
            "data_classification",
            Message(
                N_(
                    '"{value}" does not go with the category "{category}". Choose one of: {choices}'
                ),
                {
                    "value": level.value,
                    "category": category.value,
                    "choices": _choices("data_classification", rule.levels),
                },
            ),
            "conflict",
        )
    ]


def level_and_licence(record: Mapping[str, Any]) -> list[Problem]:
    """Return a problem when the licence contradicts the level, a warning when another fits better.

    Where no level is stated, the levels of the category are asked. Nothing is said of a licence
    while category and level contradict each other: it is not known which of them is wrong.
    """
    category, level = _term(record, "data_category"), _term(record, "data_classification")
    licence = _term(record, "license_id")
    if licence is None or licence.not_present or category_and_level(record):
        return []
    levels = governance().levels(category.key if category else None, level.key if level else None)
    named = level or category
    if named is None:
        return []
    params: dict[str, Any] = {"licence": licence.value, "level": named.value}
    if governance().refuses(levels, licence.key):
        borne = [
            term.key
            for term in vocabulary("license_id").terms
            if not governance().refuses(levels, term.key) and not term.not_present
        ]
        wrong = N_('the licence "{licence}" does not go with "{level}". Choose one of: {choices}')
        params["choices"] = _choices("license_id", governance().advised(levels) or borne)
        return [Problem("license_id", Message(wrong, params), "conflict")]
    advised = governance().advised(levels)
    if not advised or licence.key in advised or licence.key == OTHER:
        return []
    better = N_('the licence "{licence}" is allowed; "{level}" goes better with one of: {choices}')
    params["choices"] = _choices("license_id", advised)
    return [Problem("license_id", Message(better, params), "warning")]


def _term(record: Mapping[str, Any], field: str) -> Term | None:
    return vocabulary(field).find(_text(record, field))


def _choices(name: str, keys: Iterable[str]) -> TermList:
    """Return the values that `keys` name, as far as the form offers them."""
    found = filter(None, map(vocabulary(name).by_key, keys))
    return TermList(tuple(term for term in found if CURRENT in term.versions))


def bounding_box(record: Mapping[str, Any]) -> list[Problem]:
    """Return a problem for a box whose west is east of its east, or south north of its north."""
    problems = []
    for low, high, message in (
        (
            "west_bound_longitude",
            "east_bound_longitude",
            N_("the western edge ({low}) lies east of the eastern edge ({high})"),
        ),
        (
            "south_bound_longitude",
            "north_bound_longitude",
            N_("the southern edge ({low}) lies north of the northern edge ({high})"),
        ),
    ):
        first, last = _number(record, low), _number(record, high)
        if first is not None and last is not None and first > last:
            params = {"low": _text(record, low), "high": _text(record, high)}
            problems.append(Problem(low, Message(message, params), "conflict"))
    return problems


def order_of_years(record: Mapping[str, Any], prefix: str = "") -> list[Problem]:
    """Return a problem when the first year of the data is after its last year."""
    first_field, last_field = f"{prefix}first_year_of_data", f"{prefix}last_year_of_data"
    first, last = _number(record, first_field), _number(record, last_field)
    if first is None or last is None or first <= last:
        return []
    message = Message(
        N_("the first year ({first}) is after the last year ({last})"),
        {"first": f"{first:g}", "last": f"{last:g}"},
    )
    return [Problem(first_field, message, "conflict")]


def order_of_dates(record: Mapping[str, Any]) -> list[Problem]:
    """Warn when the last update lies before the creation; real records have it."""
    created, updated = _text(record, "created_date"), _text(record, "last_updated_date")
    if not created or not updated or updated[:10] >= created[:10]:
        return []
    message = Message(
        N_("the last update ({updated}) is before the creation ({created})"),
        {"updated": updated, "created": created},
    )
    return [Problem("last_updated_date", message, "warning")]


def dataset_problems(
    record: Mapping[str, Any], lists: Sequence[tuple[str, str]] = ()
) -> list[Problem]:
    """Return every problem between the dataset fields of `record`."""
    return [
        *missing_other_texts(record, lists),
        *category_and_level(record),
        *level_and_licence(record),
        *bounding_box(record),
        *order_of_years(record),
        *order_of_dates(record),
    ]


def resource_problems(
    resource: Mapping[str, Any], lists: Sequence[tuple[str, str]] = ()
) -> list[Problem]:
    """Return every problem between the fields of one resource."""
    return [*missing_other_texts(resource, lists), *order_of_years(resource, "resource_")]


def _text(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return value.strip() if isinstance(value, str) else ""


def _number(record: Mapping[str, Any], field: str) -> float | None:
    try:
        return float(record.get(field) or "")
    except (TypeError, ValueError):
        return None
