"""What every control of the form is made with: words, places, problems, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ckanext.pcio.survey.form import Evidence, Text

from .control_records import Control, EvidenceView, Line, Proof, Words
from .wording import blanks, fill, pieces


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the form a control stands."""

    at: str
    """What its place starts with (`survey.places`)."""
    name: str
    """What the name of its input starts with (`form_names`)."""
    active: bool
    """Whether the answer asks for it; else it is blank."""

    def below(self, name: str, active: bool) -> Where:
        """Return where the fields stand that something here asks, their places beside it."""
        return replace(self, name=name, active=self.active and active)


class Ground:
    """What is known of the form as a whole while its controls are made."""

    def __init__(
        self,
        language: str,
        asked: frozenset[str],
        evidence: Mapping[str, Sequence[EvidenceView]],
        problems: Mapping[str, str],
        *,
        editable: bool,
        anchored: bool,
        begun: Mapping[str, tuple[str, str]] = {},
    ) -> None:
        self.language = language
        self.asked = asked
        self.evidence = evidence
        self.problems = problems
        self.editable = editable
        self.anchored = anchored
        self.begun = begun
        self.anchors: set[str] = set()

    def words(self, text: Text | None) -> Words:
        """Return a text in the reader's language, in pieces."""
        return pieces(text, self.language)

    def anchor(self, place: str, active: bool) -> str | None:
        """Return the place where links lead: once on the page, in what the answer asks."""
        taken = place in self.anchors or (not active and place in self.asked)
        if taken or not self.anchored:
            return None
        self.anchors.add(place)
        return place

    def problem(self, place: str, active: bool) -> str:
        """Return what is wrong at a place the answer asks for, or a blank."""
        return self.problems.get(place, "") if active else ""

    def proof(self, takes: Evidence, place: str, active: bool, *, anchored: bool = True) -> Proof:
        """Return where evidence is attached; not `anchored` where something else has the place."""
        url, passage = self.begun.get(place, ("", ""))
        return Proof(
            place=place,
            anchor=self.anchor(place, active) if anchored else None,
            takes=takes,
            pieces=tuple(self.evidence.get(place, ())),
            problem=self.problem(f"evidence:{place}", True),
            url=url,
            passage=passage,
        )

    def filled(self, words: Words, asked: tuple[Control, ...]) -> tuple[Words, tuple[Control, ...]]:
        """Return `words` with its blanks filled from the lines they are for, and what is left.

        Only where nothing is to be written: an input beside its blank has a label of its own.
        """
        lines = [each for each in asked if isinstance(each, Line)]
        if self.editable or not lines or blanks(words) != len(lines):
            return words, asked
        values = [f"{line.prefix}{line.value}" if line.value else "" for line in lines]
        return fill(words, values), tuple(each for each in asked if not isinstance(each, Line))


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def written(value: Any) -> str:
    """Return what stands in an input; anything that is not text or a number is not shown."""
    if isinstance(value, str):
        return value
    return str(value) if is_number(value) else ""


def is_number(value: Any) -> bool:
    """Whether `value` is a number; a tick is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
