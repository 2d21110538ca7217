"""What an answer still lacks: design.md §8, "evidence is a gate, as on the form"."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.pcio.standard.messages import N_, Message

from .form import Question, Text
from .places import Place, codes, places

Lack = Literal["option", "text", "number", "url", "rows", "evidence"]

_SENTENCES: Mapping[Lack, str] = {
    "option": N_("Choose an answer"),
    "text": N_("Write a text"),
    "number": N_("Give a number"),
    "url": N_("Give an address"),
    "rows": N_("Fill in at least one row"),
    "evidence": N_("Attach evidence"),
}
_LACK_OF: Mapping[str, Lack] = {
    "option": "option",
    "choice": "option",
    "choices": "option",
    "table": "rows",
    "text": "text",
    "number": "number",
    "url": "url",
    "evidence": "evidence",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing without which the answer is not ready."""

    place: str
    lack: Lack
    text: Text
    """The form's words at that place."""

    @property
    def message(self) -> Message:
        """What is to be done."""
        return Message(_SENTENCES[self.lack])


def missing(
    question: Question, answer: Mapping[str, Any], evidence: Mapping[str, Collection[str]]
) -> tuple[Missing, ...]:
    """Return what `answer` lacks, in the form's order; nothing where it is ready.

    `evidence` holds, by place (`survey.places`), the kinds attached there: "file", "url".
    A place that asks for a file is not satisfied by a URL; one that asks for either is by both.
    """
    return tuple(_lacking(question, answer, evidence))


def _lacking(
    question: Question, answer: Mapping[str, Any], evidence: Mapping[str, Collection[str]]
) -> Iterator[Missing]:
    for place in places(question, answer):
        lack = _LACK_OF.get(place.kind)
        if lack and place.required and not _satisfied(place, evidence.get(place.path, ())):
            yield Missing(place.path, lack, place.text)


def _satisfied(place: Place, attached: Collection[str]) -> bool:
    value = place.value
    if place.kind == "evidence":
        return "file" in attached or (place.evidence == "file_or_url" and "url" in attached)
    if place.kind in {"option", "choice", "choices"}:
        return bool(codes(value))
    if place.kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if place.kind == "table":
        rows = value if isinstance(value, list) else []
        return any(isinstance(row, Mapping) and any(row.values()) for row in rows)
    return isinstance(value, str) and bool(value.strip())
