"""The whole document: title page, pillars, questions, evidence, signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ckanext.pcio.report.attachments import Numbered, numbered
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.filled import FilledForm
from ckanext.pcio.survey.form import Instrument, Question, Section
from ckanext.pcio.survey.places import codes

from .back import evidence, signatures
from .front import front, state
from .lines import Lines
from .markup import Element, paragraph, run, together
from .matrices import wide
from .package import packed, turned, width
from .paper import Paper, mapping
from .remarks import remarks, skipped
from .words import Words

_LONGEST_ABOVE = 80
"""Characters of a province's name in the header, which must leave room for the sheet."""


def document(form: FilledForm, instrument: Instrument, words: Words) -> bytes:
    """Return the filled form as a DOCX; the same input gives the same bytes."""
    title = words.text(instrument.title)
    named = " ".join(form.province.split())[:_LONGEST_ABOVE] or "–"
    province = words.say(N_("Province: {province}"), province=named)
    below = f"{province} · {words.say(state(form, instrument))}"
    content = _Document(words, form, instrument).content()
    return packed(words, content, title=title, above=(title, below), day=form.as_of)


class _Document:
    def __init__(self, words: Words, form: FilledForm, instrument: Instrument) -> None:
        self.words = words
        self.form = form
        self.instrument = instrument
        self.answers = {answer.question: answer for answer in form.answers}
        self.skipped: Mapping[str, str] = form.skipped(instrument)
        self.pieces = numbered(form)

    def content(self) -> Iterator[Element]:
        yield from front(self.words, self.form, self.instrument)
        yield from self.parts()
        upright = Paper(self.words, width(across=False), ())
        if self.form.state != "proposals":
            yield from evidence(upright, self.pieces)
            yield from signatures(self.words)

    def parts(self) -> Iterator[Element]:
        """Yield sections and questions; the sheet is turned across for what is too wide.

        Headings wait for the question below them, so that they stand on its sheet.
        """
        across = False
        waiting: list[Element] = []
        for part in self.instrument.parts:
            if isinstance(part, Section):
                waiting += self.section(part)
                continue
            turn = any(wide(field) for field in part.all_fields())
            if turn != across:
                yield turned(self.words, across=across)
            across = turn
            yield from waiting
            waiting = []
            paper = Paper(self.words, width(across=across), self.of(part))
            yield from together(self.question(part, paper))
        if across:
            yield turned(self.words, across=True)
        yield from waiting

    def of(self, question: Question) -> tuple[Numbered, ...]:
        return tuple(piece for piece in self.pieces if piece.question == question.id)

    def section(self, section: Section) -> Iterator[Element]:
        style = "Heading2" if section.parent else "Heading1"
        yield paragraph(run(self.words.text(section.heading)), style=style, keep=True)
        for text in (*section.examples, *section.notes):
            yield paragraph(run(self.words.text(text)), style="Note", keep=True)

    def question(self, question: Question, paper: Paper) -> Iterator[Element]:
        text = self.words.text(question.text)
        titled = text if text.startswith(question.id) else f"{question.id} {text}"
        yield paragraph(run(titled), style="Question")
        for note in (*question.examples, *question.notes):
            yield paragraph(run(self.words.text(note)), style="Note")
        by = self.skipped.get(question.id)
        if by is not None:
            yield skipped(self.words, self.form, self.instrument, by)
        answer = self.answers.get(question.id)
        given = mapping(answer.answer) if answer is not None and by is None else {}
        values = mapping(given.get("values"))
        lines = Lines(paper)
        if question.answer == "fields":
            yield from lines.fields(question.fields, values, said=(text,))
        else:
            many = question.answer == "many"
            chosen = codes(given.get("option"))
            yield from lines.options(question.options, chosen, values, many=many, said=(text,))
        if answer is not None and by is None:
            unplaced = [p for p in paper.pieces if p.attachment.id not in paper.listed]
            yield from paper.evidence(unplaced, 0)
            yield from remarks(self.words, self.form, question, answer)
