"""P1.5 item 2: whether the province has a way to make its data catalog.

The question asks for six guidelines, each with a document; a catalog shows the second at work and
none of the others, so this proposes the second alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import Pair, both_reached, pair
from ckanext.pcio.survey.wording import missing_items, number_of, part_only, share_of

NAME = "P1.5"
VERSION = 1
OPTIONS = ("done",)


def propose(context: RuleContext) -> Proposal:
    """Propose "done" with item 2 where a catalog is published and follows the standard.

    It follows the standard where the share of its open datasets with all 14 items reaches the
    threshold. "Nothing done" is never proposed: guidelines may stand elsewhere.
    """
    listed = [f for f in context.facts if f.open]
    opened = pair(listed)
    complete = pair(f for f in listed if f.complete)
    at_address = context.source.kind != "file"
    threshold = context.settings.tick_threshold
    proposed = at_address and both_reached(complete, opened, threshold)
    return Proposal(
        question=context.question.id,
        option="done" if proposed else None,
        values={
            **({"guidelines": ["data_catalog"]} if proposed else {}),
            **opened.values("open"),
            **complete.values("open_complete"),
        },
        reasons=tuple(_reasons(context, opened, complete)),
        evidence=tuple(evidence_row(f, missing_items(f)) for f in listed),
        caveats=tuple(_caveats(context, proposed=proposed)),
        partial=True,
        rule=NAME,
        rule_version=VERSION,
    )


def _reasons(context: RuleContext, opened: Pair, complete: Pair) -> Iterator[Message]:
    if context.source.kind != "file":
        yield Message(N_("The data catalog is at {url}."), {"url": context.source.location})
    yield number_of(Message(N_("Open datasets")), opened)
    yield share_of(Message(N_("Open datasets with complete metadata")), complete, opened)
    yield Message(
        N_(
            "Item 2 is proposed from {threshold} per cent of the open datasets with complete "
            "metadata, over all of them and over the province's own."
        ),
        {"threshold": context.settings.tick_threshold},
    )


def _caveats(context: RuleContext, *, proposed: bool) -> Iterator[Message]:
    if proposed:
        yield part_only()
        yield Message(
            N_(
                "A catalog shows guideline 2 at work, not the guideline itself. Attach the list of "
                "datasets, and the document that says how it is made where there is one."
            )
        )
    else:
        yield Message(
            N_("Nothing is proposed from this catalog; the guidelines may stand in documents.")
        )
    if context.source.kind == "file":
        yield Message(N_("A file does not say at which URL its catalog is published."))
