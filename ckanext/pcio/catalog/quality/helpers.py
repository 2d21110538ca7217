"""Template helper of the dataset page's section for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.helpers import pcio_language

from . import present, reading


def pcio_quality(pkg: Mapping[str, Any]) -> dict[str, Any]:
    """Return the quality of the dataset whose page is shown, in the reader's language.

    `links_enabled`: whether other servers are asked at all.
    """
    return {
        **present.in_words(reading.quality_of(pkg), pkg, pcio_language()),
        "links_enabled": tk.config["ckanext.pcio.links.enabled"],
    }
