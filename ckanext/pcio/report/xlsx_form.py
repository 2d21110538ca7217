"""The filled form as an XLSX workbook to read, sort and print."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.assessment import COUNT_LABELS
from ckanext.pcio.survey.filled import FilledAnswer, FilledForm, digest
from ckanext.pcio.survey.form import Instrument, Question

from . import lists as dataset_lists
from . import workbook
from .attachments import numbered
from .lists import Lists
from .told import chosen_texts, tell, words
from .words import FORM_STATES, KINDS, day, origin, say, state, yes_or_no
from .workbook import Block, Column

# Datasets of one question on the sheet: more would make a workbook that no desk can open. The CSV
# lists of the bundle hold them all, and the sheet says so.
MOST_DATASETS = 5000

_ANSWERS = (
    (N_("Question"), 10),
    (N_("Pillar"), 24),
    (N_("Indicator"), 9),
    (N_("The question"), 56),
    (N_("Who answers"), 24),
    (N_("Answer"), 56),
    (N_("Details"), 48),
    (N_("State"), 18),
    (N_("How it came about"), 22),
    (N_("Why otherwise than proposed"), 32),
    (N_("Confirmed on"), 13),
    (N_("What is missing"), 32),
    (N_("Pieces of evidence"), 11),
    (N_("Proposed answer"), 40),
    (N_("Reasons"), 60),
    (N_("Mind"), 60),
    (N_("Datasets behind it"), 11),
    (N_("Rule"), 14),
    (N_("Catalog as of"), 13),
    (N_("The catalog has moved on since"), 14),
)
_ROWS = (
    (N_("Question"), 10),
    (N_("Place in the answer"), 26),
    (N_("Row"), 56),
    *((N_("Column {number}"), 36) for _ in range(3)),
)
_EVIDENCE = (
    (N_("Question"), 10),
    (N_("Evidence number"), 12),
    (N_("Place in the answer"), 28),
    (N_("Kind"), 12),
    (N_("File name or address"), 56),
    (N_("Where in it the proof stands"), 40),
    (N_("Given by"), 30),
    (N_("Size in bytes"), 14),
    (N_("SHA-256"), 82),
)
_MISSING = (
    (N_("Question"), 10),
    (N_("Who answers"), 30),
    (N_("What to do"), 28),
    (N_("The form’s words at that place"), 80),
    (N_("Place in the answer"), 28),
)
_NOTES = ((N_("About this file"), 40), ("", 70), ("", 16), ("", 16))
_COMMITTEE = N_("The committee")


def render(
    form: FilledForm, instrument: Instrument, lists: Lists, *, language: str = "th"
) -> bytes:
    """Return the filled form as XLSX, in `language` ("th" or "en"); the same input, same bytes."""
    target = io.BytesIO()
    write(form, instrument, lists, target, language=language)
    return target.getvalue()


def write(
    form: FilledForm,
    instrument: Instrument,
    lists: Lists,
    target: BinaryIO,
    *,
    language: str = "th",
) -> None:
    """Write what `render` returns to `target`; raises `OSError` where a disk is full."""
    sheets = _Sheets(form, instrument, lists, language)
    with workbook.writing(target, instrument.title.text(language)) as book:
        for name, columns, rows in (
            (N_("Answers"), _ANSWERS, sheets.answers()),
            (N_("Tables and matrices"), _ROWS, sheets.tables()),
            (N_("Evidence"), _EVIDENCE, sheets.evidence()),
            (N_("What is missing"), _MISSING, sheets.missing()),
            (N_("Datasets behind answers"), _datasets_columns(), sheets.datasets()),
            (N_("Notes"), _NOTES, sheets.notes()),
        ):
            book.sheet(say(name, language), list(_columns(columns, language)), rows)


def _datasets_columns() -> Sequence[tuple[str, int]]:
    return ((N_("Question"), 10), *zip(dataset_lists.HEADINGS, (10, 60, 60, 60, 46), strict=True))


def _columns(columns: Sequence[tuple[str, int]], language: str) -> Iterator[Column]:
    numbered = 0
    for heading, width in columns:
        if "{number}" in heading:
            numbered += 1
            yield Column(say(heading, language, number=numbered), width)
        else:
            yield Column(say(heading, language) if heading else "", width)


class _Sheets:
    """The rows of each sheet."""

    def __init__(
        self, form: FilledForm, instrument: Instrument, lists: Lists, language: str
    ) -> None:
        self.form = form
        self.instrument = instrument
        self.lists = lists
        self.language = language
        self.skipped = form.skipped(instrument)

    def say(self, msgid: str, **params: Any) -> str:
        return say(msgid, self.language, **params)

    def asked(self) -> Iterator[tuple[Question, FilledAnswer]]:
        """Yield what the form asks, given its answers, in its order."""
        for question in self.instrument.questions:
            if question.id not in self.skipped:
                yield question, self.form.answer(question.id)

    def answers(self) -> Iterator[Sequence[Any]]:
        for question in self.instrument.questions:
            yield (*self.question(question), *self.proposal(question))

    def question(self, question: Question) -> Sequence[Any]:
        language, answer = self.language, self.form.answer(question.id)
        skipped_by = self.skipped.get(question.id)
        told = tell(question, answer.answer, language)
        lacks = () if skipped_by else answer.missing(question)
        pillar = self.instrument.pillar(question.pillar) if question.pillar else None
        return (
            question.id,
            f"{pillar.number}. {pillar.title.text(language)}" if pillar else "",
            question.indicator,
            words(question.text, language),
            question.office.text(language),
            "\n".join(told.options),
            "\n".join(detail.line for detail in told.details),
            state(self.form, answer, skipped_by, language),
            origin(answer, language),
            answer.reason,
            _day(answer.confirmed_at),
            "\n".join(dict.fromkeys(lack.message.text(language) for lack in lacks)),
            len(answer.attachments),
        )

    def proposal(self, question: Question) -> Sequence[Any]:
        answer = self.form.answer(question.id)
        if answer.proposal is None:
            return ()
        proposal, language = answer.proposal, self.language
        return (
            "\n".join(chosen_texts(question.options, proposal["option"], language)),
            "\n".join(proposal["reasons"][language]),
            "\n".join(proposal["caveats"][language]),
            proposal.get("evidence_count"),
            proposal["rule"],
            _day(proposal["as_of"]),
            yes_or_no(answer.stale, language),
        )

    def tables(self) -> Iterator[Sequence[Any] | Block]:
        for question, answer in self.asked():
            # Of what nobody answered there would be empty matrices only.
            told = tell(question, answer.answer, self.language) if answer.answer else None
            for block in told.blocks if told else ():
                heading = block.title or block.label_heading
                yield Block((question.id, block.place, heading, *block.headings))
                for row in block.rows:
                    yield (question.id, row.place, row.label, *row.cells)

    def evidence(self) -> Iterator[Sequence[Any]]:
        for piece in numbered(self.form):
            each = piece.attachment
            yield (
                piece.question,
                piece.number,
                each.place,
                self.say(KINDS[each.kind]),
                each.url or each.name,
                each.passage,
                each.organization or self.say(_COMMITTEE),
                each.size,
                each.sha256,
            )

    def missing(self) -> Iterator[Sequence[Any]]:
        for question, answer in self.asked():
            office = question.office.text(self.language)
            for lack in answer.missing(question):
                said = lack.message.text(self.language)
                yield (question.id, office, said, words(lack.text, self.language), lack.place)

    def datasets(self) -> Iterator[Sequence[Any]]:
        for question in self.instrument.questions:
            rows = self.lists.get(question.id, ())
            for number, row in enumerate(rows[:MOST_DATASETS], 1):
                yield (question.id, *dataset_lists.cells(number, row, self.language))
            for sentence in self.left_out(question, len(rows)):
                yield (question.id, None, sentence)

    def left_out(self, question: Question, listed: int) -> Iterator[str]:
        """Say what is not on the sheet, so that nobody takes it for all there is."""
        if listed > MOST_DATASETS:
            yield self.say(
                N_("… and {number} more; the bundle’s CSV lists hold them all."),
                number=listed - MOST_DATASETS,
            )
        if unseen := dataset_lists.hidden(self.form, question.id, listed):
            yield self.say(dataset_lists.UNSEEN, number=unseen)

    def notes(self) -> Iterator[Sequence[Any] | Block]:
        form, language = self.form, self.language
        yield (self.say(N_("Survey")), self.instrument.title.text(language), form.edition)
        yield (self.say(N_("Province")), form.province)
        yield (self.say(N_("As of")), day(form.as_of, language), _day(form.as_of))
        yield (self.say(N_("State")), self.say(FORM_STATES[form.state]), form.state)
        if form.locked_at:
            locked = _day(form.locked_at)
            yield (self.say(N_("Locked on")), day(str(locked), language), locked)
        if form.source:
            yield (self.say(N_("Catalog")), form.source)
        yield (self.say(N_("Digest of this form (SHA-256)")), digest(form))
        for warning in form.warnings:
            yield (self.say(N_("Warning")), warning[language])
        if form.counts:
            yield Block((self.say(N_("The catalog")), "", self.say(N_("All")), self.say(_OWN)))
            for name, label in COUNT_LABELS.items():
                both = (form.counts.get(whose, {}).get(name) for whose in ("all", "own"))
                yield (Message(label).text(language), None, *both)


_OWN = N_("The province's own")


def _day(text: str) -> date | str | None:
    """Return the day of an ISO day or time, in Thailand; as it is where it is neither."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment.astimezone(THAILAND) if moment.tzinfo else moment).date()
