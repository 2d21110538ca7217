"""One assessment: counts, proposed answers, and everything odd that was met on the way.

As plain data its keys `survey`, `as_of`, `source`, `counts` and `answers` are fixed: programs
compare portals and years by them. Three more stand beside them: `oddities`, `warnings`, and
`notes` on single datasets of an answer's evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.pcio.catalog.counts import count
from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.registers.records import Registers
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.derive import propose
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.oddities import OddityGroup, group_oddities
from ckanext.pcio.survey.proposal import Proposal, SurveySettings, Usage

# The words of design.md §4 in the order they are reported.
COUNT_LABELS: Mapping[str, str] = {
    "datasets": N_("Datasets"),
    "disclosable": N_("May be disclosed"),
    "open": N_("Open"),
    "complete": N_("Complete metadata"),
    "current": N_("Up to date"),
    "sharable": N_("Sharable"),
    "ready_to_link": N_("Ready to link"),
    "structured": N_("Structured"),
    "machine_readable": N_("Machine-readable"),
    "unstructured": N_("Unstructured"),
    "with_dictionary": N_("With a data dictionary"),
    "high_value": N_("High-value datasets"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a report shows; every format is made from this."""

    instrument: Instrument
    province: str
    as_of: date
    source: Source
    counts: Mapping[str, Mapping[str, int]]
    """"all" and "own", each with the keys of `COUNT_LABELS`."""
    proposals: Sequence[Proposal]
    oddities: Sequence[OddityGroup]
    warnings: Sequence[Message]


def assess(
    instrument: Instrument,
    facts: Iterable[DatasetFacts],
    source: Source,
    as_of: date,
    *,
    registers: Registers | None = None,
    usage: Usage | None = None,
    counted_since: date | None = None,
    settings: SurveySettings | None = None,
    warnings: Iterable[Message] = (),
) -> Assessment:
    """Return the assessment of a catalog on the day `as_of`.

    Raises `survey.instrument.InstrumentError` when the edition's rules do not fit it.
    """
    kept = list(facts)
    registers = registers or Registers()
    settings = settings or SurveySettings()
    return Assessment(
        instrument=instrument,
        province=settings.province_name,
        as_of=as_of,
        source=source,
        counts=count(kept, as_of, registers.exchanged).as_dict(),
        proposals=propose(
            instrument, kept, registers, usage, settings, source, as_of, counted_since
        ),
        oddities=group_oddities(kept),
        warnings=tuple(warnings),
    )


def as_dict(assessment: Assessment, language: str = "th") -> dict[str, Any]:
    """Return the assessment as plain data, sentences in `language` ("th" or "en")."""
    return {
        "survey": assessment.instrument.id,
        "as_of": assessment.as_of.isoformat(),
        "source": {
            "kind": assessment.source.kind,
            "location": assessment.source.location,
            "sees_private": assessment.source.sees_private,
        },
        "counts": {
            whose: {name: assessment.counts[whose][name] for name in COUNT_LABELS}
            for whose in ("all", "own")
        },
        "answers": [_answer(proposal, language) for proposal in assessment.proposals],
        "notes": list(_notes(assessment, language)),
        "oddities": [
            {
                "code": group.code,
                "message": group.message.text(language),
                "count": group.count,
                "examples": [
                    {"dataset": e.dataset, "field": e.field, "value": e.value}
                    for e in group.examples
                ],
            }
            for group in assessment.oddities
        ],
        "warnings": [warning.text(language) for warning in assessment.warnings],
    }


def _answer(proposal: Proposal, language: str) -> dict[str, Any]:
    return {
        "id": proposal.question,
        "option": proposal.option,
        "values": proposal.values,
        "reasons": [reason.text(language) for reason in proposal.reasons],
        "evidence": [
            {"dataset": row.dataset, "title": row.title, "url": row.url}
            for row in proposal.evidence
        ],
        "caveats": [caveat.text(language) for caveat in proposal.caveats],
        "rule": proposal.rule_id,
    }


def _notes(assessment: Assessment, language: str) -> Iterator[dict[str, str]]:
    for proposal in assessment.proposals:
        for row in proposal.evidence:
            if row.note is not None:
                yield {
                    "answer": proposal.question,
                    "dataset": row.dataset,
                    "note": row.note.text(language),
                }
