"""A proposal as a plain record, in both languages: what is kept, told and compared.

A record has `question`, `option`, `values`, `reasons` and `caveats` (each `{"th": [...],
"en": [...]}`), `evidence` (`dataset`, `title`, `url`, `note` in both languages) and
`evidence_count`, `partial` (`survey.proposal`), `rule`, `as_of` and `digest`, which changes when
the option or the values do. A light record has no `evidence` but tells how much there is; its
`digest` changes only with what the form asks, because numbers behind an answer move every day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ckanext.pcio.standard.messages import Message

from .answer import AnswerRefused, from_proposal
from .form import Question
from .proposal import Proposal

LANGUAGES = ("th", "en")


def record(proposal: Proposal, as_of: str) -> dict[str, Any]:
    """Return a proposal as a record; `as_of` is the ISO day of the catalog it was drawn from."""
    decided = json.loads(json.dumps({"option": proposal.option, "values": proposal.values}))
    text = json.dumps(decided, ensure_ascii=False, sort_keys=True)
    return {
        "question": proposal.question,
        **decided,
        "reasons": _texts(proposal.reasons),
        "caveats": _texts(proposal.caveats),
        "evidence": list(evidence(proposal)),
        "evidence_count": len(proposal.evidence),
        "partial": proposal.partial,
        "rule": proposal.rule_id,
        "as_of": as_of,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }


def evidence(proposal: Proposal) -> Iterator[dict[str, Any]]:
    """Yield the rows of a record's `evidence`, each made when it is asked for."""
    for row in proposal.evidence:
        note = {lang: row.note.text(lang) if row.note else "" for lang in LANGUAGES}
        yield {"dataset": row.dataset, "title": row.title, "url": row.url, "note": note}


def light_record(question: Question, proposal: Proposal, as_of: str) -> dict[str, Any]:
    """Return what is proposed for `question` as a light record."""
    made = record(replace(proposal, evidence=()), as_of)
    asked = json.dumps(answer_of(question, made), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(asked.encode()).hexdigest()
    return {**made, "evidence_count": len(proposal.evidence), "digest": digest}


def light(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without the datasets behind it; `evidence_count` tells how many there are."""
    number = record.get("evidence_count", len(record.get("evidence", ())))
    return {**record, "evidence": [], "evidence_count": number}


def answer_of(question: Question, record: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the answer a record amounts to; None where it proposes nothing, or nothing that fits.

    Of a partial proposal it is a part of an answer.
    """
    if record is None or (record["option"] is None and question.answer != "fields"):
        return None
    try:
        answer = from_proposal(question, record)
    except AnswerRefused:
        return None
    return answer if answer["values"] or question.answer != "fields" else None


def agrees(question: Question, answer: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether an answer is as proposed: the same, or of a partial proposal at least as much."""
    proposed = answer_of(question, record)
    if not record.get("partial"):
        return proposed == answer
    return proposed is None or _within(proposed, answer)


def _within(part: Any, whole: Any) -> bool:
    """Whether everything `part` says stands in `whole` too."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            key in whole and _within(value, whole[key]) for key, value in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(each in whole for each in part)
    return part == whole


def stale(
    question: Question,
    answer: Mapping[str, Any],
    then: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
) -> bool:
    """Whether the catalog has moved away from an answer since it was written.

    What counts is what the form asks: numbers behind a proposal move with every dataset. A catalog
    that has come to say what the answer says has moved towards it.
    """
    if answer_of(question, then) == answer_of(question, now):
        return False
    return now is None or not agrees(question, answer, now)


def _texts(messages: Iterable[Message]) -> dict[str, list[str]]:
    said = tuple(messages)
    return {lang: [message.text(lang) for message in said] for lang in LANGUAGES}
