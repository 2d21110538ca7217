"""P2.2.3.1: whether there are datasets that other agencies can link to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import pair, weaker
from ckanext.pcio.survey.sharing import (
    UNLINKED,
    Sharing,
    details_withheld,
    level_caveats,
    level_reasons,
    level_values,
    sharing,
)
from ckanext.pcio.survey.wording import labels, number_of, private_unseen, register_unseen

NAME = "P2.2.3.1"
VERSION = 1
OPTIONS = ("none", "preparing", "available")


def propose(context: RuleContext) -> Proposal:
    """Propose the option from the sharable datasets, and the partners from the exchanges."""
    found = sharing(context)
    option, caveats = weaker(
        context.question,
        OPTIONS,
        _option(found.sharable, found.preparing),
        _option((f for f in found.sharable if f.own), (f for f in found.preparing if f.own)),
    )
    tiers = {e.tier for e in found.exchanges} if option == "available" else set()
    others = sorted({e.partner for e in found.exchanges if e.tier == "other" and e.detailed})
    datastore = pair(f for f in context.facts if f.linkable_level and f.datastore)
    return Proposal(
        question=context.question.id,
        option=option,
        values={
            "province": "province" in tiers,
            "department": "department" in tiers,
            "other": "other" in tiers,
            "other_text": ", ".join(others) if "other" in tiers else "",
            **level_values(found),
            **pair(found.preparing).values("preparing"),
            **pair(f for f in found.sharable if f.ready_to_link).values("ready_to_link"),
            **datastore.values("datastore_api"),
        },
        reasons=(
            *level_reasons(found),
            number_of(
                Message(N_("Datasets whose linkage is being prepared")), pair(found.preparing)
            ),
            number_of(Message(N_("Datasets with a DataStore API, counted apart")), datastore),
            Message(
                N_("Exchanges under way on record: {number}."), {"number": len(found.exchanges)}
            ),
        ),
        evidence=tuple(_evidence(found)),
        caveats=(*caveats, *_caveats(context, found)),
        rule=NAME,
        rule_version=VERSION,
    )


def _option(sharable: Iterable[DatasetFacts], preparing: Iterable[DatasetFacts]) -> str:
    if any(True for _ in sharable):
        return "available"
    return "preparing" if any(True for _ in preparing) else "none"


def _caveats(context: RuleContext, found: Sharing) -> Iterator[Message]:
    yield from private_unseen(context.source)
    yield from register_unseen(context.source)
    yield from level_caveats(found)
    yield from details_withheld(found)
    unlinked = sum(f.linkage_status in UNLINKED for f in found.sharable)
    if unlinked:
        yield Message(
            N_(
                "Sharable datasets that declare a linkage method but are marked as not linked "
                "yet: {number}."
            ),
            {"number": unlinked},
        )
    if found.sharable and not found.exchanges:
        yield Message(
            N_("With whom data are exchanged cannot be proposed: no exchange is on record.")
        )


def _evidence(found: Sharing) -> Iterator[EvidenceRow]:
    for facts in found.sharable:
        note = Message(N_("by an exchange on record"))
        if facts.linkage_methods:
            methods = labels("linkage_method", facts.linkage_methods)
            note = Message(N_("linkage: {methods}"), {"methods": methods})
        yield evidence_row(facts, note)
    for facts in found.preparing:
        yield evidence_row(facts, Message(N_("linkage being prepared")))
