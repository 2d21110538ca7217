"""The first sheets: what this is, of whom, how far it is, and what its pillars weigh."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.filled import FilledForm
from ckanext.pcio.survey.form import Indicator, Instrument, Pillar
from ckanext.pcio.survey.progress import Progress, progress

from .grids import gap, head, plain
from .markup import Cell, Element, Row, paragraph, run, tab, table
from .paper import mark
from .words import Words

_FACTS = (2800, 5400)
_PILLARS = (5354, 1200, 1400, 1400)
_MARGIN = 550


def state(form: FilledForm, instrument: Instrument) -> str:
    """Return the message that says what the form is worth."""
    if form.state == "proposals":
        return N_("Proposals of the catalog, confirmed by nobody")
    if form.state == "locked":
        return N_("Locked")
    whole = progress(form, instrument)[-1]
    return N_("Confirmed") if whole.questions == whole.confirmed > 0 else N_("Draft")


def front(words: Words, form: FilledForm, instrument: Instrument) -> Iterator[Element]:
    """Yield the title sheet and the table of pillars."""
    yield paragraph(run(words.text(instrument.title)), style="Title")
    yield table(_FACTS, _facts(words, form, instrument), left=_MARGIN)
    yield gap()
    yield from _legend(words)
    yield from _by_hand(words)
    if form.state == "proposals":
        yield from _proposals(words, form)
    yield paragraph(run(words.say(N_("Pillars and their weights"))), style="Heading1")
    yield table(_PILLARS, _pillars(words, form, instrument))
    yield from _starred(words, instrument)


def _facts(words: Words, form: FilledForm, instrument: Instrument) -> Iterator[Row]:
    rows = [
        (N_("Province"), form.province or "." * 40),
        (N_("As of"), words.date(form.as_of)),
        (N_("State"), words.say(state(form, instrument))),
    ]
    if form.source:
        rows.append((N_("Source"), form.source))
    if form.locked_at:
        rows.append((N_("Locked on"), words.moment(form.locked_at)))
    for label, value in rows:
        title = Cell((paragraph(run(words.say(label), "Number"), style="Normal"),))
        yield Row((title, plain(value, "Normal")))


def _legend(words: Words) -> Iterator[Element]:
    for many, text in (
        (True, N_("more than one answer may be chosen")),
        (False, N_("one answer is chosen")),
    ):
        boxes = (mark(chosen=False, many=many), run(" "), mark(chosen=True, many=many))
        yield paragraph(*boxes, run(f"  {words.say(text)}"), style="Choice", left=_MARGIN)


def _proposals(words: Words, form: FilledForm) -> Iterator[Element]:
    """Yield what somebody must know who reads proposals alone."""
    told = N_(
        "The answers below are what the catalog proposes. Questions it cannot answer are left "
        "blank, and people confirm or change the rest."
    )
    sentences = (words.say(told), *(each.get(words.language, "") for each in form.warnings))
    for sentence in filter(None, sentences):
        yield paragraph(run(sentence), style="Remark", left=_MARGIN)


def _by_hand(words: Words) -> Iterator[Element]:
    """Yield the lines about the office that people fill in by hand: no names are kept here."""
    title = words.say(N_("About the office (filled in by hand)"))
    yield paragraph(run(title), style="Heading2", left=_MARGIN)
    end = _MARGIN + sum(_FACTS)
    half = _MARGIN + sum(_FACTS) // 2
    for labels in (
        (N_("Address of the office"),),
        (N_("Contact"), N_("Position")),
        (N_("Telephone"), N_("E-mail")),
    ):
        content = [each for label in labels for each in (run(f"{words.say(label)} "), tab())]
        stops = (half, end) if len(labels) > 1 else (end,)
        yield paragraph(*content, style="Choice", left=_MARGIN, dots_to=stops)


def _pillars(words: Words, form: FilledForm, instrument: Instrument) -> Iterator[Row]:
    answered = N_("Proposed") if form.state == "proposals" else N_("Answered")
    titles = (N_("Indicators of the form"), N_("Weight (per cent)"), answered, N_("Confirmed"))
    yield Row(tuple(head(words.say(title)) for title in titles), heading=True)
    *each, whole = progress(form, instrument)
    for pillar, done in zip(instrument.pillars, each, strict=True):
        yield _pillar(words, instrument, pillar, done)
        for indicator in instrument.indicators:
            if indicator.pillar == pillar.number:
                yield _indicator(words, indicator)
    total = sum(instrument.weight(pillar.number) for pillar in instrument.pillars)
    cells = (words.say(N_("Together")), words.number(round(total, 2)), *_done(words, whole))
    yield Row(_strong(cells))


def _pillar(words: Words, instrument: Instrument, pillar: Pillar, done: Progress) -> Row:
    title = f"{words.number(pillar.number)}. {words.text(pillar.title)}"
    if not pillar.asked:
        unasked = words.say(N_("not surveyed in provinces"))
        return Row(_strong((title, unasked, "–", "–")))
    weight = words.number(round(instrument.weight(pillar.number), 2))
    return Row(_strong((title, weight, *_done(words, done))))


def _done(words: Words, done: Progress) -> tuple[str, str]:
    numbers = (done.answered, done.confirmed)
    whole = words.number(done.questions)
    say = N_("{number} of {total}")
    answered, confirmed = (words.say(say, number=words.number(n), total=whole) for n in numbers)
    return answered, confirmed


def _strong(texts: tuple[str, ...]) -> tuple[Cell, ...]:
    first, *others = texts
    title = Cell((paragraph(run(first, "Number"), style="Cell"),))
    return (title, *(plain(text, "CellMark") for text in others))


def _indicator(words: Words, indicator: Indicator) -> Row:
    title = words.text(indicator.title)
    star = "*" if indicator.from_department and not title.endswith("*") else ""
    deeper = 300 * (1 + indicator.number.count("."))
    line = paragraph(run(f"{indicator.number} {title}{star}"), style="Cell", left=deeper)
    return Row((Cell((line,)), *(plain("") for _ in range(3))))


def _starred(words: Words, instrument: Instrument) -> Iterator[Element]:
    if any(indicator.from_department for indicator in instrument.indicators):
        note = words.say(N_("* The score of this indicator comes from the parent department."))
        yield paragraph(run(note), style="Note")
