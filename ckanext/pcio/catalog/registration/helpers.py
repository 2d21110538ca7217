"""Template helpers: what GD Catalog knows of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.pcio.standard.helpers import pcio_language

from . import queries
from .states import COMPLETED, is_asked_about, state_of
from .view import as_dict
from .words import deleting


def pcio_registration(pkg: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is known of a dataset's registration, with the address of its published copy.

    None where the portal neither asks nor was told, or where the dataset is not one to register.
    """
    row = queries.stored([pkg["id"]]).get(pkg["id"])
    dataset = model.Package.get(pkg["id"])
    asking = bool(tk.config["ckanext.pcio.registration.service_url"])
    if dataset is None or not (row or (asking and is_asked_about(pkg))):
        return None
    if row is None:
        return {"state": None, "label": state_of("").text(pcio_language()), "stage": "unknown"}
    shown = as_dict(row, dataset.name, dataset.metadata_modified, pcio_language())
    catalog = tk.config["ckanext.pcio.registration.catalog_url"].rstrip("/")
    if row["state"] == COMPLETED and catalog:
        shown["url"] = f"{catalog}/dataset/{shown['published_name']}"
    return shown


def pcio_delete_question(pkg_id: str, question: str) -> str:
    """Return the question asked before a dataset is deleted; what GD Catalog knows comes first."""
    row = queries.stored([pkg_id]).get(pkg_id)
    warning = deleting(state_of(row["state"])) if row else None
    return f"{warning.text(pcio_language())} {question}" if warning else question
