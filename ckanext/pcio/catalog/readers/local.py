"""This portal as a source of facts, limited to what the caller may see."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.pcio.catalog import queries
from ckanext.pcio.catalog.facts import DatasetFacts

from .reading import Source


def read_facts(context: Context) -> tuple[Source, list[DatasetFacts]]:
    """Return this portal as a source and the facts of every dataset the caller may see.

    `sees_private` of the source is true only for a caller who sees every private dataset.
    """
    source = Source(
        kind="portal",
        location=tk.config["ckan.site_url"],
        sees_private=queries.sees_everything(context),
    )
    return source, queries.page(queries.visible(context), "title", None)
