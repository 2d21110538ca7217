"""A first proposal of a dictionary, so that nobody starts with an empty page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ckan.lib import uploader

from ckanext.pcio.standard.column_guess import guess_columns
from ckanext.pcio.standard.columns import Column
from ckanext.pcio.standard.tabular import FileRefused

log = logging.getLogger(__name__)


def propose(resource: Mapping[str, Any]) -> tuple[Column, ...]:
    """Return the columns of the file that was uploaded here as a resource.

    Nothing for a link, whose address is not asked, and for a file that is no table.
    """
    if resource.get("url_type") != "upload":
        return ()
    try:
        path = Path(uploader.get_resource_uploader(dict(resource)).get_path(resource["id"]))
        return guess_columns(path) if path.is_file() else ()
    except FileRefused:
        return ()
    except (OSError, AttributeError, NotImplementedError) as error:
        # Another uploader keeps files elsewhere; the page works without a proposal.
        log.info("The file of %s cannot be looked at: %s", resource.get("id"), error)
        return ()
