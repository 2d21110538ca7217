"""The blank form of an edition, for everybody."""

from __future__ import annotations

from functools import lru_cache

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.instrument import editions

from .blueprint import pcio_editions
from .frame import frame as frame_of


@pcio_editions.route("/survey/<edition>/form", endpoint="frame")
def frame(edition: str) -> str:
    """Show the form nobody has answered, with its pillars, notes and skips."""
    if edition not in editions():
        tk.abort(404, tk._("There is no such edition of the survey."))
    body = _body(edition, pcio_language(), tk.h.lang())
    extra = {"frame": frame_of(edition, pcio_language()), "body": body}
    return tk.render("pcio/survey/form/frame.html", extra)


@lru_cache(maxsize=32)
def _body(edition: str, language: str, locale: str) -> Markup:
    """Return the form itself, the same for everybody; `locale` is that of the page's own words."""
    found = frame_of(edition, language)
    return Markup(tk.render("pcio/survey/form/frame_body.html", {"frame": found}))  # noqa: S704
