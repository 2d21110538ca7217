"""The questions of a survey as lines of a list: how far each is and whose turn it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.form import Instrument, Pillar, Question, Section
from ckanext.pcio.survey.wording import Day

Row = Mapping[str, Any]
State = Literal["none", "draft", "confirmed", "ready", "skipped"]
Turn = Literal["committee", "offices", ""]

STATES: Mapping[str, str] = {
    "none": N_("Not answered"),
    "draft": N_("Draft"),
    "confirmed": N_("Confirmed, something is missing"),
    "ready": N_("Ready"),
    "skipped": N_("Skipped"),
}
TONES: Mapping[str, str] = {"draft": "warn", "confirmed": "warn", "ready": "good"}
_OF_OFFICE: Mapping[str, str] = {
    "none": N_("Not answered"),
    "draft": N_("Draft, not sent"),
    "sent": N_("Sent"),
}
_SETTLED = N_("Not needed any more: the committee has answered")


@dataclass(frozen=True, slots=True)
class Due:
    """A day until which something has to be done, as seen on another day."""

    day: date
    left: int
    """Days until then; negative when it has passed."""

    @property
    def message(self) -> Message:
        """How long there is, in words."""
        if self.left < 0:
            return Message(N_("{count} days overdue"), {"count": -self.left})
        if self.left == 0:
            return Message(N_("the last day is today"))
        if self.left == 1:
            return Message(N_("until tomorrow"))
        return Message(N_("{count} days left"), {"count": self.left})

    def text(self, language: str = "th") -> str:
        """Return the day and how long there is."""
        both = {"day": Day(self.day), "left": self.message}
        return Message(N_("{day} ({left})"), both).text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """How far an office of the reader's is with a question."""

    title: str
    state: str
    label: str
    may_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question in the list."""

    id: str
    pillar: int
    text: str
    state: State
    label: str
    tone: str
    stale: bool
    skipped_by: str | None
    proposed: bool
    """Whether the catalog proposes an answer that nobody has confirmed yet."""
    turn: Turn
    yours: bool
    asked: int
    sent: int
    offices: frozenset[str]
    """Ids of the offices it was put to."""
    own: tuple[Own, ...]
    due: Due | None
    missing: int


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one heading of the form."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the form, with the pillar it counts for."""

    heading: str
    pillar: Pillar
    blocks: tuple[Block, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines, whatever their heading."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def count(self) -> int:
        """Number of its lines."""
        return len(self.lines)

    @property
    def ready(self) -> int:
        """Questions that are ready, or skipped."""
        return sum(line.state in {"ready", "skipped"} for line in self.lines)

    @property
    def yours(self) -> int:
        """Questions at which the reader has something to do."""
        return sum(line.yours for line in self.lines)


def due(day: str | None, today: date) -> Due | None:
    """Return the deadline that an ISO day is, or None."""
    if not day:
        return None
    found = date.fromisoformat(day)
    return Due(found, (found - today).days)


def lines(instrument: Instrument, told: Row, today: date, language: str) -> tuple[Line, ...]:
    """Return a line for each question that `pcio_survey_show` told, in the form's order."""
    secretary = told["role"] == "secretary"
    return tuple(
        _line(instrument.question(row["id"]), row, told, secretary, today, language)
        for row in told["questions"]
    )


def grouped(instrument: Instrument, shown: Iterable[Line], language: str) -> tuple[Group, ...]:
    """Return lines under the form's headings."""
    sections = {section.id: section for section in instrument.sections}
    groups: dict[str, dict[str, list[Line]]] = {}
    for line in shown:
        section = instrument.question(line.id).section
        root = _root(sections, section)
        groups.setdefault(root, {}).setdefault(section, []).append(line)
    return tuple(
        Group(
            sections[root].heading.text(language),
            instrument.pillar(next(iter(blocks.values()))[0].pillar),
            tuple(
                Block(sections[key].heading.text(language) if key != root else "", tuple(of_it))
                for key, of_it in blocks.items()
            ),
        )
        for root, blocks in groups.items()
    )


def _line(
    question: Question, row: Row, told: Row, secretary: bool, today: date, language: str
) -> Line:
    state = _state(row)
    own = tuple(
        Own(
            title=each["title"],
            state=each["state"],
            label=Message(_told(each["state"], row)).text(language),
            may_answer=each["mine"],
        )
        for each in row["assignments"]
        if each["state"] is not None and not secretary
    )
    proposal = row["proposal"]
    proposed = bool(proposal and proposal["option"] is not None) and row["state"] != "confirmed"
    at_hand = proposed and not proposal.get("partial")
    turn = _turn(row, state, at_hand) if told["state"] == "open" else ""
    unsent = any(each.may_answer and each.state != "sent" for each in own)
    waits = unsent and state in {"none", "draft"}
    yours = told["state"] == "open" and (turn == "committee" if secretary else waits)
    return Line(
        id=question.id,
        pillar=question.pillar,
        # The form's texts open with the question's number, which the page shows by itself.
        text=question.text.text(language).removeprefix(question.id).lstrip(". ").strip(),
        state=state,
        label=Message(STATES[state]).text(language),
        tone=TONES.get(state, ""),
        stale=row["stale"],
        skipped_by=row["skipped_by"],
        proposed=proposed and state != "skipped",
        turn=turn,
        yours=yours,
        asked=row["asked"],
        sent=row["sent"],
        offices=frozenset(each["organization"] for each in row["assignments"]),
        own=own,
        due=_due(row, told, turn == "offices" if secretary else waits, today),
        missing=len(row["missing"]),
    )


def _told(state: str, row: Row) -> str:
    """Return how far an office is, in words; what the committee has confirmed needs no answer."""
    return _SETTLED if row["state"] == "confirmed" and state != "sent" else _OF_OFFICE[state]


def _state(row: Row) -> State:
    if row["skipped_by"]:
        return "skipped"
    if row["state"] == "confirmed":
        return "confirmed" if row["missing"] else "ready"
    return row["state"]


def _turn(row: Row, state: State, at_hand: bool) -> Turn:
    """Return who has to do something next.

    The committee: where an answer is `at_hand` (proposed as a whole) or every office that was asked
    has sent one, where it is stale or lacks something, and where nobody was asked.
    """
    if state == "skipped" or (state == "ready" and not row["stale"]):
        return ""
    if state in {"none", "draft"} and not at_hand and row["sent"] < row["asked"]:
        return "offices"
    return "committee"


def _due(row: Row, told: Row, waits: bool, today: date) -> Due | None:
    """Return the first deadline of those that still have to send something."""
    if not waits:
        return None
    days = [
        each["deadline"] or told["deadline"]
        for each in row["assignments"]
        if each["state"] not in {None, "sent"} and not each["gone"]
    ]
    return due(min((day for day in days if day), default=None), today)


def _root(sections: Mapping[str, Section], section: str) -> str:
    parent = sections[section].parent
    return _root(sections, parent) if parent else section


def first_of_yours(shown: Sequence[Line]) -> Line | None:
    """Return the first question at which the reader has something to do."""
    return next((line for line in shown if line.yours), None)
