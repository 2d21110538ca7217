"""An assessment as a sheet to read in a terminal: the form, ticked, with its reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ckanext.pcio.report.plain import chosen_codes, padded, width
from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.assessment import COUNT_LABELS, Assessment
from ckanext.pcio.survey.form import Field, Option, Question, Section
from ckanext.pcio.survey.proposal import Proposal
from ckanext.pcio.survey.wording import share

FIRST = 5
"""How many rows of a long list are shown."""
# What a count is a share of, where that is not the number of datasets.
_WHOLE = {"open": "disclosable"}
_KINDS = {
    "portal": N_("this portal"),
    "remote": N_("a portal over its public API"),
    "file": N_("a file"),
}


def render(assessment: Assessment, language: str = "th") -> bytes:
    """Return the assessment as UTF-8 text in `language` ("th" or "en")."""
    lines = _Sheet(assessment, language).lines()
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


class _Sheet:
    def __init__(self, assessment: Assessment, language: str) -> None:
        self.assessment = assessment
        self.language = language

    def say(self, msgid: str, **params: Any) -> str:
        return plain(Message(msgid, params).text(self.language))

    def lines(self) -> Iterator[str]:
        yield from self.heading()
        yield from self.counts()
        proposals = {p.question: p for p in self.assessment.proposals}
        for part in self.assessment.instrument.parts:
            if isinstance(part, Section):
                if _has_answers(self.assessment, part, proposals):
                    yield from self.section(part)
            elif part.id in proposals:
                yield from self.answer(part, proposals[part.id])
        yield from self.oddities()
        yield from self.warnings()

    def heading(self) -> Iterator[str]:
        source = self.assessment.source
        yield plain(self.assessment.instrument.title.text(self.language))
        if self.assessment.province:
            yield self.say(N_("Province: {province}"), province=self.assessment.province)
        kind = Message(_KINDS[source.kind])
        yield self.say(N_("Source: {location} ({kind})"), location=source.location, kind=kind)
        if not source.sees_private:
            yield self.say(N_("Private datasets: not seen"))
        day = self.assessment.as_of
        yield self.say(N_("As of: {date}"), date=format_date(day, self.language))
        yield self.say(
            N_("Answers below are proposals from the catalog; people confirm or change them.")
        )

    def counts(self) -> Iterator[str]:
        both = self.assessment.counts
        rows = [("", self.say(N_("All")), self.say(N_("The province's own")))]
        for name, label in COUNT_LABELS.items():
            cells = [self.count(both[whose], name) for whose in ("all", "own")]
            rows.append((self.say(label), cells[0], cells[1]))
        yield ""
        yield from _table(rows)

    def count(self, counts: Any, name: str) -> str:
        if name == "datasets":
            return str(counts[name])
        whole = counts[_WHOLE.get(name, "datasets")]
        return share(counts[name], whole).text(self.language)

    def section(self, section: Section) -> Iterator[str]:
        if section.parent is None and section.pillar is not None:
            pillar = self.assessment.instrument.pillar(section.pillar)
            title = N_("Pillar {number}: {title} (weight {weight} of 100)")
            yield ""
            yield self.say(
                title, number=pillar.number, title=pillar.title, weight=f"{pillar.weight:g}"
            )
        yield from ("", f"== {plain(section.heading.text(self.language))} ==")

    def answer(self, question: Question, proposal: Proposal) -> Iterator[str]:
        yield ""
        yield plain(question.text.text(self.language))
        chosen = chosen_codes(proposal.option)
        for option in question.options:
            mark = _mark(option.code in chosen, many=question.answer == "many")
            yield f"  {mark} {_without_blanks(option.text.text(self.language))}"
            if option.code in chosen:
                yield from self.fields(option.fields, proposal.values, 6)
                yield from self.evidence_wanted(option)
        yield from self.fields(question.fields, proposal.values, 2)
        yield from self.sentences(N_("Reasons"), proposal.reasons)
        yield from self.sentences(N_("Mind"), proposal.caveats)
        yield from self.evidence(proposal)
        rule = self.say(N_("Rule"))
        yield f"    {rule}: {proposal.rule_id}"

    def fields(self, fields: Iterable[Field], values: Any, indent: int) -> Iterator[str]:
        for field in fields:
            yield from self.field(field, values, indent)

    def field(self, field: Field, values: Any, indent: int) -> Iterator[str]:
        margin = " " * indent
        label = _without_blanks(field.text.text(self.language)) if field.text else ""
        value = values.get(field.code)
        if field.type == "tick":
            yield f"{margin}{_mark(bool(value), many=True)} {label}"
            if value:
                yield from self.fields(field.fields, values, indent + 4)
        elif field.type == "group":
            yield f"{margin}{label}"
            yield from self.fields(field.fields, values, indent + 2)
        elif field.type == "table":
            yield from self.rows(field, value or (), margin)
        elif field.type == "matrix":
            yield from self.matrix(field, value or {}, margin, label)
        elif field.type in {"choice", "choices"}:
            yield f"{margin}{label}"
            chosen = chosen_codes(value)
            for option in field.options:
                mark = _mark(option.code in chosen, many=field.type == "choices")
                yield f"{margin}  {mark} {_without_blanks(option.text.text(self.language))}"
                if option.code in chosen:
                    yield from self.fields(option.fields, values, indent + 6)
                    yield from self.evidence_wanted(option, indent + 6)
        else:
            shown = "…" if value in (None, "") else plain(str(value))
            unit = f" {field.unit.text(self.language)}" if field.unit else ""
            yield f"{margin}{label}: {shown}{unit}"

    def matrix(self, field: Field, rows: Any, margin: str, label: str) -> Iterator[str]:
        """Show the rows of a matrix of which something is proposed; the others are people's."""
        if not rows:
            blank = self.say(N_("nothing is proposed in any row"))
            yield f"{margin}{label}: {blank}"
        for item in (item for item in field.items if item.code in rows):
            yield f"{margin}{_without_blanks(item.text.text(self.language))}"
            row = rows[item.code]
            for group in field.groups or (None,):
                code = row["choice"].get(group.code) if group else row["choice"]
                mark = f"{_mark(code is not None, many=False)} "
                option = next((o for o in item.choices if o.code == code), None)
                chosen = _without_blanks(option.text.text(self.language)) if option else "…"
                named = f"{group.text.text(self.language)}: " if group else ""
                yield f"{margin}  {mark}{named}{chosen}"
                if option:
                    inner = len(margin) + 6
                    yield from self.fields(option.fields, row.get("fields") or {}, inner)
                    yield from self.evidence_wanted(option, inner)

    def rows(self, field: Field, rows: Sequence[Any], margin: str) -> Iterator[str]:
        heads = " | ".join(column.text.text(self.language) for column in field.columns)
        yield f"{margin}{heads}"
        for number, row in enumerate(rows, 1):
            cells = (_cut(plain(str(row.get(c.code, "")))) for c in field.columns)
            yield f"{margin}{number}. {' | '.join(cells)}"

    def evidence_wanted(self, option: Option, indent: int = 6) -> Iterator[str]:
        margin = " " * indent
        if option.evidence == "file":
            text = self.say(N_("A document must be attached to this answer."))
            yield f"{margin}! {text}"
        elif option.evidence == "file_or_url":
            text = self.say(N_("A document or a URL must be attached to this answer."))
            yield f"{margin}! {text}"

    def sentences(self, title: str, messages: Sequence[Message]) -> Iterator[str]:
        if messages:
            yield f"    {self.say(title)}"
            for message in messages:
                yield f"      - {plain(message.text(self.language))}"

    def evidence(self, proposal: Proposal) -> Iterator[str]:
        if not proposal.evidence:
            return
        number = len(proposal.evidence)
        heading = self.say(N_("Datasets behind the answer: {number}"), number=number)
        yield f"    {heading}"
        # Datasets that something is to be said about come first: they are the ones to work on.
        for row in sorted(proposal.evidence, key=lambda row: row.note is None)[:FIRST]:
            note = f" — {plain(row.note.text(self.language))}" if row.note else ""
            url = f" <{plain(row.url)}>" if row.url else ""
            yield f"      - {self.named(row.title)}{url}{note}"
        yield from self.more(number)

    def oddities(self) -> Iterator[str]:
        if not self.assessment.oddities:
            return
        total = sum(group.count for group in self.assessment.oddities)
        heading = self.say(N_("Oddities in the records: {number}"), number=total)
        yield from ("", f"== {heading} ==")
        for group in self.assessment.oddities:
            yield f"  {group.count} × {plain(group.message.text(self.language))} [{group.code}]"
            for found in group.examples[:FIRST]:
                value = _cut(plain(found.value))
                name = self.named(found.title)
                yield f"      - {name}: {plain(found.field)} = “{value}”"
            yield from self.more(group.count)

    def warnings(self) -> Iterator[str]:
        if not self.assessment.warnings:
            return
        heading = self.say(N_("Warnings"))
        yield from ("", f"== {heading} ==")
        for warning in self.assessment.warnings:
            yield f"  - {plain(warning.text(self.language))}"

    def named(self, title: str) -> str:
        return _cut(plain(title)) or self.say(N_("(no title)"))

    def more(self, number: int) -> Iterator[str]:
        if number > FIRST:
            text = self.say(
                N_("… and {number} more; --format json and csv list all."), number=number - FIRST
            )
            yield f"        {text}"


def _has_answers(assessment: Assessment, section: Section, proposals: Any) -> bool:
    parents = {s.id: s.parent for s in assessment.instrument.sections}
    for question in assessment.instrument.questions:
        above: str | None = question.section if question.id in proposals else None
        while above is not None and above != section.id:
            above = parents[above]
        if above == section.id:
            return True
    return False


def _mark(chosen: bool, *, many: bool) -> str:
    if many:
        return "[x]" if chosen else "[ ]"
    return "(x)" if chosen else "( )"


def _without_blanks(text: str) -> str:
    return re.sub(r"_{3,}", "…", plain(text))


def _cut(text: str, columns: int = 90) -> str:
    """Return `text` shortened to a number of columns, never between a letter and its marks."""
    if width(text) <= columns:
        return text
    kept = ""
    used = 0
    for character in text:
        used += width(character)
        if used >= columns:
            break
        kept += character
    return kept + "…"


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (padded(cell, widths[i]) for i, cell in enumerate(row))
        yield "  " + "  ".join(cells).rstrip()
