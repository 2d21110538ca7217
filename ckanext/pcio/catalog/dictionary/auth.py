"""Who may do what with data dictionaries: as with the resources they describe."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict

from . import source


@tk.auth_allow_anonymous_access
def pcio_dictionary_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow whoever may see the dataset.

    A dictionary describes; it is not withheld with a file that waits to be looked at.
    """
    return _as("package_show", context, data_dict)


def pcio_dictionary_update(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow whoever may change the dataset."""
    return _as("package_update", context, data_dict)


def pcio_dictionary_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow whoever may change the dataset."""
    return _as("package_update", context, data_dict)


def pcio_dictionary_import(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow whoever may change the dataset."""
    return _as("package_update", context, data_dict)


def _as(core: str, context: Context, data_dict: DataDict) -> AuthResult:
    package_id = source.resource_of(data_dict["resource_id"]).package_id
    # A context of its own: what CKAN's functions look up is not left behind in the caller's.
    return authz.is_authorized(core, tk.fresh_context(context), {"id": package_id})
