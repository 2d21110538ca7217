"""What can be shared with other agencies: the numbers behind P2.2.3.1 and P2.2.3.2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.registers.records import Exchange
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import RuleContext
from ckanext.pcio.survey.scope import pair
from ckanext.pcio.survey.wording import number_of

# Values of the vocabulary `linkage_status` that mean "not linked yet".
UNLINKED = frozenset({"preparing", "waiting"})


@dataclass(frozen=True, slots=True)
class Sharing:
    """Datasets that can be shared, and those whose linkage is being prepared."""

    sharable: tuple[DatasetFacts, ...]
    preparing: tuple[DatasetFacts, ...]
    exchanges: tuple[Exchange, ...]
    """Exchanges under way whose dataset is sharable."""
    stray: int
    """Exchanges under way whose dataset is not in the catalog, or is classed ลับ or above."""


def sharing(context: RuleContext) -> Sharing:
    """Return what is sharable by the catalog and by the register of exchanges.

    Sharable is a dataset with a level below ลับ and a linkage method declared or an exchange on
    record (design.md §4). In preparation is one with such a level that is not sharable yet, whose
    linkage status or exchange says that it is being prepared.
    """
    registers = context.registers
    exchanged = registers.exchanged
    coming = {e.dataset for e in registers.exchanges if e.status in UNLINKED}
    sharable = []
    preparing = []
    for facts in context.facts:
        if facts.sharable or (facts.linkable_level and facts.id in exchanged):
            sharable.append(facts)
        elif facts.linkable_level and (facts.linkage_status in UNLINKED or facts.id in coming):
            preparing.append(facts)
    ids = {f.id for f in sharable}
    linked = [e for e in registers.exchanges if e.status == "linked"]
    return Sharing(
        sharable=tuple(sharable),
        preparing=tuple(preparing),
        exchanges=tuple(e for e in linked if e.dataset in ids),
        stray=sum(e.dataset not in ids for e in linked),
    )


def level_values(found: Sharing) -> dict[str, int]:
    """Return the number of sharable datasets, and its split by level."""
    at_open = (f for f in found.sharable if f.effective_level == "open")
    at_internal = (f for f in found.sharable if f.effective_level == "internal")
    return {
        **pair(found.sharable).values("sharable"),
        **pair(at_open).values("sharable_open_level"),
        **pair(at_internal).values("sharable_internal_level"),
    }


def level_reasons(found: Sharing) -> Iterator[Message]:
    """Yield the sentences that say the numbers of `level_values`."""
    yield number_of(Message(N_("Sharable datasets")), pair(found.sharable))
    at_open = pair(f for f in found.sharable if f.effective_level == "open")
    at_internal = pair(f for f in found.sharable if f.effective_level == "internal")
    yield number_of(Message(N_("of these, classed as open")), at_open)
    yield number_of(Message(N_("of these, classed as internal use")), at_internal)


def details_withheld(found: Sharing) -> Iterator[Message]:
    """Yield the caveat of a reader who may not know of single exchanges."""
    if any(not e.detailed for e in found.exchanges):
        yield Message(
            N_(
                "Partner agencies and figures of use of the exchanges are shown to people of the "
                "offices who have logged in."
            )
        )


def level_caveats(found: Sharing) -> Iterator[Message]:
    """Yield the caveats on level and on exchanges that do not count."""
    if found.sharable and not any(f.effective_level == "open" for f in found.sharable):
        yield Message(
            N_(
                "The form speaks of datasets classed as open; all the sharable ones are classed "
                "as internal use."
            )
        )
    if found.stray:
        yield Message(
            N_(
                "Exchanges not counted because their dataset is not in this catalog or its level "
                "does not allow sharing: {number}."
            ),
            {"number": found.stray},
        )
