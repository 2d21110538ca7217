"""The filled form as one CSV table that a spreadsheet opens as it is and does not run.

A row for everything that stands on it; `part` says what: `survey`, `province`, `as_of`, `state`,
`locked_at`, `source`, `digest`, `warning`; of each question `question`, `answer` (one for each
chosen option), `value`, `row` (of a table or a matrix), `reason` (why otherwise than proposed),
`evidence`, `missing`, `proposal`, `proposal_reason`, `caveat` and `dataset`. `place` is where in
the answer (`survey.places`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.survey.filled import FilledAnswer, FilledForm, digest
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.places import codes

from . import lists as dataset_lists
from .lists import Lists
from .told import tell, words
from .words import FORM_STATES, origin, say, state

COLUMNS: tuple[str, ...] = ("part", "question", "place", "name", "value", "text", "url")

Row = dict[str, Any]


def render(
    form: FilledForm, instrument: Instrument, lists: Lists, *, language: str = "th"
) -> bytes:
    """Return the filled form as CSV, in `language` ("th" or "en"); the same input, same bytes."""
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
    """Write what `render` returns to `target`, a row at a time."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(form, instrument, lists, language):
        writer.writerow({name: safe_cell(value) for name, value in row.items()})
    text.flush()
    text.detach()


def _rows(form: FilledForm, instrument: Instrument, lists: Lists, language: str) -> Iterator[Row]:
    yield {"part": "survey", "value": form.edition, "text": instrument.title.text(language)}
    yield {"part": "province", "text": form.province}
    yield {"part": "as_of", "value": form.as_of}
    yield {"part": "state", "value": form.state, "text": say(FORM_STATES[form.state], language)}
    if form.locked_at:
        yield {"part": "locked_at", "value": form.locked_at}
    if form.source:
        yield {"part": "source", "text": form.source}
    yield {"part": "digest", "value": digest(form)}
    for warning in form.warnings:
        yield {"part": "warning", "text": warning[language]}
    skipped = form.skipped(instrument)
    for question in instrument.questions:
        answer = form.answer(question.id)
        skipped_by = skipped.get(question.id)
        yield {
            "part": "question",
            "question": question.id,
            "name": state(form, answer, skipped_by, language),
            "value": "skipped" if skipped_by else answer.state,
            "text": words(question.text, language),
        }
        for row in _question(form, question, answer, skipped_by is not None, lists, language):
            yield {"question": question.id, **row}


def _question(
    form: FilledForm,
    question: Question,
    answer: FilledAnswer,
    skipped: bool,
    lists: Lists,
    language: str,
) -> Iterator[Row]:
    yield from _answer(question, answer, language)
    for each in answer.attachments:
        yield {
            "part": "evidence",
            "place": each.place,
            "name": each.name,
            "value": each.sha256,
            "text": each.passage,
            "url": each.url,
        }
    for lack in () if skipped else answer.missing(question):
        yield {
            "part": "missing",
            "place": lack.place,
            "name": lack.message.text(language),
            "value": lack.lack,
            "text": words(lack.text, language),
        }
    if answer.proposal is not None:
        yield from _proposal(question, answer, language)
        yield from _datasets(form, question, lists, language)


def _answer(question: Question, answer: FilledAnswer, language: str) -> Iterator[Row]:
    told = tell(question, answer.answer, language)
    chosen = codes(answer.answer.get("option"))
    in_order = [option.code for option in question.options if option.code in chosen]
    for code, text in zip(in_order, told.options, strict=True):
        yield {"part": "answer", "name": origin(answer, language), "value": code, "text": text}
    for detail in told.details:
        yield {
            "part": "value",
            "place": detail.place,
            "name": detail.label,
            "value": detail.value,
            "text": detail.unit,
        }
    for block in told.blocks:
        for row in block.rows:
            cells = zip(block.headings, row.cells, strict=False)
            text = " | ".join(f"{heading}: {cell}" for heading, cell in cells if cell)
            if text:
                yield {"part": "row", "place": row.place, "name": row.label, "text": text}
    if answer.reason:
        yield {"part": "reason", "text": answer.reason}


def _proposal(question: Question, answer: FilledAnswer, language: str) -> Iterator[Row]:
    proposal = answer.proposal or {}
    chosen = codes(proposal["option"])
    for option in question.options:
        if option.code in chosen:
            text = words(option.text, language)
            told = {"name": proposal["rule"], "value": option.code, "text": text}
            yield {"part": "proposal", **told}
    for reason in proposal["reasons"][language]:
        yield {"part": "proposal_reason", "text": reason}
    for caveat in proposal["caveats"][language]:
        yield {"part": "caveat", "text": caveat}


def _datasets(form: FilledForm, question: Question, lists: Lists, language: str) -> Iterator[Row]:
    rows = lists.get(question.id, ())
    for row in rows:
        yield {
            "part": "dataset",
            "name": row["title"],
            "value": row["dataset"],
            "text": (row.get("note") or {}).get(language, ""),
            "url": row["url"],
        }
    if unseen := dataset_lists.hidden(form, question.id, len(rows)):
        yield {
            "part": "dataset",
            "value": unseen,
            "text": say(dataset_lists.UNSEEN, language, number=unseen),
        }
