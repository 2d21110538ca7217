"""The form's templates rendered without a portal, and what a browser would post from them."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
from werkzeug.datastructures import MultiDict

import ckanext.pcio
from ckanext.pcio.dashboard.workbench.helpers import pcio_longest_text

TEMPLATES = Path(ckanext.pcio.__file__).parent / "templates"
# Settings are not there without a portal; the page's own are tried in test_frame.
HELPERS = SimpleNamespace(
    pcio_longest_text=pcio_longest_text,
    pcio_evidence_limits=lambda: {"megabytes": 20, "endings": "pdf, png", "accept": ".pdf,.png"},
    localised_filesize=lambda size: f"{size} bytes",
)


@lru_cache(maxsize=1)
def macros() -> Any:
    """Return the macros pages import."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
    )
    environment.install_null_translations()  # type: ignore[attr-defined]
    environment.globals["h"] = HELPERS
    return environment.get_template("pcio/survey/form/macros.html").module


def form(controls: Any, prefix: str = "answer-") -> str:
    return str(macros().answer_form(controls, prefix))


def text(controls: Any) -> str:
    return str(macros().answer_text(controls))


class Page(HTMLParser):
    """Collects what a browser posts, and the ids and the references to them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.posted: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.inputs: list[dict[str, str]] = []
        self.said = ""
        self._area: str | None = None
        self._written = ""
        self._noscript = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        self._noscript = self._noscript or tag == "noscript"
        if self._noscript:
            return
        if "id" in found:
            self.ids.append(found["id"])
        for name in ("for", "aria-describedby", "data-pcio-asked-by", "data-pcio-asked-unless"):
            self.references.update(found.get(name, "").split())
        if tag == "input":
            self.inputs.append(found)
            chosen = "checked" in found or found["type"] == "text"
            if chosen:
                self.posted.append((found["name"], found.get("value", "")))
        if tag == "textarea":
            self.inputs.append(found)
            self._area, self._written = found["name"], ""

    def handle_data(self, data):
        if self._area is not None:
            self._written += data
        else:
            self.said += data

    def handle_endtag(self, tag):
        if tag == "noscript":
            self._noscript = False
        if tag == "textarea" and self._area is not None:
            # The first line end is the template's; the others are posted as a browser does.
            written = self._written.removeprefix("\n").replace("\n", "\r\n")
            self.posted.append((self._area, written))
            self._area = None

    @property
    def data(self) -> MultiDict[str, str]:
        return MultiDict(self.posted)
