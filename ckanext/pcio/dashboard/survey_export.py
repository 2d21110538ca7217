"""The filled form as a reader may take it away: what of it is his to see, and how it is written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, BinaryIO

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.pcio.catalog import queries
from ckanext.pcio.report import bundle, csv_form, docx, json_form, xlsx_form
from ckanext.pcio.report.lists import Lists, Row
from ckanext.pcio.standard.slug import slugify
from ckanext.pcio.survey.filled import Attachment, FilledForm, without_drafts
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.response import access, entry, evidence, filling, store

BUNDLE = "zip"
TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    BUNDLE: "application/zip",
}
# Datasets behind all answers up to which the lists are read at once, not a question at a time.
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A filled form with what stands behind it, as far as its reader may see it."""

    form: FilledForm
    instrument: Instrument
    lists: Lists

    def file_name(self, ending: str) -> str:
        """Return what a file of it is called: edition, province, day and state."""
        form = self.form
        parts = (form.edition, _slug(form.province), form.as_of, form.state)
        return f"{'-'.join(filter(None, parts))}.{ending}"

    def write(self, ending: str, target: BinaryIO, language: str, digits: docx.Digits) -> None:
        """Write it in one format; raises `OSError` where the disk does not take it."""
        form, instrument, lists = self.form, self.instrument, self.lists
        if ending == "docx":
            target.write(docx.render(form, instrument, language=language, digits=digits))
        elif ending == BUNDLE:
            bundle.write(
                form, instrument, lists, open_file, target, language=language, digits=digits
            )
        else:
            sheet = {"xlsx": xlsx_form, "csv": csv_form, "json": json_form}[ending]
            sheet.write(form, instrument, lists, target, language=language)


def read(context: Context, edition: str) -> Export:
    """Return an edition as the caller may see it: the secretary all of it.

    To others, evidence of offices that are not theirs and datasets they may not see are told in
    number only, and of drafts that they are drafts. Raises `ObjectNotFound` and `ValidationError`
    for an edition not answered here.
    """
    instrument = entry.instrument(edition)
    who = access.person(context)
    response = store.response(edition)
    form = filling.filled_form(edition)
    if who.secretary:
        read_all = partial(filling.lists, edition)
        rows = _every(form, read_all, lambda question: filling.lists(edition, question))
        return Export(form=form, instrument=instrument, lists=rows)
    return Export(
        form=_seen(form, who, response),
        instrument=instrument,
        lists=_visible(form, response, queries.visible(context)),
    )


def open_file(attachment: Attachment) -> BinaryIO:
    """Open the file of a piece of evidence; raises `OSError`."""
    try:
        return evidence.path_of(attachment.id).open("rb")
    except tk.ValidationError as error:
        raise FileNotFoundError(str(error)) from error


def scratch() -> BinaryIO:
    """Return a file on disk that has no name, so that it is gone whatever happens."""
    made: Any = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who sends it
    return made


def _seen(form: FilledForm, who: access.Person, response: Mapping[str, Any] | None) -> FilledForm:
    """Return the form without drafts and what is in other offices' evidence.

    That there is such evidence, and that an answer is a draft, is told.
    """
    if response is None:
        return form
    form = without_drafts(form)
    owners = {row["id"]: row["organization_id"] for row in store.evidence(response["id"])}
    other = {
        "id": "",
        "name": tk._("Evidence of another office"),
        "url": "",
        "size": None,
        "sha256": "",
        "passage": "",
        "organization": tk._("Another office"),
    }

    def shown(each: Attachment) -> Attachment:
        owner = owners.get(each.id, "")
        # What the committee attached belongs to the province's answer.
        return each if owner is None or who.sees_contribution(owner) else replace(each, **other)

    return replace(
        form,
        answers=tuple(
            replace(answer, attachments=tuple(map(shown, answer.attachments)))
            for answer in form.answers
        ),
    )


class _Lists(Mapping[str, Sequence[Row]]):
    """Lists of datasets that are read from the database a question at a time."""

    def __init__(self, questions: Sequence[str], read_one: Callable[[str], Sequence[Row]]) -> None:
        self.questions = questions
        self.read_one = read_one

    def __getitem__(self, question: str) -> Sequence[Row]:
        if question not in self.questions:
            raise KeyError(question)
        return self.read_one(question)

    def __iter__(self) -> Iterator[str]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)


def _every(
    form: FilledForm,
    read_all: Callable[[], Lists],
    read_one: Callable[[str], Lists],
) -> Lists:
    behind = _behind(form)
    if sum(behind.values()) <= _AT_ONCE:
        return read_all()
    return _Lists(list(behind), lambda question: read_one(question).get(question, ()))


def _visible(form: FilledForm, response: Any, visible: Any) -> Lists:
    behind = _behind(form)

    def rows(questions: Sequence[str]) -> Lists:
        most = max((behind[question] for question in questions), default=0)
        found = filling.shown(response, form.edition, questions, visible, most)
        return {question: shown for question, (shown, _hidden) in found.items()}

    return _every(form, lambda: rows(list(behind)), lambda question: rows([question]))


def _behind(form: FilledForm) -> dict[str, int]:
    """Return how many datasets stand behind each derived answer."""
    return {
        answer.question: answer.proposal.get("evidence_count", 0)
        for answer in form.answers
        if answer.proposal is not None
    }


@lru_cache(maxsize=8)
def _slug(province: str) -> str:
    return slugify(province) if province.strip() else ""
