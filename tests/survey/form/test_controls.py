"""The form as people know it: every question, every option, in its words and tied together."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.pcio.dashboard.workbench.answered import answered
from ckanext.pcio.dashboard.workbench.controls import EvidenceView, controls
from ckanext.pcio.dashboard.workbench.wording import split
from ckanext.pcio.survey.answer import read
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import every_evidence_place, places
from tests.survey import answers

from . import markup

SURVEY = load_instrument("pcio-2567")
QUESTIONS = [question.id for question in SURVEY.questions]
few = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))


def folded(text):
    return re.sub(r"\s+", "", text)


def texts(fields):
    """Every text below fields, as the form has it."""
    for field in fields:
        yield from filter(None, (field.text, field.unit, field.items_text, field.choices_text))
        for each in (*field.columns, *field.groups):
            yield each.text
        for option in (*field.options, *field.choices):
            yield option.text
            yield from texts(option.fields)
        for item in field.items:
            yield from (item.text, *item.examples, *item.notes)
            yield from texts(item.fields)
            for option in item.choices:
                yield option.text
                yield from texts(option.fields)
        yield from texts(field.fields)


def every_text(question):
    for option in question.options:
        yield from filter(None, (option.text, option.chosen_text, option.unchosen_text))
        yield from texts((*option.fields, *option.unchosen_fields))
    yield from texts(question.fields)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_form_has_every_word_of_the_questionnaire(name):
    question = SURVEY.question(name)
    for language in ("th", "en"):
        inputs = controls(question, {}, language=language, editable=True)
        said = folded(markup.Page(markup.form(inputs)).said)
        assert [t for t in every_text(question) if folded(t.text(language)) not in said] == []
    # To be read, a blank of a line stands for what is written there: Thai lines say both.
    blank = controls(question, {}, language="th", editable=False)
    said = folded(markup.Page(markup.text(blank)).said)
    assert [text for text in every_text(question) if folded(text.th) not in said] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_place_can_be_reached_and_everything_is_tied_together(name):
    question = SURVEY.question(name)

    @few
    @given(st.data(), st.booleans())
    def law(data, full):
        answer = read(question, answers.answer(question, data.draw, full=full))
        asked = list(places(question, answer))
        problems = {place.path: "ไม่ถูกต้อง" for place in asked if place.kind != "evidence"}
        problems |= {f"evidence:{p.path}": "ไฟล์ใหญ่เกินไป" for p in asked if p.kind == "evidence"}
        piece = EvidenceView(id="1", kind="file", name="หลักฐาน.pdf", href="/x", delete="/y")
        evidence = {place: [piece] for place in every_evidence_place(question)}
        page = markup.Page(
            markup.form(
                controls(
                    question,
                    answer,
                    language="th",
                    evidence=evidence,
                    problems=problems,
                    editable=True,
                )
            )
        )
        assert [id for id, times in Counter(page.ids).items() if times > 1] == []
        assert page.references <= set(page.ids)
        assert {f"place-{place.path}" for place in asked} <= set(page.ids)
        # Every problem is said once, and every input has its label.
        assert sum(id.endswith("!problem") for id in page.ids) == len(problems)
        assert {given["id"] for given in page.inputs} <= page.references
        # Evidence has its inputs at every place where some answer asks for it.
        files = {given["name"] for given in page.inputs if given.get("type") == "file"}
        assert files == {f"evidence:{place}:file" for place in every_evidence_place(question)}

    law()


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_answered_is_read_and_nothing_else(name):
    question = SURVEY.question(name)

    @few
    @given(st.data())
    def law(data):
        answer = read(question, answers.answer(question, data.draw, full=True))
        filled = controls(question, answer, language="th", editable=False)
        said = markup.Page(markup.text(answered(filled))).said
        assert folded(said)
        for value in _written(answer["values"]):
            assert folded(value) in folded(said)
        assert "☐" not in markup.text(answered(_without_matrices(filled)))

    law()
    assert answered(controls(question, {}, language="th", editable=False)) == ()


def _written(value):
    if isinstance(value, dict):
        # A choice is a code, which the form tells by its words.
        for key, each in value.items():
            if key != "choice" and (key in _LINES or isinstance(each, (dict, list))):
                yield from _written(each)
    elif isinstance(value, list):
        for each in value:
            yield from _written(each) if isinstance(each, dict) else ()
    elif isinstance(value, bool):
        return
    else:
        yield f"{value:,}" if isinstance(value, int) else value.removeprefix("https://")


_LINES = {
    field.code
    for question in SURVEY.questions
    for field in question.all_fields()
    if field.type in {"text", "number", "url"}
} | {
    column.code
    for question in SURVEY.questions
    for field in question.all_fields()
    for column in field.columns
}


def _without_matrices(records):
    return tuple(each for each in records if each.kind != "matrix")


def test_a_blank_is_filled_on_its_line():
    question = SURVEY.question("P2.2.2")
    answer = read(question, {"option": "yes", "values": {"items": 12}})
    records = controls(question, answer, language="th", editable=False)
    (choices,) = answered(records)
    (chosen,) = choices.choices
    assert "จำนวน12รายการ" in "".join(piece.text for piece in chosen.words)


def test_a_text_is_the_sum_of_its_pieces():
    for question in SURVEY.questions:
        for text in every_text(question):
            assert "".join(piece.text for piece in split(text.th)) == text.th


def test_a_hostile_answer_is_shown_and_not_believed():
    question = SURVEY.question("P2.1.3")
    hostile = {
        "option": ["x"],
        "values": {"works": {"roles": {"choice": [1], "fields": 3}, "quality": "<script>"}},
    }
    for editable in (True, False):
        page = markup.Page(
            markup.form(controls(question, hostile, language="th", editable=editable))
        )
        assert not any("checked" in given for given in page.inputs)
