"""Messages of the pure core: marked here, translated by the extension's own gettext catalog.

The pure core runs without CKAN, so it cannot use CKAN's gettext. A rule returns `Message`
values; whoever shows them chooses the language. Thai is the first language, and the English
msgid is the second, so a missing translation still reads as a sentence.
"""

from __future__ import annotations

import gettext
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

DOMAIN = "ckanext-pcio"
LOCALE_DIR = Path(__file__).parent.parent / "i18n"


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark `msgid` for extraction without translating it."""
    return msgid


def terminal_language() -> str:
    """Return the language of a command line: "en" where its locale says English, else "th".

    `PCIO_LANG` says otherwise where it is set. There is no request to ask, so CKAN's own
    translation would always answer in English.
    """
    chosen = os.environ.get("PCIO_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    return "en" if chosen.lower().startswith("en") else "th"


@lru_cache(maxsize=8)
def _catalog(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that is not yet in any language.

    `msgid` is the English sentence with `{name}` placeholders; `params` fills them. A parameter
    that is itself a `Message`, or has a `text(language)` of its own, is translated too.
    """

    msgid: str
    params: dict[str, Any] = field(default_factory=dict)

    def text(self, language: str = "th") -> str:
        """Return the sentence in `language` ("th" or "en")."""
        template = self.msgid if language == "en" else _catalog(language).gettext(self.msgid)
        filled = {
            name: value.text(language) if hasattr(value, "text") else value
            for name, value in self.params.items()
        }
        return template.format(**filled) if filled else template
