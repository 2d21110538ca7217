"""P2.1.3: which governance work the records of the catalog show, in three domains.

The form has four works by three domains, each "yes" with a document. A catalog shows traces of
three works in its records: who answers for each dataset (1), under which conditions it may be used
(3), and how good its description is (4). It shows nothing of a process from making to destroying
(2). What is not shown is left blank: that a catalog sees nothing does not mean nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ckanext.pcio.catalog.facts import UNREADABLE, DatasetFacts
from ckanext.pcio.standard.links import NO_LINKS
from ckanext.pcio.standard.measures import ratios, scores
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.quality_settings import quality_settings
from ckanext.pcio.survey.domains import Domain, domains
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import Pair, both_reached, pair
from ckanext.pcio.survey.wording import Joined, number_of, part_only, private_unseen, share_of

NAME = "P2.1.3"
VERSION = 1
OPTIONS = ()

_ANSWERABLE = frozenset({"owner_org", "maintainer", "maintainer_email"})
_CONDITIONS = frozenset({"license_id", "data_category"})
_WORKS: Mapping[str, str] = {
    "roles": N_("an owner and a contact are named"),
    "access_rules": N_("licence, category and level are stated"),
    "quality": N_("the description is of good quality"),
}
"""Codes of the form's rows that records show something of, and what they show."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One work in one domain."""

    work: str
    domain: Domain
    shown: Pair
    whole: Pair
    proposed: bool


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" in each cell whose share of datasets reaches the threshold."""
    found = domains(context)
    shows = _shows(context)
    cells = [_cell(context, work, domain, shows[work]) for work in _WORKS for domain in found]
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for cell in cells:
        if cell.proposed:
            rows.setdefault(cell.work, {"choice": {}})["choice"][cell.domain.code] = "yes"
    values = {"works": rows} if rows else {}
    for cell in cells:
        values |= cell.shown.values(f"{cell.work}_{cell.domain.code}")
    for domain in found:
        values |= pair(domain.datasets).values(domain.code)
    return Proposal(
        question=context.question.id,
        option=None,
        values=values,
        reasons=tuple(_reasons(context, cells)),
        evidence=tuple(_evidence(context, found, shows)),
        caveats=tuple(_caveats(context, cells)),
        partial=True,
        rule=NAME,
        rule_version=VERSION,
    )


def _shows(context: RuleContext) -> Mapping[str, Callable[[DatasetFacts], bool]]:
    # A dataset is in two domains and is asked twice, by the count and by the evidence.
    good = {f.id for f in context.facts if good_quality(f, context)}
    return {
        "roles": lambda f: _stated(f, _ANSWERABLE),
        "access_rules": lambda f: (
            _stated(f, _CONDITIONS) and f.level is not None and f.level != UNREADABLE
        ),
        "quality": lambda f: f.id in good,
    }


def _stated(facts: DatasetFacts, items: frozenset[str]) -> bool:
    return items.isdisjoint(facts.missing) and items.isdisjoint(facts.invalid)


def good_quality(facts: DatasetFacts, context: RuleContext) -> bool:
    """Whether every dimension of มรด. 5:2565 that can be measured reaches the threshold.

    Whether addresses answer is left out: it changes with every look at them.
    """
    settings = quality_settings()
    measured = scores(ratios(facts, NO_LINKS, context.as_of, settings), settings)
    wanted = context.settings.tick_threshold
    # 0.8 * 100 is a hair above 80 or below it, as the machine rounds.
    return all(score is None or round(score * 100, 9) >= wanted for score in measured)


def _cell(
    context: RuleContext, work: str, domain: Domain, shows: Callable[[DatasetFacts], bool]
) -> Cell:
    whole = pair(domain.datasets)
    shown = pair(f for f in domain.datasets if shows(f))
    # Somebody else's look at the quality of a catalog is no process of the province.
    claimable = domain.seen_whole and (work != "quality" or context.source.kind == "portal")
    reached = both_reached(shown, whole, context.settings.tick_threshold)
    return Cell(work, domain, shown, whole, claimable and reached)


def _reasons(context: RuleContext, cells: list[Cell]) -> Iterator[Message]:
    for cell in cells[: len(cells) // len(_WORKS)]:
        yield number_of(
            Message(N_("Datasets for {domain}"), {"domain": cell.domain.name}), cell.whole
        )
    for cell in cells:
        if cell.whole.all:
            what = Message(
                N_("Datasets for {domain} where {what}"),
                {"domain": cell.domain.name, "what": Message(_WORKS[cell.work])},
            )
            yield share_of(what, cell.shown, cell.whole)
    yield Message(
        N_(
            "“Yes” is proposed from {threshold} per cent of a domain's datasets, over all of them "
            "and over the province's own. Good quality: every dimension that can be measured "
            "reaches {threshold} per cent."
        ),
        {"threshold": context.settings.tick_threshold},
    )


def _caveats(context: RuleContext, cells: list[Cell]) -> Iterator[Message]:
    if any(cell.proposed for cell in cells):
        yield part_only()
    yield Message(
        N_(
            "Row 2 is not proposed: a catalog does not show how data are made, kept and destroyed. "
            "Of the roles in row 1 it shows the owner and the contact only."
        )
    )
    if any(cell.proposed and cell.work == "quality" for cell in cells):
        yield Message(
            N_(
                "The portal measures descriptions, formats and days. Whether the figures in the "
                "files are right and whether users are content is for people to check."
            )
        )
    if context.source.kind != "portal":
        yield Message(
            N_("Row 4 is not proposed: who looks from outside does not see the province's checks.")
        )
    if not context.source.sees_private:
        yield Message(
            N_(
                "Nothing is proposed for internal use and sharable data, because private datasets "
                "cannot be seen here."
            )
        )
    yield from private_unseen(context.source)


def _evidence(
    context: RuleContext,
    found: tuple[Domain, ...],
    shows: Mapping[str, Callable[[DatasetFacts], bool]],
) -> Iterator[EvidenceRow]:
    member = {domain.code: {f.id for f in domain.datasets} for domain in found}
    for facts in context.facts:
        names = tuple(domain.name for domain in found if facts.id in member[domain.code])
        if names:
            lacking = tuple(
                Message(_WORKS[work]) for work, shown in shows.items() if not shown(facts)
            )
            note = Message("{domains}", {"domains": Joined(names)})
            if lacking:
                note = Message(
                    N_("{domains}; not so: {lacking}"),
                    {"domains": Joined(names), "lacking": Joined(lacking)},
                )
            yield evidence_row(facts, note)
