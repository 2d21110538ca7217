"""Numbers beside datasets in lists and on a dataset's page: one query for a page of any length."""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins.toolkit as tk

from . import queries

_NOUGHT = dict.fromkeys(queries.BADGE_NUMBERS, 0)


def shown() -> bool:
    """Whether the portal's settings want numbers beside datasets."""
    return bool(tk.config["ckanext.pcio.usage.badges"])


def prepare(dataset_ids: Iterable[str]) -> None:
    """Read the numbers of datasets that were not read in this request yet. One query."""
    if not shown():
        return
    known = _known()
    wanted = [one for one in dataset_ids if one not in known]
    if wanted:
        found = queries.totals(wanted)
        known.update((one, found.get(one, _NOUGHT)) for one in wanted)


def badge(dataset_id: str) -> dict[str, int] | None:
    """Return the numbers of a dataset that was prepared, else None. No query."""
    return _known().get(dataset_id) if shown() else None


def of_dataset(dataset_id: str) -> queries.DatasetNumbers | None:
    """Return the numbers of a dataset's page; one query in a request, however often asked."""
    if not shown():
        return None
    known: dict[str, queries.DatasetNumbers] = _of_request("pcio_usage_pages")
    if dataset_id not in known:
        known[dataset_id] = queries.of_dataset(dataset_id)
    return known[dataset_id]


def _known() -> dict[str, dict[str, int]]:
    return _of_request("pcio_usage_badges")


def _of_request(name: str) -> dict:
    """Return a dictionary that lives as long as the request."""
    found = getattr(tk.g, name, None)
    if found is None:
        found = {}
        setattr(tk.g, name, found)
    return found
