"""Forms of our pages are taken only from their own pages (CSRF), whoever sends them.

CKAN frees visitors without a login from this check, and does so by freeing the view they asked
for, in the whole process and for good: from then on nobody's form is checked there. A room's
blueprint therefore checks by itself:

    blueprint.before_request(forgery.protect)
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import current_app, g, request

_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


def protect() -> None:
    """Refuse (400) a change that does not bring its page's token; a call with an API token may."""
    if request.method not in _CHANGES or not current_app.config.get("WTF_CSRF_ENABLED"):
        return
    by_api_token = g.get("login_via_auth_header") and tk.current_user.is_authenticated
    if not by_api_token:
        current_app.extensions["csrf"].protect()
