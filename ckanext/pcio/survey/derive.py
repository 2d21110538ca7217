"""Runs the derivation rules of an edition over facts, registers and use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.registers.records import Registers
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import sort_key
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.instrument import InstrumentError
from ckanext.pcio.survey.proposal import Proposal, RuleContext, SurveySettings, Usage
from ckanext.pcio.survey.rules import (
    p1_5,
    p2_1_3,
    p2_1_5_1,
    p2_1_5_2,
    p2_2_1_1,
    p2_2_1_2,
    p2_2_1_3,
    p2_2_2,
    p2_2_3_1,
    p2_2_3_2,
    p4_5_2,
    p4_6,
    p7_1,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A derivation rule; editions name it in their questions."""

    name: str
    version: int
    options: tuple[str, ...]
    """Codes the rule may propose; a question that names the rule must have them."""
    propose: Callable[[RuleContext], Proposal]


RULES: Mapping[str, Rule] = {
    module.NAME: Rule(module.NAME, module.VERSION, module.OPTIONS, module.propose)
    for module in (
        *(p1_5, p2_1_3, p2_1_5_1, p2_1_5_2),
        *(p2_2_1_1, p2_2_1_2, p2_2_1_3, p2_2_2, p2_2_3_1, p2_2_3_2),
        *(p4_5_2, p4_6, p7_1),
    )
}


def propose(
    instrument: Instrument,
    facts: Iterable[DatasetFacts],
    registers: Registers,
    usage: Usage | None,
    settings: SurveySettings,
    source: Source,
    as_of: date,
    counted_since: date | None = None,
) -> list[Proposal]:
    """Return a proposal for each question that names a rule, in the form's order.

    Deleted datasets are left out. Questions the proposed answers make the form skip are proposed
    all the same, with `skipped_by` and a caveat. Raises `InstrumentError` when the edition names
    a rule that does not exist or does not fit its question.
    """
    kept = tuple(
        sorted(
            (f for f in facts if f.state != "deleted"),
            key=lambda f: (sort_key(f.title), f.title, f.name, f.id),
        )
    )
    proposals = [
        rule_of(instrument, question).propose(
            RuleContext(
                question=question,
                facts=kept,
                registers=registers,
                usage=usage,
                settings=settings,
                source=source,
                as_of=as_of,
                counted_since=counted_since,
            )
        )
        for question in instrument.questions
        if question.rule is not None
    ]
    return _with_skips(instrument, proposals)


def rule_of(instrument: Instrument, question: Question) -> Rule:
    """Return the rule a question names; raises `InstrumentError` when it does not fit."""
    rule = RULES.get(question.rule or "")
    missing = set(rule.options) - {o.code for o in question.options} if rule else set()
    if rule is None or missing:
        raise InstrumentError(
            Message(
                N_("Survey {survey}, question {question}: the rule “{rule}” does not fit it."),
                {"survey": instrument.id, "question": question.id, "rule": question.rule or ""},
            )
        )
    return rule


def _with_skips(instrument: Instrument, proposals: list[Proposal]) -> list[Proposal]:
    skipped = instrument.skipped({p.question: p.option for p in proposals})
    return [_skipped(p, skipped.get(p.question)) for p in proposals]


def _skipped(proposal: Proposal, by: str | None) -> Proposal:
    if by is None:
        return proposal
    caveat = Message(
        N_("The form skips this question because of the answer proposed for {question}."),
        {"question": by},
    )
    return replace(proposal, skipped_by=by, caveats=(caveat, *proposal.caveats))
