"""Who is let in to the pages on which a province answers a survey."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Response
from werkzeug.wrappers import Response as AnyResponse

FORBIDDEN = 403


def refused(edition: str) -> AnyResponse | None:
    """Return the answer to a reader the pages are not for: a login, or who may be asked."""
    if tk.h.check_access("pcio_survey_show", {"edition": edition}):
        return None
    if not tk.current_user.is_authenticated:
        tk.h.flash_notice(
            tk._("Log in to see the province's answers. They are for people of the offices.")
        )
        return tk.redirect_to("user.login", came_from=tk.h.current_url())
    page = tk.render("pcio/survey/question_refused.html", {"edition": edition})
    return Response(page, FORBIDDEN)


def unkept(response: AnyResponse) -> AnyResponse:
    """Let nobody between keep an answer that is for one reader."""
    # CKAN would add "public" to an answer that its own templates did not make.
    tk.request.environ["__no_cache__"] = True
    response.headers["Cache-Control"] = "private, no-store"
    return response
