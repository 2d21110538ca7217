"""The three domains of data governance on the form, as sets of datasets.

P2.1.3 asks about internal use, open data and sharable data; P2.1.5 about the first again. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import RuleContext
from ckanext.pcio.survey.sharing import sharing

DomainCode = Literal["internal_use", "open_data", "sharable_data"]

DOMAINS: tuple[DomainCode, ...] = ("internal_use", "open_data", "sharable_data")
"""Codes of the form's columns, in its order."""
_NAMES: Mapping[DomainCode, str] = {
    "internal_use": N_("internal use"),
    "open_data": N_("open data"),
    "sharable_data": N_("sharable data"),
}


@dataclass(frozen=True, slots=True)
class Domain:
    """The datasets of one domain."""

    code: DomainCode
    datasets: tuple[DatasetFacts, ...]
    seen_whole: bool
    """Whether nothing of it is hidden from the reader."""

    @property
    def name(self) -> Message:
        """What it is called in a sentence."""
        return Message(_NAMES[self.code])


def domains(context: RuleContext) -> tuple[Domain, ...]:
    """Return the three domains; a dataset may be in two of them.

    Open data is public, so it is always seen whole. The others are not where private datasets are
    hidden.
    """
    sees_private = context.source.sees_private
    members: Mapping[DomainCode, tuple[DatasetFacts, ...]] = {
        "internal_use": tuple(f for f in context.facts if internal_use(f)),
        "open_data": tuple(f for f in context.facts if f.open),
        "sharable_data": sharing(context).sharable,
    }
    return tuple(
        Domain(code, members[code], sees_private or code == "open_data") for code in DOMAINS
    )


def internal_use(facts: DatasetFacts) -> bool:
    """Whether a dataset is for use inside only: level ชั้นเผยแพร่ภายในองค์กร.

    Without a level the category ข้อมูลใช้ภายใน says the same. What is private but may be disclosed
    waits to be published, and what is classed ลับ or above is another matter.
    """
    if facts.level is None:
        return facts.category == "internal"
    return facts.level == "internal"


def important(facts: DatasetFacts) -> bool:
    """Whether a dataset for internal use is marked as one of high value."""
    return internal_use(facts) and facts.high_value
