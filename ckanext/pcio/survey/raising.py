"""Every derived question with what would raise its answer, or that nothing more would. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.derive import rule_of
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.gains import Progress
from ckanext.pcio.survey.improvements import (
    Improvement,
    Proposed,
    Where,
    improvements,
    in_order,
)
from ckanext.pcio.survey.register_improvements import Told, register_improvements
from ckanext.pcio.survey.work import KINDS

Stand = Literal["improvable", "strongest", "unmoved"]
KindNumbers = Mapping[tuple[str, str, str], int]
"""How many of the datasets to choose from need a kind of work, by question, part and kind."""

_SENTENCES: Mapping[Stand, str] = {
    "improvable": N_("What would raise this answer"),
    "strongest": N_("The strongest answer is proposed already; there is nothing more to gain."),
    "unmoved": N_("There is no list of work for this answer; its reasons say what it rests on."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page where something is done."""

    endpoint: str
    label: str
    arguments: Mapping[str, str]
    action: str = ""
    """What a person must be allowed to do there; empty: whoever reads of it."""


PLACES: Mapping[Where, Place] = {
    "worklist": Place("pcio_worklist.index", N_("See them in the worklist"), {"organization": ""}),
    "publish": Place(
        "pcio_worklist.index",
        N_("See what waits to be published"),
        {"organization": "", "kind": "publish"},
    ),
    "datasets": Place(
        "pcio_dashboard.readiness_list", N_("See the datasets"), {"slice_name": "datasets"}
    ),
    "dataset_new": Place("dataset.new", N_("Describe a dataset"), {}, "package_create"),
    "reuse_new": Place("pcio_reuse.new", N_("Tell us how you use the data"), {}),
    "reuse_review": Place(
        "pcio_reuse.review",
        N_("See what waits for approval"),
        {"state": "waiting"},
        "pcio_reuse_list",
    ),
    "demand_new": Place("pcio_demand.new", N_("Ask for data"), {}),
    "demands": Place("pcio_demand.index", N_("See the requests"), {}),
    "demands_met": Place(
        "pcio_demand.index", N_("See the requests that were met"), {"state": "fulfilled"}
    ),
    "exchange_new": Place(
        "pcio_exchange.new", N_("Record an exchange"), {}, "pcio_exchange_create"
    ),
    "exchanges": Place(
        "pcio_exchange.index", N_("See the exchanges on record"), {}, "pcio_exchange_list"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A question and what would raise its answer."""

    question: Question
    stand: Stand
    improvements: tuple[Improvement, ...]
    skipped_by: str | None = None
    """The question whose proposed answer makes the form skip this one."""


def raised(
    instrument: Instrument, standing: Iterable[Progress], proposed: Proposed, told: Told
) -> tuple[Raised, ...]:
    """Return every question the catalog answers, in the form's order."""
    reached = tuple(standing)
    by_work = improvements(reached, instrument, proposed)
    skipped = instrument.skipped({key: each.get("option") for key, each in proposed.items()})
    found = []
    for question in instrument.questions:
        if question.rule is None:
            continue
        now = proposed.get(question.id) or {}
        ways = (*by_work.get(question.id, ()), *register_improvements(question, now, told))
        goals = [each for each in reached if each.goal.question == question.id]
        found.append(
            Raised(
                question=question,
                stand="improvable" if ways else _stand(instrument, question, now, goals),
                improvements=in_order(ways),
                skipped_by=skipped.get(question.id),
            )
        )
    return tuple(found)


def _stand(
    instrument: Instrument, question: Question, now: Mapping[str, Any], goals: Sequence[Progress]
) -> Stand:
    if now.get("partial"):
        # The catalog shows some of what is asked; the rest is not on record here.
        return "unmoved"
    if question.answer == "one":
        strongest = now.get("option") == rule_of(instrument, question).options[-1]
    else:
        strongest = bool(goals) and all(each.distance == 0 for each in goals)
    return "strongest" if strongest else "unmoved"


def as_dict(each: Raised, kinds: KindNumbers, language: str) -> dict[str, Any]:
    """Return a question as an action tells it."""
    return {
        "question": each.question.id,
        "stand": each.stand,
        "sentence": Message(_SENTENCES[each.stand]).text(language),
        "skipped_by": each.skipped_by,
        "improvements": [_way(way, kinds, language) for way in each.improvements],
    }


def _way(way: Improvement, kinds: KindNumbers, language: str) -> dict[str, Any]:
    place = PLACES.get(way.where)
    arguments = {**(place.arguments if place else {}), **(way.filters or {})}
    if way.where == "worklist":
        arguments |= {"question": way.question, "part": way.part}
    names = ("question", "part", "change", "needed", "own", "candidates", "where")
    return {
        **{name: getattr(way, name) for name in names},
        "lack": way.lack.text(language),
        "action": way.action.text(language),
        "effect": way.effect.text(language),
        "kinds": [_kind(way, kind, kinds, arguments, language) for kind in way.kinds],
        "endpoint": place.endpoint if place else "",
        "arguments": arguments,
        "label": Message(place.label).text(language) if place else "",
        "needs": place.action if place else "",
    }


def _kind(
    way: Improvement,
    kind: str,
    kinds: KindNumbers,
    arguments: Mapping[str, str],
    language: str,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "label": Message(KINDS[kind].label).text(language),
        "datasets": kinds.get((way.question, way.part, kind)),
        "arguments": {**arguments, "kind": kind} if way.where == "worklist" else {},
    }
