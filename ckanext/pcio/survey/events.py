"""What happened to a survey, as sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ckanext.pcio.standard.messages import N_, Message

from .wording import Day, Joined

# By kind of event; kinds whose sentence depends on more stand below.
_PLAIN: Mapping[str, str] = {
    "answered": N_("{actor} wrote a draft of the answer to {question}."),
    "reopened": N_("{actor} took back the confirmation of {question}."),
    "contributed": N_("{actor} wrote a draft of {office} for {question}."),
    "sent": N_("{actor} sent the answer of {office} to {question}."),
    "withdrawn": N_("{actor} took back what {office} had sent for {question}."),
    "locked": N_("{actor} locked the survey."),
    "letter": N_("{office} was reminded by e-mail."),
    "letter_failed": N_("{office} could not be reminded by e-mail."),
}
_OTHER = N_("{actor} changed {question}.")
_SOMETHING = N_("{actor} changed the survey.")


def sentence(
    kind: str,
    *,
    actor: str,
    question: str | None,
    office: str | None,
    offices: Sequence[str],
    detail: Mapping[str, Any],
) -> Message:
    """Return what an event was.

    `office` is the title of the office it is about, `offices` those its detail names.
    """
    who = actor or Message(N_("The portal"))
    known = {"actor": who, "question": question or "", "office": office or ""}
    if kind in _PLAIN:
        return Message(_PLAIN[kind], known)
    if kind in _WORDED:
        return _WORDED[kind](known, detail, offices)
    return Message(_OTHER if question else _SOMETHING, known)


def _opened(known: dict[str, Any], detail: Mapping[str, Any], _offices: Sequence[str]) -> Message:
    day = _day(detail.get("deadline"))
    if day is None:
        return Message(N_("{actor} opened the survey."), known)
    text = N_("{actor} opened the survey; offices answer until {day}.")
    return Message(text, {**known, "day": day})


def _changed(known: dict[str, Any], detail: Mapping[str, Any], _offices: Sequence[str]) -> Message:
    before = detail.get("before")
    day, note = _day(detail.get("deadline")), detail.get("note") or ""
    said: list[Message] = []
    if before is None or before.get("deadline") != detail.get("deadline"):
        text = N_("{actor} set the deadline to {day}.")
        gone = N_("{actor} took the deadline away.")
        said.append(Message(text, {**known, "day": day}) if day else Message(gone, known))
    if before is None or (before.get("note") or "") != note:
        text = N_("{actor} wrote to the offices: “{note}”")
        gone = N_("{actor} took the note to the offices away.")
        said.append(Message(text, {**known, "note": note}) if note else Message(gone, known))
    if not said:
        return Message(N_("{actor} saved deadline and note unchanged."), known)
    return said[0] if len(said) == 1 else Message("{both}", {"both": Joined(tuple(said), " ")})


def _asked(known: dict[str, Any], detail: Mapping[str, Any], offices: Sequence[str]) -> Message:
    return _put(
        known,
        detail,
        offices,
        N_("{actor} put {count} questions to {who}."),
        N_("{actor} asked offices: {count} questions in all."),
    )


def _unasked(known: dict[str, Any], detail: Mapping[str, Any], offices: Sequence[str]) -> Message:
    return _put(
        known,
        detail,
        offices,
        N_("{actor} took {count} questions back from {who}."),
        N_("{actor} took {count} questions back from offices."),
    )


def _put(
    known: dict[str, Any], detail: Mapping[str, Any], offices: Sequence[str], to: str, none: str
) -> Message:
    count = detail.get("pairs", 0)
    if not offices:
        return Message(none, {**known, "count": count})
    return Message(to, {**known, "count": len(detail.get("questions") or ()), "who": _who(offices)})


def _reminded(known: dict[str, Any], detail: Mapping[str, Any], offices: Sequence[str]) -> Message:
    if offices:
        return Message(N_("{actor} had {who} reminded."), {**known, "who": _who(offices)})
    text = N_("{actor} had {count} offices reminded.")
    return Message(text, {**known, "count": detail.get("offices", 0)})


def _confirmed(
    known: dict[str, Any], detail: Mapping[str, Any], _offices: Sequence[str]
) -> Message:
    origin = detail.get("origin")
    if origin == "proposal":
        return Message(N_("{actor} confirmed {question} as the catalog proposes it."), known)
    if origin == "override":
        text = N_("{actor} confirmed {question} otherwise than proposed: “{reason}”")
        return Message(text, {**known, "reason": detail.get("reason") or ""})
    return Message(N_("{actor} confirmed the answer to {question}."), known)


def _attached(known: dict[str, Any], detail: Mapping[str, Any], _offices: Sequence[str]) -> Message:
    named = {**known, "name": detail.get("name") or ""}
    if known["office"]:
        return Message(N_("{actor} attached “{name}” of {office} to {question}."), named)
    return Message(N_("{actor} attached “{name}” to {question}."), named)


def _detached(known: dict[str, Any], detail: Mapping[str, Any], _offices: Sequence[str]) -> Message:
    named = {**known, "name": detail.get("name") or ""}
    return Message(N_("{actor} removed “{name}” from {question}."), named)


def _unlocked(known: dict[str, Any], detail: Mapping[str, Any], _offices: Sequence[str]) -> Message:
    text = N_("{actor} opened the locked survey again: “{reason}”")
    return Message(text, {**known, "reason": detail.get("reason") or ""})


_WORDED = {
    "opened": _opened,
    "changed": _changed,
    "asked": _asked,
    "unasked": _unasked,
    "reminded": _reminded,
    "confirmed": _confirmed,
    "attached": _attached,
    "detached": _detached,
    "unlocked": _unlocked,
}

# Offices named in a sentence before only their number is.
_NAMED = 3


def _who(offices: Sequence[str]) -> Any:
    if len(offices) > _NAMED:
        return Message(N_("{count} offices"), {"count": len(offices)})
    return ", ".join(offices)


def _day(value: Any) -> Day | None:
    try:
        return Day(date.fromisoformat(value))
    except (TypeError, ValueError):
        return None
