"""A first proposal of a dictionary, so that nobody starts with an empty page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ckan.lib import uploader

from ckanext.pcio.catalog.personal import store as scans
from ckanext.pcio.catalog.personal.states import HOLDING
from ckanext.pcio.standard.column_guess import guess_columns
from ckanext.pcio.standard.columns import Column
from ckanext.pcio.standard.tabular import FileRefused

log = logging.getLogger(__name__)


def propose(resource: Mapping[str, Any]) -> tuple[Column, ...]:
    """Return the columns of the file that was uploaded here as a resource.

    Nothing for a link, whose address is not asked, and for a file that is no table. Without
    examples where the file is held or personal data was found in it: everybody may read them.
    """
    if resource.get("url_type") != "upload":
        return ()
    try:
        path = Path(uploader.get_resource_uploader(dict(resource)).get_path(resource["id"]))
        columns = guess_columns(path) if path.is_file() else ()
    except FileRefused:
        return ()
    except (OSError, AttributeError, NotImplementedError) as error:
        # Another uploader keeps files elsewhere; the page works without a proposal.
        log.info("The file of %s cannot be looked at: %s", resource.get("id"), error)
        return ()
    if _may_be_quoted(resource["id"]):
        return columns
    return tuple(replace(column, example="") for column in columns)


def _may_be_quoted(resource_id: str) -> bool:
    scan = scans.row(resource_id)
    return scan is None or not (scan["findings"] or scan["state"] in HOLDING)
