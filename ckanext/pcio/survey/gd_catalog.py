"""The GD Catalog indicator of 2567: open datasets that are current, complete and registered. Pure.

`ร้อยละของชุดข้อมูลเปิดที่เป็นไปตามมาตรฐานในระบบบัญชีข้อมูลภาครัฐ`: datasets that are open, not past their due
date, have all 14 mandatory items, and are registered with GD Catalog ÷ all open datasets. It is an
indicator of departments; for a province it tells what the center would find.
`survey.results.gd_catalog` says the same in SQL; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.registration.states import COMPLETED, state_of
from ckanext.pcio.standard.items import ItemName, field_of_item
from ckanext.pcio.standard.messages import N_, Message

from .wording import Day, Joined

CONDITIONS: Mapping[str, str] = {
    "current": N_("Up to date"),
    "complete": N_("All 14 mandatory items"),
    "registered": N_("Registered with GD Catalog"),
}
"""What an open dataset has to be, in the order the reasons are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a dataset does not count, and where it is mended."""

    condition: str
    """One of `CONDITIONS`."""
    sentence: Message
    field: str = ""
    """Field of the dataset's form; empty: where the dataset's page shows its registration."""


def kept(facts: DatasetFacts, state: str, today: date) -> tuple[bool, bool, bool]:
    """Return which of `CONDITIONS` a dataset keeps; `state` is that of its registration."""
    return facts.current(today), facts.complete, state == COMPLETED


def counts(facts: DatasetFacts, state: str, today: date) -> bool:
    """Whether a dataset is among those the indicator counts; only open ones are asked."""
    return facts.open and all(kept(facts, state, today))


def reasons(facts: DatasetFacts, state: str, today: date) -> tuple[Reason, ...]:
    """Return why an open dataset does not count; nothing where it does."""
    current, complete, registered = kept(facts, state, today)
    found: list[Reason] = []
    if not current:
        found.append(_not_current(facts))
    if not complete:
        found.extend(_not_complete(facts))
    if not registered:
        found.append(_not_registered(facts, state))
    return tuple(found)


def _not_current(facts: DatasetFacts) -> Reason:
    if facts.frequency_unit is None:
        sentence = Message(N_("Nothing states how often it is updated"))
        return Reason(
            condition="current", sentence=sentence, field=field_of_item("update_frequency")
        )
    if facts.due_on is None:
        sentence = Message(N_("Nothing states when it was last updated"))
    else:
        sentence = Message(
            N_("Not up to date since its update was due on {date}"), {"date": Day(facts.due_on)}
        )
    return Reason(condition="current", sentence=sentence, field="last_updated_date")


def _not_complete(facts: DatasetFacts) -> Iterator[Reason]:
    for codes, words in (
        (facts.missing, N_("Missing: {items}")),
        (facts.invalid, N_("Not valid: {items}")),
    ):
        if codes:
            items = Joined(tuple(ItemName(code) for code in codes))
            yield Reason(
                condition="complete",
                sentence=Message(words, {"items": items}),
                field=field_of_item(codes[0]),
            )


def _not_registered(facts: DatasetFacts, state: str) -> Reason:
    if not state and not facts.own:
        words = N_("A copy, which the catalog it comes from registers; its state is not known here")
        return Reason(condition="registered", sentence=Message(words))
    said = {"state": state_of(state)}
    return Reason(condition="registered", sentence=Message(N_("Registration: {state}"), said))
