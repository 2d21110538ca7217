"""README.txt of an evidence bundle, in Thai and in English: what it holds, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.filled import Attachment, FilledForm, digest
from ckanext.pcio.survey.form import Instrument

from .words import FORM_STATES, day, say

Lost = Literal["gone", "altered"]

_REASONS: Mapping[Lost, str] = {
    "gone": N_("the file cannot be found or read"),
    "altered": N_("the file is no longer the one that was attached"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A file of evidence that is not in the bundle although it should be."""

    question: str
    attachment: Attachment
    why: Lost
    path: str
    """Where it would be."""
    found: Mapping[str, Any] | None = None
    """Size and SHA-256 of what lies in its place."""


def readme(form: FilledForm, instrument: Instrument, missing: Sequence[Missing]) -> bytes:
    """Return the text, as Notepad and every other editor opens it."""
    line = "-" * 60
    both = [
        *_lines(form, instrument, missing, "th"),
        "",
        line,
        "",
        *_lines(form, instrument, missing, "en"),
    ]
    return b"\xef\xbb\xbf" + "".join(f"{each}\r\n" for each in both).encode("utf-8", "replace")


def _lines(
    form: FilledForm, instrument: Instrument, missing: Sequence[Missing], language: str
) -> Iterator[str]:
    yield instrument.title.text(language)
    province = plain(form.province)
    if province:
        yield say(N_("Evidence bundle of {province}"), language, province=province)
    yield ""
    for label, value in (
        (N_("As of"), day(form.as_of, language)),
        (N_("State"), say(FORM_STATES[form.state], language)),
        (N_("Catalog"), plain(form.source)),
        (N_("Digest of this form (SHA-256)"), digest(form)),
    ):
        if value:
            yield f"{say(label, language)}: {value}"
    yield ""
    yield from _folders(form, language)
    yield ""
    yield from _lacks(missing, language)


def _folders(form: FilledForm, language: str) -> Iterator[str]:
    files = [each for answer in form.answers for each in answer.attachments]
    told = {
        "form/": N_(
            "the filled form: to print (DOCX), to work with (XLSX, CSV), for programs (JSON)"
        ),
        "manifest.json": N_("size and SHA-256 of every file, to see that none was changed"),
    }
    if any(answer.proposal is not None for answer in form.answers):
        told["datasets/"] = N_("the datasets behind each answer that the catalog proposes")
    if any(each.kind == "file" for each in files):
        told["evidence/"] = N_("files of evidence, by question and place in the answer")
    if any(each.kind == "url" for each in files):
        told["evidence/addresses.csv"] = N_("evidence that is a web address")
    for name, meaning in sorted(told.items()):
        yield f"{name}  {say(meaning, language)}"


def _lacks(missing: Sequence[Missing], language: str) -> Iterator[str]:
    if not missing:
        yield say(N_("Every file of evidence is here, and is the one that was attached."), language)
        return
    yield say(
        N_("{number} files of evidence are NOT in this bundle:"), language, number=len(missing)
    )
    for each in missing:
        yield f"- {each.path}: {say(_REASONS[each.why], language)}"
