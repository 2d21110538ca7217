"""What would raise the answers: for each part of an answer the shortest way to change it. Pure.

A way is as short as `survey.gains` proves: so many datasets put right change the option, the tick
or the number, and one fewer does not. What moves an answer beside the datasets, the registers and
the settings, is told by `survey.register_improvements`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.derive import rule_of
from ckanext.pcio.survey.form import Field, Instrument, Question, Text
from ckanext.pcio.survey.gains import Progress
from ckanext.pcio.survey.scope import Pair
from ckanext.pcio.survey.wording import Joined
from ckanext.pcio.survey.work import KINDS

Change = Literal["option", "tick", "number", "rows", "text"]
Where = Literal[
    "worklist",
    "publish",
    "datasets",
    "dataset_new",
    "settings",
    "reuse_new",
    "reuse_review",
    "demand_new",
    "demands",
    "demands_met",
    "exchange_new",
    "exchanges",
]
"""Where it is done; `survey.raising` knows the pages."""
Proposed = Mapping[str, Mapping[str, Any]]
"""By question what is proposed now: `option` and `values` (`survey.proposed`)."""

_LACKS: Mapping[tuple[str, ...], str] = {
    ("disclosable", "publish"): N_(
        "Datasets that may be disclosed and are not published yet: {number}"
    ),
    ("open", "fill", "correct"): N_(
        "Open datasets with mandatory items that are missing or not valid: {number}"
    ),
    ("open", "dictionary"): N_("Open datasets without a data dictionary: {number}"),
    ("open", "data", "format"): N_("Open datasets without a file of this format: {number}"),
    ("linkable", "linkage"): N_(
        "Datasets that may be shared and state no linkage method: {number}"
    ),
}
"""What is lacking, by the datasets in question and the kinds of work that put them right."""

_FIRST: Mapping[str, tuple[str, str, Where]] = {
    "disclosable": (
        N_("There is no dataset of the province’s own yet that may be disclosed"),
        N_("Describe the first one and publish it."),
        "dataset_new",
    ),
    "open": (
        N_("No dataset of the province’s own is open"),
        N_("Publish a first one with all mandatory items."),
        "publish",
    ),
    "linkable": (
        N_("There is no dataset of the province’s own yet that other agencies may link to"),
        N_("Describe the first one and state how other agencies can link to it."),
        "dataset_new",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """One thing to do, and what it changes in the answer to a question."""

    question: str
    part: str
    """Code of the option or of the field that changes."""
    change: Change
    lack: Message
    action: Message
    effect: Message
    needed: int
    """How many datasets (or entries of a register) change it; one fewer does not."""
    own: int = 0
    """How many of them must be the province's own."""
    candidates: int = 0
    """How many there are to choose from; 0 where none is there yet."""
    kinds: tuple[str, ...] = ()
    """Kinds of work on datasets."""
    where: Where = "worklist"
    filters: Mapping[str, str] | None = None
    """What narrows the page to those that are meant."""


def improvements(
    standing: Iterable[Progress], instrument: Instrument, proposed: Proposed
) -> Mapping[str, tuple[Improvement, ...]]:
    """Return by question what work on datasets changes, the shortest first.

    Questions that no goal belongs to are left out; of those whose goals are all reached the tuple
    is empty.
    """
    by_question: dict[str, list[Progress]] = {}
    for each in standing:
        by_question.setdefault(each.goal.question, []).append(each)
    return {
        question: in_order(_of_question(instrument, question, goals, proposed.get(question) or {}))
        for question, goals in by_question.items()
    }


_RANK: Mapping[Change, int] = {"option": 0, "tick": 0, "rows": 1, "text": 1, "number": 2}


def in_order(found: Iterable[Improvement]) -> tuple[Improvement, ...]:
    """Return options and ticks before what only adds to the answer, what needs least first."""
    return tuple(sorted(found, key=lambda each: (_RANK[each.change], each.needed)))


def _of_question(
    instrument: Instrument, question_id: str, goals: Sequence[Progress], now: Mapping[str, Any]
) -> Iterator[Improvement]:
    question = instrument.question(question_id)
    options = {option.code for option in question.options}
    order = rule_of(instrument, question).options
    steps = [each for each in goals if each.goal.part in options]
    yield from _of_options(question, order, steps, now)
    for each in goals:
        if each.goal.part not in options and each.distance:
            yield _of_field(question.field(each.goal.part), each)


def _of_options(
    question: Question, order: Sequence[str], steps: Sequence[Progress], now: Mapping[str, Any]
) -> Iterator[Improvement]:
    reached: dict[int, Progress] = {}
    for each in steps:
        if each.distance and (
            each.distance not in reached
            or order.index(each.goal.part) > order.index(reached[each.distance].goal.part)
        ):
            # As many datasets bring the stronger option too.
            reached[each.distance] = each
    for each in reached.values():
        yield _by_work(each, "option", option_effect(question, each.goal.part, now))
    if not reached and (first := _with_a_first(order, steps)):
        lack, action, where = _FIRST[first.goal.of]
        yield Improvement(
            question=question.id,
            part=first.goal.part,
            change="option",
            lack=Message(lack),
            action=Message(action),
            effect=option_effect(question, first.goal.part, now),
            needed=1,
            own=1,
            where=where,
        )


def _with_a_first(order: Sequence[str], steps: Sequence[Progress]) -> Progress | None:
    """Return the strongest option that a first dataset of the province's own brings, if any."""

    def and_one(progress: Progress) -> Progress:
        of, done = progress.of, progress.done
        return replace(
            progress, of=Pair(of.all + 1, of.own + 1), done=Pair(done.all + 1, done.own + 1)
        )

    brought = [
        each
        for each in steps
        if each.distance is None and each.goal.of in _FIRST and and_one(each).distance == 0
    ]
    return max(brought, key=lambda each: order.index(each.goal.part), default=None)


def _of_field(field: Field, progress: Progress) -> Improvement:
    name = {"part": progress.goal.name}
    if progress.goal.reach == "number":
        numbers = {"before": progress.done.all, "after": progress.of.all}
        effect = Message(N_("“{part}” goes from {before} to {after}"), {**name, **numbers})
        return _by_work(progress, "number", effect)
    if field.type == "choice":
        # The form asks yes or no; its last choice is what work brings.
        after = {"after": field.options[-1].label}
        return _by_work(progress, "tick", Message(N_("“{part}” becomes “{after}”"), name | after))
    return _by_work(progress, "tick", Message(N_("“{part}” is ticked"), name))


def _by_work(progress: Progress, change: Change, effect: Message) -> Improvement:
    goal = progress.goal
    needed, own = progress.distance or 0, progress.needed.own
    return Improvement(
        question=goal.question,
        part=goal.part,
        change=change,
        lack=_lack(progress),
        action=_how_many(progress, needed, own),
        effect=effect,
        needed=needed,
        own=min(own, needed) if goal.reach != "number" else 0,
        candidates=progress.candidates,
        kinds=goal.by,
    )


def _lack(progress: Progress) -> Message:
    goal = progress.goal
    sentence = _LACKS.get((goal.of, *goal.by))
    number = {"number": progress.candidates}
    if sentence is None:
        kinds = Joined(tuple(Message(KINDS[kind].label) for kind in goal.by), " / ")
        lack = Message(N_("Datasets to work on ({kinds}): {number}"), {"kinds": kinds, **number})
    else:
        lack = Message(sentence, number)
    if progress.copies_count:
        return lack
    return Message(N_("{lack}, counting the province’s own"), {"lack": lack})


def _how_many(progress: Progress, needed: int, own: int) -> Message:
    if progress.goal.reach == "number":
        return Message(N_("Each one put right adds one."))
    if progress.candidates == 1:
        return Message(N_("Putting it right is enough."))
    if needed == progress.candidates:
        return Message(N_("All of them must be put right."))
    if own and progress.copies_count:
        return Message(
            N_("Putting {needed} of them right is enough, at least {own} the province’s own."),
            {"needed": needed, "own": own},
        )
    return Message(N_("Putting {needed} of them right is enough."), {"needed": needed})


def option_effect(question: Question, option: str, now: Mapping[str, Any]) -> Message:
    """Say which option the answer goes to, and from which where that is known."""
    after: dict[str, Text] = {"after": question.option(option).label}
    before = now.get("option")
    known = {each.code for each in question.options}
    if not isinstance(before, str) or before not in known or before == option:
        return Message(N_("The answer becomes “{after}”"), after)
    return Message(
        N_("The answer goes from “{before}” to “{after}”"),
        {"before": question.option(before).label, **after},
    )
