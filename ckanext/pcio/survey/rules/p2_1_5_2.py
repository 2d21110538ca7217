"""P2.1.5.2: whether the important datasets for internal use are made use of."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.registers.records import Reuse
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.domains import important
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import pair
from ckanext.pcio.survey.wording import number_of, private_unseen, register_unseen

NAME = "P2.1.5.2"
VERSION = 1
OPTIONS = ("yes",)

_KINDS = frozenset({"report", "visualization", "policy"})
"""Types of reuse that are what the form asks for: reports, dashboards, decisions."""


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" where a report or dashboard on record uses such a dataset of the own ones.

    "No" is never proposed: reports for executives need not be on record here.
    """
    named = [f for f in context.facts if important(f)]
    uses = _uses(context)
    used = [f for f in named if f.id in uses]
    number = pair(used)
    return Proposal(
        question=context.question.id,
        option="yes" if number.own else None,
        values={**pair(named).values("important"), **number.values("important_used")},
        reasons=(
            number_of(Message(N_("Important datasets for internal use")), pair(named)),
            number_of(
                Message(N_("of these, used in a report, dashboard or policy on record")), number
            ),
        ),
        evidence=tuple(_evidence(used, uses)),
        caveats=tuple(_caveats(context, number.own)),
        rule=NAME,
        rule_version=VERSION,
    )


def _uses(context: RuleContext) -> dict[str, Reuse]:
    """Return the first approved reuse of each dataset that is a report, dashboard or policy."""
    found: dict[str, Reuse] = {}
    for reuse in context.registers.reuses:
        if reuse.approved and reuse.kind in _KINDS:
            for dataset in reuse.datasets:
                found.setdefault(dataset, reuse)
    return found


def _caveats(context: RuleContext, used: int) -> Iterator[Message]:
    if used:
        yield Message(
            N_("Attach the report or a picture of the dashboard; sensitive parts may be covered.")
        )
    else:
        yield Message(
            N_(
                "Nothing is proposed: no report or dashboard made from these datasets is on "
                "record. Reuses of private datasets cannot be recorded here."
            )
        )
    yield from register_unseen(context.source)
    yield from private_unseen(context.source)


def _evidence(used: list[DatasetFacts], uses: dict[str, Reuse]) -> Iterator[EvidenceRow]:
    for facts in used:
        reuse = uses[facts.id]
        yield evidence_row(
            facts, Message(N_("used for: {how} ({who})"), {"how": reuse.how, "who": reuse.who})
        )
