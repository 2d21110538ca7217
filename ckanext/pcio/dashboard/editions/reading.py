"""Who may look at the pages of results, and what others are shown instead."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response
from werkzeug.wrappers import Response as AnyResponse

FORBIDDEN = 403


def refused(action: str) -> AnyResponse | None:
    """Return the answer to a reader whom an action is not for: a login, or who may be asked."""
    if tk.h.check_access(action):
        return None
    if not tk.current_user.is_authenticated:
        tk.h.flash_notice(
            tk._("Log in to see the province’s results. They are for people of the offices.")
        )
        return tk.redirect_to("user.login", came_from=tk.h.current_url())
    return Response(tk.render("pcio/survey/editions/refused.html"), FORBIDDEN)


def act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Run an action for the reader; a refusal or a wrong address becomes its HTTP error."""
    try:
        return tk.get_action(action)({}, data_dict)
    except tk.NotAuthorized as error:
        return tk.abort(FORBIDDEN, str(error.message or ""))
    except (tk.ObjectNotFound, tk.ValidationError):
        return tk.abort(404, tk._("There is nothing at this address."))
