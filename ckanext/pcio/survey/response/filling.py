"""The filled form of a response, read at once: a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.survey import carried, kept
from ckanext.pcio.survey.filled import (
    Attachment,
    FilledAnswer,
    FilledForm,
    as_proposed,
    from_dict,
)
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.kept_rows import OF_PROPOSALS, OF_SNAPSHOTS, Shown
from ckanext.pcio.survey.proposed import light, stale

from . import organizations, store

Row = dict[str, Any]


def filled_form(edition: str, *, counts: bool = True) -> FilledForm:
    """Return an edition as the province answers it; without the catalog's counts if need be.

    A locked response is the snapshot that was taken; an open one is what stands in the tables, with
    the present proposals beside it; without a response the proposals themselves stand as answers.
    """
    response = store.response(edition)
    if response is not None and response["state"] == "locked":
        snapshot = store.snapshot(response["id"])
        if snapshot is not None:
            return _of_edition(_light(from_dict(snapshot["content"])))
    return current_form(edition, response, counts=counts)


def lists(edition: str, question: str | None = None) -> dict[str, list[Row]]:
    """Return every row behind the proposals of `filled_form`, or of one question, by question.

    Those of a locked response are the ones its snapshot was taken with.
    """
    response = store.response(edition)
    if response is not None and response["state"] == "locked":
        snapshot = store.snapshot_id(response["id"])
        if snapshot is not None:
            return OF_SNAPSHOTS.every(snapshot, question)
    return kept.lists(edition, question)


def shown(
    response: Row | None,
    edition: str,
    questions: Collection[str],
    visible: Predicate | None,
    limit: int,
) -> dict[str, Shown]:
    """Return the first rows behind proposals that a reader may see, and how many he may not.

    `visible` tells which rows of the facts table he may see; None: all. One query, two where the
    response is locked.
    """
    if response is not None and response["state"] == "locked":
        snapshot = store.snapshot_id(response["id"])
        if snapshot is not None:
            return OF_SNAPSHOTS.shown(snapshot, questions, visible, limit)
    return OF_PROPOSALS.shown(edition, questions, visible, limit)


def current_form(
    edition: str,
    response: Row | None,
    *,
    counts: bool = True,
    proposals: Mapping[str, Row] | None = None,
) -> FilledForm:
    """Return the form as the tables and the catalog have it now, locked or not.

    `proposals` are those to be used; without them the present ones.
    """
    instrument = load_instrument(edition)
    proposals = kept.proposals(edition) if proposals is None else proposals
    answers = store.answers(response["id"]) if response else {}
    proof = _attachments(instrument, _counting(response["id"]), answers) if response else {}
    return FilledForm(
        edition=edition,
        province=tk.config["ckanext.pcio.province_name"] or "",
        as_of=today_in_thailand().isoformat(),
        state="open" if response else "proposals",
        answers=tuple(
            _answer(question, answers.get(question.id), proposals.get(question.id), proof)
            if response
            else as_proposed(question, proposals.get(question.id))
            for question in instrument.questions
        ),
        counts=_counts() if counts else {},
    )


def attachment(row: Mapping[str, Any], titles: Mapping[str, str]) -> Attachment:
    """Return a piece of evidence as the form has it."""
    return Attachment(
        id=row["id"],
        place=row["place"],
        kind=row["kind"],
        name=row["name"],
        url=row["url"] or "",
        size=row["size"],
        sha256=row["sha256"] or "",
        passage=row["passage"],
        organization=titles.get(row["organization_id"] or "", ""),
    )


def instrument_of(edition: str) -> Instrument:
    """Return the instrument of an edition; raises `InstrumentError`."""
    return load_instrument(edition)


def _of_edition(form: FilledForm) -> FilledForm:
    """Return a form with an answer for each question the edition has by now, and no other."""
    known = {each.question: each for each in form.answers}
    questions = load_instrument(form.edition).questions
    return replace(
        form,
        answers=tuple(
            known.get(question.id) or FilledAnswer(question=question.id) for question in questions
        ),
    )


def _light(form: FilledForm) -> FilledForm:
    """Return a form without the datasets behind it, which snapshots of old held in it."""
    return replace(
        form,
        answers=tuple(
            replace(each, proposal=light(each.proposal)) if each.proposal else each
            for each in form.answers
        ),
    )


def _answer(
    question: Question,
    row: Row | None,
    proposal: Mapping[str, Any] | None,
    proof: Mapping[str, tuple[Attachment, ...]],
) -> FilledAnswer:
    attachments = proof.get(question.id, ())
    if row is None:
        return FilledAnswer(question=question.id, proposal=proposal, attachments=attachments)
    confirmed = row["state"] == "confirmed"
    return FilledAnswer(
        question=question.id,
        state=row["state"],
        origin=row["origin"],
        answer=row["answer"],
        reason=row["reason"],
        proposal=proposal,
        stale=confirmed and stale(question, row["answer"], row["proposal"], proposal),
        attachments=attachments,
        confirmed_at=row["confirmed_at"].isoformat() if row["confirmed_at"] else "",
    )


def _counting(response_id: str) -> list[Row]:
    """Return the evidence of the committee, and of offices that have sent what they contribute."""
    sent = store.sent(response_id)
    return [
        row
        for row in store.evidence(response_id)
        if row["organization_id"] is None or (row["question_id"], row["organization_id"]) in sent
    ]


def _attachments(
    instrument: Instrument, rows: Iterable[Row], answers: Mapping[str, Row]
) -> dict[str, tuple[Attachment, ...]]:
    rows = list(_at_their_rows(instrument, list(rows), answers))
    titles = organizations.titles(row["organization_id"] for row in rows)
    found: dict[str, list[Attachment]] = defaultdict(list)
    for row in rows:
        found[row["question_id"]].append(attachment(row, titles))
    return {question: tuple(each) for question, each in found.items()}


def _at_their_rows(
    instrument: Instrument, rows: list[Row], answers: Mapping[str, Row]
) -> Iterator[Row]:
    """Yield evidence; an office's at a row of a table where that row stands in the answer now.

    What proves a row that was not taken over is left out. One query, where there is any.
    """
    by_row = {
        question.id: question for question in instrument.questions if carried.row_tables(question)
    }
    moving = [row for row in rows if row["organization_id"] and row["question_id"] in by_row]
    given = store.given(moving[0]["response_id"], by_row) if moving else {}
    for row in rows:
        if not row["organization_id"] or row["question_id"] not in by_row:
            yield row
            continue
        question, theirs = row["question_id"], given[row["question_id"], row["organization_id"]]
        stands = answers[question]["answer"] if question in answers else {}
        place = carried.carried(by_row[question], row["place"], theirs, stands)
        if place is not None:
            yield {**row, "place": place}


def _counts() -> Mapping[str, Any]:
    counts = tk.get_action("pcio_counts_show")({"ignore_auth": True}, {})
    return {whose: counts[whose] for whose in ("all", "own") if whose in counts}
