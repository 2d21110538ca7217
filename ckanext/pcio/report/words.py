"""Words the sheets share: states, kinds and headings, each a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.pcio.standard.dates import format_date, parse_iso
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.filled import FilledAnswer, FilledForm

FORM_STATES: Mapping[str, str] = {
    "proposals": N_("Proposals of the catalog only; nobody has answered yet"),
    "open": N_("Open; answers may still change"),
    "locked": N_("Locked; nothing changes any more"),
}
ORIGINS: Mapping[str, str] = {
    "proposal": N_("As the catalog proposes"),
    "override": N_("Otherwise than the catalog proposes"),
    "own": N_("Answered by people; the catalog proposes nothing"),
}
KINDS: Mapping[str, str] = {"file": N_("File"), "url": N_("Web address")}
_STATES: Mapping[str, str] = {
    "none": N_("Not answered"),
    "draft": N_("Draft"),
    "confirmed": N_("Confirmed"),
}
_PROPOSED = N_("Proposed, nobody has confirmed it")
_SKIPPED = N_("Skipped because of the answer to {question}")
_YES, _NO = N_("Yes"), N_("No")


def say(msgid: str, language: str, **params: Any) -> str:
    """Return a sentence in a language."""
    return Message(msgid, params).text(language)


def state(form: FilledForm, answer: FilledAnswer, skipped_by: str | None, language: str) -> str:
    """Return how far the answer to a question is."""
    if skipped_by:
        return say(_SKIPPED, language, question=skipped_by)
    if form.state == "proposals" and answer.state == "draft":
        return say(_PROPOSED, language)
    return say(_STATES[answer.state], language)


def origin(answer: FilledAnswer, language: str) -> str:
    """Return how the answer came about; blank where there is none."""
    return say(ORIGINS[answer.origin], language) if answer.origin else ""


def yes_or_no(value: object, language: str) -> str:
    """Return a tick as a word."""
    return say(_YES if value is True else _NO, language)


def day(text: str, language: str) -> str:
    """Return an ISO day or time in words, as it is where it is neither."""
    found = parse_iso(text)
    return format_date(found, language) if found else text
