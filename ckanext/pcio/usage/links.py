"""Links to files elsewhere, led through the portal, so that using them can be counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from markupsafe import Markup, escape


def through_portal(html: Markup, resource: dict[str, Any], dataset: dict[str, Any]) -> Markup:
    """Return `html` with the links to the resource's file leading through the portal.

    Nothing but the target changes: text, labels and `rel` stay, so the address that is shown is
    still the file's own.
    """
    url = resource.get("url") or ""
    if not _is_elsewhere(url) or not tk.config["ckanext.pcio.usage.enabled"]:
        return html
    link = tk.h.url_for(
        f"{dataset.get('type') or 'dataset'}_resource.download",
        id=dataset.get("name") or dataset["id"],
        resource_id=resource["id"],
    )
    # Not the methods of Markup: those would escape the quotes, which are ours.
    found, led = f'href="{escape(url)}"', f'href="{escape(link)}"'
    return Markup(str(html).replace(found, led))  # noqa: S704 - both parts are escaped


def _is_elsewhere(url: str) -> bool:
    """Whether CKAN's download would send a reader to another site for `url`."""
    if not tk.h.is_url(url):
        return False
    return urlsplit(url).netloc != urlsplit(tk.config["ckan.site_url"]).netloc
