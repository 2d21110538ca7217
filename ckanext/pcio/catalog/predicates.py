"""The words of design.md §4 as SQL over the facts table: one predicate for each slice.

`catalog.slices` says the same over `DatasetFacts`; a test compares the two on every slice.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from ckanext.pcio.standard.completeness import CODES

from .exchanged import OnRecord
from .facts import READY_METHODS, SHARABLE_LEVELS, UNITS_WITHOUT_DUE_DATE
from .model import TABLE
from .slices import MISSING

Predicate = sa.ColumnElement[bool]
_c = TABLE.c


def predicates(today: date, exchanged: OnRecord = ()) -> dict[str, Predicate]:
    """Return the predicate of each slice.

    Args:
        today: the day "current" is asked for.
        exchanged: ids of datasets with an exchange on record, or the query of them.

    """
    disclosable = (_c.category == "public") & (_c.level.is_(None) | (_c.level == "open"))
    published = (_c.state == "active") & ~_c.private
    complete = (sa.func.cardinality(_c.missing) == 0) & (sa.func.cardinality(_c.invalid) == 0)
    current = sa.func.coalesce(
        _c.frequency_unit.in_(sorted(UNITS_WITHOUT_DUE_DATE)) | (_c.due_on >= today), sa.false()
    )
    linkable = disclosable | _c.level.in_(sorted(SHARABLE_LEVELS))
    declared = sa.func.cardinality(_c.linkage_methods) > 0
    shared = exchanged if isinstance(exchanged, sa.Select) else sorted(exchanged)
    sharable = linkable & (declared | _c.package_id.in_(shared))
    is_open = disclosable & published
    return {
        "datasets": sa.true(),
        "disclosable": disclosable,
        "open": is_open,
        "complete": complete,
        "current": current,
        "sharable": sharable,
        "ready_to_link": _c.linkage_methods.overlap(sorted(READY_METHODS)),
        "structured": _c.structured,
        "machine_readable": _c.machine_readable,
        "unstructured": ~_c.structured & (_c.resources > 0),
        "with_dictionary": _c.dictionary,
        "high_value": _c.high_value,
        "waiting": disclosable & ~published,
        "incomplete": ~complete,
        "stale": ~current,
        "no_dictionary": ~_c.dictionary,
        "preparing": _c.linkage_status.in_(["preparing", "waiting"]),
        "private": _c.private,
    }


def predicate(name: str, today: date, exchanged: OnRecord = ()) -> Predicate | None:
    """Return the predicate of the slice `name`, or None where there is no such slice."""
    item = name.removeprefix(MISSING)
    if item != name and item in CODES:
        return _c.missing.contains([item]) | _c.invalid.contains([item])
    return predicates(today, exchanged).get(name)
