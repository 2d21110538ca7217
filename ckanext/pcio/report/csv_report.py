"""An assessment as one CSV table that a spreadsheet opens as it is: UTF-8 with its mark.

One row for each number, answer, value, reason, caveat, piece of evidence and oddity.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from ckanext.pcio.report.plain import chosen_codes
from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.assessment import COUNT_LABELS, Assessment
from ckanext.pcio.survey.form import Question
from ckanext.pcio.survey.proposal import Proposal

COLUMNS: tuple[str, ...] = ("part", "question", "name", "value", "own", "text", "dataset", "url")


def render(assessment: Assessment, language: str = "th") -> bytes:
    """Return the assessment as CSV, sentences in `language` ("th" or "en")."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(assessment, language):
        writer.writerow({name: safe_cell(value) for name, value in row.items()})
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", errors="replace")


def _rows(assessment: Assessment, language: str) -> Iterator[dict[str, Any]]:
    source = assessment.source
    yield {
        "part": "survey",
        "value": assessment.instrument.id,
        "text": _title(assessment, language),
    }
    if assessment.province:
        yield {"part": "province", "text": assessment.province}
    yield {"part": "as_of", "value": assessment.as_of.isoformat()}
    yield {"part": "source", "name": "kind", "value": source.kind}
    yield {"part": "source", "name": "location", "value": source.location}
    yield {"part": "source", "name": "sees_private", "value": source.sees_private}
    for name, label in COUNT_LABELS.items():
        yield {
            "part": "count",
            "name": name,
            "value": assessment.counts["all"][name],
            "own": assessment.counts["own"][name],
            "text": Message(label).text(language),
        }
    for proposal in assessment.proposals:
        question = assessment.instrument.question(proposal.question)
        for row in _answer(proposal, question, language):
            yield {"question": proposal.question, **row}
    for group in assessment.oddities:
        for found in group.examples:
            yield {
                "part": "oddity",
                "name": group.code,
                "value": found.value,
                "text": _in_field(group.message.text(language), found.field),
                "dataset": found.dataset,
            }
    for warning in assessment.warnings:
        yield {"part": "warning", "text": warning.text(language)}


def _title(assessment: Assessment, language: str) -> str:
    return assessment.instrument.title.text(language)


def _in_field(text: str, name: str) -> str:
    return f"{text} ({name})" if name else text


def _answer(proposal: Proposal, question: Question, language: str) -> Iterator[dict[str, Any]]:
    yield {"part": "question", "text": question.text.text(language)}
    codes = chosen_codes(proposal.option)
    for code in codes:
        yield {"part": "answer", "value": code, "text": question.option(code).text.text(language)}
    if not codes and question.options:
        yield {"part": "answer", "text": Message(N_("no option proposed")).text(language)}
    for name, value in proposal.values.items():
        if name.endswith("_own"):
            continue
        yield from _value(name, value, proposal.values.get(f"{name}_own"))
    for part, messages in (("reason", proposal.reasons), ("caveat", proposal.caveats)):
        for message in messages:
            yield {"part": part, "text": message.text(language)}
    for row in proposal.evidence:
        yield {
            "part": "evidence",
            "name": row.title,
            "text": row.note.text(language) if row.note else "",
            "dataset": row.dataset,
            "url": row.url,
        }
    yield {"part": "rule", "value": proposal.rule_id}


def _value(name: str, value: Any, own: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from _nested(name, value)
    elif isinstance(value, list) and value and isinstance(value[0], str):
        yield {"part": "value", "name": name, "value": ", ".join(map(str, value))}
    elif isinstance(value, list):
        yield from _table(name, value)
    else:
        yield {"part": "value", "name": name, "value": value, "own": own}


def _nested(name: str, value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what stands in a matrix, each under the path of its codes."""
    for code, inner in value.items():
        yield from _value(f"{name}.{code}", inner, None)


def _table(name: str, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows, 1):
        cells = (str(v) for k, v in row.items() if isinstance(v, str) and k != "url")
        yield {
            "part": "value",
            "name": name,
            "value": number,
            "text": " | ".join(cells),
            "url": row.get("url", ""),
        }
