"""P2.2.2: whether the province opens the datasets the public asked for."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.registers.records import Demand
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import Pair, weaker
from ckanext.pcio.survey.wording import number_of, register_unseen

NAME = "P2.2.2"
VERSION = 1
OPTIONS = ("no", "yes")


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" when a demand is met by an open dataset, with the number of such datasets.

    The form counts datasets, so several demands for one dataset are one item. Its note lets any
    open dataset count, whatever the year of the demand.
    """
    by_id = {f.id: f for f in context.facts}
    fulfilled = [d for d in context.registers.demands if d.fulfilled]
    items = _items(fulfilled, by_id)
    number = Pair(len(items), sum(own for _, own in items))
    option, caveats = weaker(
        context.question,
        OPTIONS,
        "yes" if number.all else "no",
        "yes" if number.own else "no",
    )
    limit = context.question.field("rows").rows
    return Proposal(
        question=context.question.id,
        option=option,
        values={
            **number.values("items"),
            "rows": [{"item": row.title, "url": row.url} for row, _ in items][:limit],
            "demands": len(context.registers.demands),
            "demands_fulfilled": len(fulfilled),
        },
        reasons=(
            Message(
                N_("Demands on record: {demands}, of which fulfilled: {fulfilled}."),
                {"demands": len(context.registers.demands), "fulfilled": len(fulfilled)},
            ),
            number_of(Message(N_("Open datasets that meet a demand")), number),
        ),
        evidence=tuple(row for row, _ in items),
        caveats=(*caveats, *_caveats(context, fulfilled, by_id)),
        rule=NAME,
        rule_version=VERSION,
    )


def _items(
    fulfilled: list[Demand], by_id: dict[str, DatasetFacts]
) -> list[tuple[EvidenceRow, bool]]:
    """Return an evidence row per dataset that meets a demand, and whether it is the own one's.

    A demand met outside the catalog has a URL only; it counts as the province's own, and its row
    says that it could not be checked. Own datasets come first.
    """
    rows: dict[str, tuple[EvidenceRow, bool]] = {}
    for demand in fulfilled:
        facts = by_id.get(demand.dataset or "")
        note = Message(N_("asked for: {title}"), {"title": demand.title})
        if facts is not None and facts.open:
            rows.setdefault(facts.id, (evidence_row(facts, note), facts.own))
        elif demand.dataset is None and demand.url:
            row = EvidenceRow(
                dataset="",
                title=demand.title,
                url=demand.url,
                note=Message(N_("published outside this catalog")),
            )
            rows.setdefault(demand.url, (row, True))
    return sorted(rows.values(), key=lambda item: not item[1])


def _caveats(
    context: RuleContext, fulfilled: list[Demand], by_id: dict[str, DatasetFacts]
) -> Iterator[Message]:
    yield from register_unseen(context.source)
    if context.source.kind == "portal" and not context.registers.demands:
        yield Message(
            N_(
                "No demand is on record. Register what the public asked for, and mark which "
                "dataset answers it."
            )
        )
    not_open = 0
    outside = 0
    for demand in fulfilled:
        if demand.dataset is None and demand.url:
            outside += 1
        elif demand.dataset not in by_id or not by_id[demand.dataset].open:
            not_open += 1
    if not_open:
        yield Message(
            N_("Fulfilled demands not counted because no open dataset answers them: {number}."),
            {"number": not_open},
        )
    if outside:
        yield Message(
            N_("Demands met outside this catalog, not checked here: {number}."),
            {"number": outside},
        )
