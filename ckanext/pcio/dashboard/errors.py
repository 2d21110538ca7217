"""What an error page says, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.exceptions import default_exceptions

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import N_

BROKEN = 500

_WORDS = {
    400: (
        N_("The request could not be understood"),
        N_(
            "Part of the address is not as this portal expects it."
            " Please start again from the home page."
        ),
    ),
    401: (N_("Please log in"), N_("This page is for people who have logged in.")),
    403: (N_("No permission"), N_("You have no permission to open this page.")),
    404: (
        N_("Page not found"),
        N_("There is nothing at this address. It may have been mistyped, moved or deleted."),
    ),
    405: (
        N_("This cannot be done here"),
        N_(
            "The page was asked to do something it does not offer."
            " Please start again from the home page."
        ),
    ),
    413: (
        N_("The file is too large"),
        N_("The file is larger than this portal accepts. Split or compress it and try again."),
    ),
    BROKEN: (
        N_("Something went wrong here"),
        N_(
            "The portal could not finish this request. Please try again;"
            " if it happens again, tell the administrator of the portal."
        ),
    ),
}


def fresh_assets() -> None:
    """Forget which assets the request has included: the page they were for is not shown.

    CKAN includes an asset once for each request, so an error page after a page that broke halfway
    would come without any. CKAN has no function for this; the collection is made again when asked.
    """
    tk.g.pop("_webassets", None)


@dataclass(frozen=True)
class ErrorWords:
    """The words of an error page: the HTTP `code`, a `heading` and a sentence `text`."""

    code: int
    heading: str
    text: str


def error_words(code: Any, content: str | None) -> ErrorWords:
    """Return what the page of the HTTP status `code` says.

    `content` is what the raiser said. It is kept where it says more than the framework's stock
    sentence and is in the reader's language; CKAN passes some English through untranslated. An
    unexpected error comes from CKAN with its code in a list.
    """
    number = code[0] if isinstance(code, list) else code
    known = number if number in _WORDS else (BROKEN if number >= BROKEN else 400)
    heading, text = _WORDS[known]
    said = str(content or "").strip()
    stock = default_exceptions[number].description if number in default_exceptions else ""
    foreign = pcio_language() == "th" and said.isascii()
    if number >= BROKEN or not said or said == stock or foreign:
        said = tk._(text)
    return ErrorWords(number, tk._(heading), said)
