"""What is to be known about an answer, told discreetly below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.filled import FilledAnswer, FilledForm
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.places import codes

from .markup import Element, paragraph, run
from .paper import mapping
from .words import Words

_SKIPPED = N_("This question is not asked, because question {question} is answered “{answer}”.")
_UNCONFIRMED = N_("A draft, not yet confirmed.")
_WAITING = N_("The catalog proposes an answer that nobody has looked at yet.")
_OVERRIDDEN = N_("Answered otherwise than the catalog proposes. Reason: {reason}")
_PROPOSED = N_("The catalog proposed: {answer}")
_STALE = N_("The catalog has changed since this answer was written.")
_PROPOSAL = N_("Proposed by the catalog; nobody has confirmed it.")
_DATASETS = N_("Datasets behind the answer: {number}")


def skipped(words: Words, form: FilledForm, instrument: Instrument, by: str) -> Element:
    """Return the remark that the answer to the question `by` makes the form skip this one."""
    answer = options_of(words, instrument.question(by), form.answer(by).answer.get("option"))
    return _remark(words.say(_SKIPPED, question=by, answer=answer))


def remarks(
    words: Words, form: FilledForm, question: Question, answer: FilledAnswer
) -> Iterator[Element]:
    """Yield what is to be known about an answer: what it is worth, why it is so."""
    if form.state == "proposals":
        yield from _proposal(words, answer.proposal)
        return
    if answer.state == "draft":
        yield _remark(words.say(_UNCONFIRMED))
    if answer.state == "none" and answer.proposal is not None:
        yield _remark(words.say(_WAITING))
    if answer.origin == "override":
        yield _remark(words.say(_OVERRIDDEN, reason=answer.reason or "…"))
        proposed = options_of(words, question, (answer.proposal or {}).get("option"))
        if proposed:
            yield _remark(words.say(_PROPOSED, answer=proposed))
    if answer.stale:
        yield _remark(words.say(_STALE))


def options_of(words: Words, question: Question, chosen: Any) -> str:
    """Return the chosen options of a question in their short names."""
    names = (o.label for o in question.options if o.code in codes(chosen))
    return ", ".join(words.text(name) for name in names)


def _proposal(words: Words, proposal: Mapping[str, Any] | None) -> Iterator[Element]:
    if proposal is None:
        return
    yield _remark(words.say(_PROPOSAL), "Number")
    for title, name in ((N_("Reasons"), "reasons"), (N_("Mind"), "caveats")):
        said = mapping(proposal.get(name)).get(words.language) or ()
        if said:
            yield _remark(words.say(title))
        for sentence in said:
            yield _remark(f"– {sentence}")
    number = proposal.get("evidence_count") or len(proposal.get("evidence") or ())
    if number:
        yield _remark(words.say(_DATASETS, number=words.number(int(number))))


def _remark(text: str, style: str = "") -> Element:
    return paragraph(run(text, style), style="Remark")
