"""Which office is asked which question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.survey.form import Instrument

from . import access, organizations, store

Pair = tuple[str, str]


def usual(instrument: Instrument, questions: Iterable[str]) -> list[Pair]:
    """Return the pairs of question and office the committee's list makes.

    Raises `ValidationError` where a question is the provincial office's and the settings do not
    name one.
    """
    everybody = organizations.with_members()
    provincial = access.provincial_office()
    pairs: list[Pair] = []
    for reference in questions:
        question = instrument.question(reference)
        if question.asks == "provincial_office":
            if not provincial:
                text = tk._("The settings name no provincial office ({setting}).").format(
                    setting="ckanext.pcio.survey.provincial_office"
                )
                raise tk.ValidationError({"organizations": [text]})
            pairs.append((question.id, provincial))
        else:
            pairs.extend((question.id, office) for office in everybody)
    return pairs


def told(response_id: str, pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    """Return what each office is asked, by title, and what of it is new. Two queries."""
    before = {
        (row["question_id"], row["organization_id"]) for row in store.assignments(response_id)
    }
    put: dict[str, list[str]] = defaultdict(list)
    for question, office in pairs:
        put[office].append(question)
    return [
        {
            **{name: office[name] for name in ("id", "name", "title")},
            "questions": put[office["id"]],
            "new": [each for each in put[office["id"]] if (each, office["id"]) not in before],
        }
        for office in organizations.named(put)
    ]


def changes(response_id: str, pairs: Iterable[Pair], deadline: date | None) -> bool:
    """Whether asking would change anything: of the same sent twice, the second does not."""
    before = {
        (row["question_id"], row["organization_id"]): row["deadline"]
        for row in store.assignments(response_id)
    }
    return any(
        pair not in before or (deadline is not None and before[pair] != deadline) for pair in pairs
    )


def assign(response_id: str, pairs: Iterable[Pair], deadline: date | None, actor: str) -> None:
    """Ask offices; who was asked before gets the new deadline."""
    moment = store.now()
    store.assign(
        {
            "response_id": response_id,
            "question_id": question,
            "organization_id": office,
            "deadline": deadline,
            "asked_at": moment,
            "asked_by": actor,
        }
        for question, office in pairs
    )
