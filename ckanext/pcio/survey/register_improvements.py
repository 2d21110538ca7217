"""What would raise the answers beside work on datasets: the registers and the settings. Pure.

Nobody can tell from a catalog which dataset would meet a request, who uses the data or with whom it
is exchanged. So these are told as what they are: something to be asked, decided and recorded by
people, at the register's page. That is also why P2.2.2 has no goal in the worklist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.registers.records import Demand
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.form import Question
from ckanext.pcio.survey.improvements import Improvement, option_effect
from ckanext.pcio.survey.scope import Pair, pair

_TIERS: Mapping[str, tuple[str, str]] = {
    "province": (
        N_("No exchange within the province is on record"),
        N_("Exchanges within the province that are still being prepared: {number}"),
    ),
    "department": (
        N_("No exchange with a parent department is on record"),
        N_("Exchanges with a parent department that are still being prepared: {number}"),
    ),
    "other": (
        N_("No exchange with another agency is on record"),
        N_("Exchanges with other agencies that are still being prepared: {number}"),
    ),
}
_SETTINGS: Mapping[str, tuple[str, str]] = {
    "data_go_th": (
        N_("No organization of the province on data.go.th is named"),
        N_("If it has one, the administrator names it in “ckanext.pcio.data_go_th_organization”."),
    ),
    "own_system": (
        N_("No open data system that the province made itself is named"),
        N_("If it has one, the administrator gives its URL in “ckanext.pcio.own_system_url”."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the registers know beside the proposals drawn from them."""

    reuses_waiting: int = 0
    """Reuses that wait for an officer."""
    demands_waiting: int = 0
    """Public requests without an answer, or with data being prepared."""
    unopened: Pair = field(default_factory=lambda: Pair(0, 0))
    """Datasets that meet a request and may be disclosed, but are not published."""
    preparing: Mapping[str, int] = field(default_factory=dict)
    """Exchanges being prepared, by tier of the partner."""


def unopened(demands: Iterable[Demand], facts: Iterable[DatasetFacts]) -> Pair:
    """Count the datasets that meet a request and may be disclosed, but are not published."""
    meeting = {demand.dataset for demand in demands if demand.fulfilled}
    return pair(
        each
        for each in facts
        if each.id in meeting
        and each.state != "deleted"
        and each.disclosable
        and not each.published
    )


def register_improvements(
    question: Question, proposed: Mapping[str, Any], told: Told
) -> tuple[Improvement, ...]:
    """Return what entries of the registers change in the answer proposed for a question."""
    find = _BY_RULE.get(question.rule or "")
    return tuple(find(question, proposed, told)) if find else ()


def _channels(question: Question, now: Mapping[str, Any], _told: Told) -> Iterator[Improvement]:
    for code, (lack, action) in _SETTINGS.items():
        if code not in (now.get("option") or ()):
            yield Improvement(
                question=question.id,
                part=code,
                change="option",
                lack=Message(lack),
                action=Message(action),
                effect=Message(N_("“{part}” is ticked"), {"part": question.option(code).label}),
                needed=1,
                where="settings",
            )


def _reuses(question: Question, now: Mapping[str, Any], told: Told) -> Iterator[Improvement]:
    table = question.field("rows")
    limit = table.rows or 0
    known = sum(not row.get("by_default") for row in _values(now).get("rows") or ())
    if now.get("option") != "yes" or known >= limit:
        return
    action = Message(N_("Record who uses the open datasets; an officer approves each entry."))
    if told.reuses_waiting:
        action = Message(
            N_("Entries that wait for an officer’s approval: {number}. Decide on them first."),
            {"number": told.reuses_waiting},
        )
    yield Improvement(
        question=question.id,
        part="rows",
        change="rows",
        lack=Message(
            N_("Approved reuses of open datasets: {known} of {limit}"),
            {"known": known, "limit": limit},
        ),
        action=action,
        effect=Message(
            N_("Rows of the table that name a real use go from {before} to {after}"),
            {"before": known, "after": limit},
        ),
        needed=limit - known,
        candidates=told.reuses_waiting,
        where="reuse_review" if told.reuses_waiting else "reuse_new",
    )


def _demands(question: Question, now: Mapping[str, Any], told: Told) -> Iterator[Improvement]:
    answered = now.get("option") == "yes"
    items = _values(now).get("items") or 0
    # While the answer is "no", only what is the province's own changes it.
    unpublished = told.unopened.all if answered else told.unopened.own

    def one(number: int, lack: Message, action: str, **where: Any) -> Improvement:
        if answered:
            effect = Message(
                N_("“{part}” goes from {before} to {after}"),
                {"part": question.field("items").text, "before": items, "after": items + number},
            )
            return Improvement(
                question=question.id,
                part="items",
                change="number",
                lack=lack,
                action=Message(action),
                effect=effect,
                needed=number,
                candidates=number,
                **where,
            )
        return Improvement(
            question=question.id,
            part="yes",
            change="option",
            lack=lack,
            action=Message(action),
            effect=option_effect(question, "yes", now),
            needed=1,
            own=1,
            candidates=number,
            **where,
        )

    if unpublished:
        yield one(
            unpublished,
            Message(
                N_("Datasets that meet a request but are not published yet: {number}"),
                {"number": unpublished},
            ),
            N_("Publish them; each one counts.") if answered else N_("Publishing one is enough."),
            kinds=("publish",),
            where="demands_met",
        )
    if told.demands_waiting:
        yield one(
            told.demands_waiting,
            Message(
                N_("Requests of the public that no dataset meets yet: {number}"),
                {"number": told.demands_waiting},
            ),
            N_("Each one that a further open dataset meets adds one.")
            if answered
            else N_("Meeting one of them with an open dataset of the province’s own is enough."),
            where="demands",
        )
    elif not answered and not unpublished:
        yield one(
            0,
            Message(N_("No request of the public waits for data")),
            N_(
                "Record what the public asked for, and name the open dataset of the province’s own "
                "that meets it; one is enough."
            ),
            where="demand_new",
        )


def _partners(question: Question, now: Mapping[str, Any], told: Told) -> Iterator[Improvement]:
    if now.get("option") != "available":
        return
    for tier, (none, coming) in _TIERS.items():
        if _values(now).get(tier):
            continue
        number = told.preparing.get(tier, 0)
        yield Improvement(
            question=question.id,
            part=tier,
            change="tick",
            lack=Message(coming, {"number": number}) if number else Message(none),
            action=Message(
                N_("Mark one as linked as soon as data flows.")
                if number
                else N_("If there is one with a sharable dataset, record it.")
            ),
            effect=Message(N_("“{part}” is ticked"), {"part": question.field(tier).text}),
            needed=1,
            candidates=number,
            where="exchanges" if number else "exchange_new",
            filters={"tier": tier, "status": "preparing"} if number else None,
        )


def _figures(question: Question, now: Mapping[str, Any], _told: Told) -> Iterator[Improvement]:
    values = _values(now)
    if now.get("option") != "yes":
        return
    exchanges = values.get("exchanges") or 0
    if any(values.get(name) is not None for name in ("calls", "records", "last_use")):
        return
    if exchanges:
        lack = Message(
            N_("Exchanges under way, none of which states figures of use: {number}"),
            {"number": exchanges},
        )
        action = N_("Give the calls, the records or the day of the last use of one of them.")
    else:
        lack = Message(N_("No exchange is on record, so there are no figures of use"))
        action = N_("Record one with a sharable dataset and its figures of use.")
    yield Improvement(
        question=question.id,
        part="use_details",
        change="text",
        lack=lack,
        action=Message(action),
        effect=Message(
            N_("“{part}” is filled in with figures"), {"part": question.field("use_details").text}
        ),
        needed=1,
        candidates=exchanges,
        where="exchanges" if exchanges else "exchange_new",
        filters={"status": "linked"} if exchanges else None,
    )


def _important(question: Question, now: Mapping[str, Any], _told: Told) -> Iterator[Improvement]:
    inside = _values(now).get("internal_use_own") or 0
    if now.get("option") == "yes" or not inside:
        return
    yield Improvement(
        question=question.id,
        part="yes",
        change="option",
        lack=Message(
            N_("The province’s own datasets for internal use, none marked as high-value: {number}"),
            {"number": inside},
        ),
        action=Message(
            N_("If one of them is among the datasets the province named, mark it as high-value.")
        ),
        effect=option_effect(question, "yes", now),
        needed=1,
        own=1,
        candidates=inside,
        where="datasets",
    )


def _reports(question: Question, now: Mapping[str, Any], _told: Told) -> Iterator[Improvement]:
    important = _values(now).get("important_own") or 0
    if now.get("option") == "yes" or not important:
        return
    yield Improvement(
        question=question.id,
        part="yes",
        change="option",
        lack=Message(
            N_("Important datasets of which no report or dashboard is on record: {number}"),
            {"number": important},
        ),
        action=Message(N_("Record one made from a dataset of these that is published.")),
        effect=option_effect(question, "yes", now),
        needed=1,
        own=1,
        candidates=important,
        where="reuse_new",
    )


def _participation(
    question: Question, now: Mapping[str, Any], _told: Told
) -> Iterator[Improvement]:
    if _values(now).get("open_own"):
        return
    rows = question.field("participation").items
    name = next((row.text for row in rows if row.code == "e_information"), question.text)
    yield Improvement(
        question=question.id,
        part="participation",
        change="tick",
        lack=Message(N_("No dataset of the province’s own is open")),
        action=Message(N_("Publishing one is enough.")),
        effect=Message(N_("“{part}” is answered with yes"), {"part": name}),
        needed=1,
        own=1,
        where="publish",
    )


def _values(now: Mapping[str, Any]) -> Mapping[str, Any]:
    return now.get("values") or {}


_Find = Callable[[Question, Mapping[str, Any], Told], Iterator[Improvement]]
_BY_RULE: Mapping[str, _Find] = {
    "P2.1.5.1": _important,
    "P2.1.5.2": _reports,
    "P2.2.1.2": _channels,
    "P2.2.1.3": _reuses,
    "P2.2.2": _demands,
    "P2.2.3.1": _partners,
    "P2.2.3.2": _figures,
    "P4.6": _participation,
}
