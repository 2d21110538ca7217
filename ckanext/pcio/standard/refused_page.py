"""CKAN's page for several datasets of an organization, which does not expect a refusal."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


def install(app: Any) -> None:
    """Tell on CKAN's page for several datasets why they were not published."""
    app.register_error_handler(tk.ValidationError, _on_the_page)


def _on_the_page(error: Any) -> Any:
    if tk.request.endpoint != "organization.bulk_process" or tk.request.method != "POST":
        raise error
    tk.h.flash_error(tk._("Nothing was published, because these datasets are not ready:"))
    for message in error.error_dict.get("datasets", ()):
        tk.h.flash_error(message)
    return tk.redirect_to("organization.bulk_process", id=(tk.request.view_args or {}).get("id"))
