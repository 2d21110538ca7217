"""The quality of a dataset of this portal: what the tables know, handed to the pure core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.pcio.catalog.dictionary.queries import columns
from ckanext.pcio.catalog.links.queries import states
from ckanext.pcio.catalog.sync import settings_from_config
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.files import live_resources
from ckanext.pcio.standard.quality import Quality, assess
from ckanext.pcio.standard.record import text_of


def quality_of(dataset: Mapping[str, Any]) -> Quality:
    """Return the quality of a dataset as `package_show` returns it.

    A few statements, however many resources it has.
    """
    settings = settings_from_config()
    resources = [text_of(resource.get("id")) for resource in live_resources(dataset)]
    return assess(
        dataset,
        links=states(text_of(dataset.get("id"))),
        dictionaries=columns(resources),
        today=today_in_thailand(),
        star_table=settings.star_table,
        grace_days=settings.grace_days,
    )
