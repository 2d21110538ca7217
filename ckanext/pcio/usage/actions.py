"""API actions over the numbers of use."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.standard.dates import today_in_thailand

from . import asking, listing, periods, queries, schema, scope, statistics, words


@tk.side_effect_free
@validate(schema.usage_show)
def pcio_usage_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return how a dataset, a resource, an office's datasets, or the whole portal is used.

    Only datasets that the caller may see are added up. Robots are in `access` and nowhere else.

    :param dataset_id: id or name of a dataset; or
    :param resource_id: id of a resource; or
    :param organization_id: id or name of an organization; none of the three: the whole portal
    :param class: `open`, `sharable` or `other`, among an office's or the portal's (optional)
    :param data_type: one data type, among an office's or the portal's (optional)
    :param start: first day, ISO and Gregorian (optional; eleven months before this one)
    :param end: last day, inclusive (optional; today in Thailand)
    :param by: `day`, `month`, `quarter`, `year` or `fiscal_year` (October to September;
        optional, `month`)
    :param lang: `th` or `en`, of the sentences in `coverage` (optional, `th`)

    :returns: `totals` (`view`, `download`, `api`, `dump`, `unique_visitors`), `series` (a list of
        `period`, `start`, `end` and the five numbers, which are null where nothing was counted
        yet), `audience`, `access`, `counter`, `scope`, `start`, `end`, `by`, `since` (the first
        counted day), `as_of` (when numbers were last written), `unique_visitors_of` (`scope`:
        each visitor once a day; `datasets`: once a day for each dataset) and `coverage`
    """
    tk.check_access("pcio_usage_show", context, data_dict)
    found = scope.find(context, data_dict)
    today = today_in_thailand()
    start, end, by = asking.asked_range(data_dict, today)
    span = periods.span(start, end, today, by=by)
    written = asking.remembered(context, "written", queries.written)
    missing = asking.lost_days(span, written)
    known = statistics.Known(written.since, today, missing)
    sessions = found.type != "resource"
    sums = queries.sums(found.scope, span)
    answer = statistics.answer(sums, periods.periods(start, end, by), known, sessions=sessions)
    notes = words.notes(
        exact=found.exact,
        own_rows=found.type in ("portal", "organization") and not found.exact,
        missing=missing,
    )
    return {
        "scope": found.described(),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "by": by,
        **answer,
        "unique_visitors_of": "scope" if found.exact else "datasets",
        **asking.when(written),
        "coverage": [note.text(data_dict["lang"]) for note in (*notes, *asking.notes(written))],
    }


@tk.side_effect_free
@validate(schema.usage_list)
def pcio_usage_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of use of each dataset, resource, office, data type or class.

    :param table: `datasets`, `resources`, `organizations`, `data_types` or `classes`
        (optional, `datasets`); a dataset may be both open and sharable, and is then in both classes
    :param dataset_id: id or name of a dataset, for its resources (optional)
    :param organization_id: id or name of an organization (optional)
    :param class: `open`, `sharable` or `other` (optional)
    :param data_type: one data type (optional)
    :param start: first day, ISO and Gregorian (optional; eleven months before this one)
    :param end: last day, inclusive (optional; today in Thailand)
    :param sort: `view`, `download`, `api`, `dump`, `unique_visitors` or `title`; `-` before it
        puts the largest first (optional, `-view`)
    :param trend: whether rows hold `previous` and `change` (optional, true)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, 20)
    :param offset: rows to pass over (optional)
    :param lang: `th` or `en`, of titles of types and classes (optional, `th`)

    :returns: `count`, `results` (rows of `id`, `name`, `title`, the five numbers, `previous` (of
        the range of equal length before) and `change` in per cent, null where there is nothing to
        compare), `start`, `end`, `previous_start`, `previous_end`, `since`, `as_of`, and `rest`:
        the numbers that belong to no row of the portal's datasets, which are `catalog` (documents
        of the catalog as a whole) and, for administrators, `deleted` (datasets no longer there)
    """
    tk.check_access("pcio_usage_list", context, data_dict)
    today = today_in_thailand()
    start, end, _by = asking.asked_range(data_dict, today)
    return listing.table(context, data_dict, start, end, today)
