"""P7.1 row 7.1.8: whether data are analysed or shown as pictures.

The question has ten technologies; a catalog knows of one, where the register of reuses was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ckanext.pcio.registers.records import Reuse
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.wording import part_only, register_unseen

NAME = "P7.1"
VERSION = 1
OPTIONS = ()

_SHOWN_AS_PICTURES = "visualization"
_BY_THE_OFFICE = "internal"


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" in row 7.1.8 where an office itself made a map, chart or dashboard on record.

    The question is about the province's own work, so what others made does not count. With which
    program it was made is not on record and stays for people to say.
    """
    pictures = [r for r in context.registers.reuses if r.approved and r.kind == _SHOWN_AS_PICTURES]
    own = frozenset(f.id for f in context.facts if f.own)
    made = [r for r in pictures if r.user_kind == _BY_THE_OFFICE and not own.isdisjoint(r.datasets)]
    return Proposal(
        question=context.question.id,
        option=None,
        values={
            **({"technologies": {"analytics": _row(context, made)}} if made else {}),
            "visualizations": len(pictures),
            "visualizations_of_offices": len(made),
        },
        reasons=(
            Message(
                N_(
                    "Maps, charts and dashboards on record: {number}, of which made by the offices "
                    "themselves from the province's own data: {own}."
                ),
                {"number": len(pictures), "own": len(made)},
            ),
        ),
        evidence=tuple(_evidence(context, made)),
        caveats=tuple(_caveats(context, pictures, made)),
        partial=True,
        rule=NAME,
        rule_version=VERSION,
    )


def _row(context: RuleContext, made: list[Reuse]) -> dict[str, Any]:
    analytics = next(
        i for i in context.question.field("technologies").items if i.code == "analytics"
    )
    limit = next(f.rows for o in analytics.choices for f in o.fields if f.code == "projects")
    titles = list(dict.fromkeys(reuse.title or reuse.how for reuse in made))
    return {"choice": "yes", "fields": {"projects": [{"project": t} for t in titles[:limit]]}}


def _caveats(context: RuleContext, pictures: list[Reuse], made: list[Reuse]) -> Iterator[Message]:
    if made:
        yield part_only()
        yield Message(N_("Name the program they were made with; it is not on record."))
    elif pictures:
        yield Message(
            N_("Row 7.1.8 is not proposed: what is on record was made by others, not the province.")
        )
    elif context.source.kind == "portal":
        yield Message(N_("Row 7.1.8 is not proposed: no map, chart or dashboard is on record."))
    yield from register_unseen(context.source)


def _evidence(context: RuleContext, made: list[Reuse]) -> Iterator[EvidenceRow]:
    by_id = {f.id: f for f in context.facts}
    shown: set[str] = set()
    for reuse in made:
        for dataset in reuse.datasets:
            if dataset in by_id and dataset not in shown:
                shown.add(dataset)
                note = Message(N_("used for: {how} ({who})"), {"how": reuse.how, "who": reuse.who})
                yield evidence_row(by_id[dataset], note)
