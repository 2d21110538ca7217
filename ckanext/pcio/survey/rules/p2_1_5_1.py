"""P2.1.5.1: whether the province has named its important datasets for internal use."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.domains import important, internal_use
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import pair
from ckanext.pcio.survey.wording import number_of, private_unseen

NAME = "P2.1.5.1"
VERSION = 1
OPTIONS = ("yes",)


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" where a dataset of the province's own is for internal use and of high value.

    "No" is never proposed: the province may have named them elsewhere.
    """
    inside = [f for f in context.facts if internal_use(f)]
    named = pair(f for f in inside if important(f))
    return Proposal(
        question=context.question.id,
        option="yes" if named.own else None,
        values={**pair(inside).values("internal_use"), **named.values("important")},
        reasons=(
            number_of(Message(N_("Datasets for internal use")), pair(inside)),
            number_of(Message(N_("of these, marked as high-value")), named),
            Message(
                N_(
                    "“Yes” is proposed from one dataset of the province's own that is for internal "
                    "use and marked as high-value."
                )
            ),
        ),
        evidence=tuple(_evidence(context)),
        caveats=tuple(_caveats(context, named.all, named.own)),
        rule=NAME,
        rule_version=VERSION,
    )


def _caveats(context: RuleContext, named: int, own: int) -> Iterator[Message]:
    if own:
        yield Message(
            N_("Attach the document by which the province named them; the catalog lists them only.")
        )
    elif named:
        yield Message(
            N_("The datasets marked so are copies of a department's; the question asks for more.")
        )
    else:
        yield Message(
            N_(
                "Nothing is proposed: no dataset for internal use is marked as high-value here. "
                "The province may have named its important datasets elsewhere."
            )
        )
    yield from private_unseen(context.source)


def _evidence(context: RuleContext) -> Iterator[EvidenceRow]:
    """Yield the important datasets, then those for internal use that are not marked."""
    inside = [f for f in context.facts if internal_use(f)]
    for facts in inside:
        if important(facts):
            yield evidence_row(facts)
    for facts in inside:
        if not important(facts):
            yield evidence_row(facts, Message(N_("not marked as high-value")))
