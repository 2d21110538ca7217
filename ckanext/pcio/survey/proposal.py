"""What a derivation rule is given and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.registers.records import Registers
from ckanext.pcio.standard.messages import Message
from ckanext.pcio.survey.form import Question

Usage = Mapping[str, int]
"""Number of requests by dataset id, as counted by the portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySettings:
    """What an administrator tells the rules; the defaults are those of the settings."""

    province_name: str = ""
    data_go_th_organization: str = ""
    """Name of the province's organization on data.go.th; empty when it has none."""
    own_system_url: str = ""
    """URL of an open data system the province made itself; empty when there is none."""
    tick_threshold: int = 80
    """Per cent of the open datasets from which a sub-option is ticked."""
    main_website: str = ""
    """URL of the province's main website, which is rarely the catalog; empty when not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """Everything a rule may look at."""

    question: Question
    facts: tuple[DatasetFacts, ...]
    """Of every dataset that is not deleted, in order of title."""
    registers: Registers
    usage: Usage | None
    """None when the source does not count its use."""
    settings: SurveySettings
    source: Source
    as_of: date
    counted_since: date | None = None
    """First day the portal counted its own use; None where it does not count, or none saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A dataset behind an answer, and what is to be said about it."""

    dataset: str
    title: str
    url: str
    note: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposed answer that explains itself.

    `option` is an option code, several of them where the form allows several, or None where the
    rule has nothing to propose or the question has fields only. `values` are keyed by the
    question's field codes; further keys are the numbers behind the answer. Integers count all
    datasets, and `<name>_own` repeats them for the province's own.
    """

    question: str
    option: str | list[str] | None
    values: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[Message, ...] = ()
    evidence: tuple[EvidenceRow, ...] = ()
    caveats: tuple[Message, ...] = ()
    rule: str
    rule_version: int
    partial: bool = False
    """Whether it speaks of a part of the question only: people answer the rest, and an answer that
    says more than the proposal does not differ from it."""
    skipped_by: str | None = None
    """Id of the question whose proposed answer makes the form skip this one."""

    @property
    def rule_id(self) -> str:
        """Rule and version as reports name them: "P2.2.1.1@1"."""
        return f"{self.rule}@{self.rule_version}"


def evidence_row(facts: DatasetFacts, note: Message | None = None) -> EvidenceRow:
    """Return the evidence row of a dataset; without a title its name stands in."""
    return EvidenceRow(
        dataset=facts.id, title=facts.title or facts.name or facts.id, url=facts.url, note=note
    )
