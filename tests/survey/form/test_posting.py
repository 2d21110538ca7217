"""What is posted from the form is the answer it showed, and nothing anybody posts breaks it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from ckanext.pcio.dashboard.workbench import form_data, form_names
from ckanext.pcio.dashboard.workbench.controls import controls
from ckanext.pcio.survey.answer import AnswerRefused, read
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import codes, places
from tests.survey import answers

from . import markup

SURVEY = load_instrument("pcio-2567")
QUESTIONS = [question.id for question in SURVEY.questions]
PREFIX = "answer-"
few = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))


def ticked(value):
    """The same answer without the boxes that are not ticked; a form cannot tell them from none."""
    if isinstance(value, dict):
        return {key: ticked(each) for key, each in value.items() if each is not False}
    return value


def posted(question, answer, prefix=PREFIX):
    records = controls(question, answer, language="th", editable=True)
    return markup.Page(markup.form(records, prefix))


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_the_form_shows_is_what_it_posts(name):
    question = SURVEY.question(name)

    @few
    @given(st.data(), st.booleans())
    def law(data, full):
        answer = read(question, answers.answer(question, data.draw, full=full))
        page = posted(question, answer)
        again = read(question, form_data.read(question, page.data, PREFIX))
        assert ticked(again) == ticked(answer)
        # Read a second time, nothing is left to change.
        once_more = posted(question, again)
        assert read(question, form_data.read(question, once_more.data, PREFIX)) == again

    law()


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_option_that_is_not_chosen_contributes_nothing(name):
    """Without JavaScript everything shows: all is filled in, and one option chosen."""
    question = SURVEY.question(name)
    page = posted(question, {})
    written = MultiDict(
        (given["name"], given["value"] if given.get("type") in {"radio", "checkbox"} else "7")
        for given in page.inputs
        if given["name"] != f"{PREFIX}{form_names.OPTION}" and given.get("type") != "file"
    )
    for option in question.options:
        chosen = MultiDict([*written.items(multi=True), (f"{PREFIX}option", option.code)])
        data = form_data.read(question, chosen, PREFIX)
        asked = {p.path for p in places(question, data)}
        unknown = [path for path in _paths(data["values"]) if path not in asked]
        assert codes(data["option"]) == (option.code,)
        assert unknown == []


def _paths(values):
    """The places of simple values; what is in rows is tried by the law above."""
    return [code for code, value in values.items() if not isinstance(value, (dict, list))]


NAMES = st.sampled_from(
    sorted(
        {given["name"] for q in SURVEY.questions for given in posted(q, {}).inputs}
        | {f"{PREFIX}option", PREFIX, "", "evidence::file", f"{PREFIX}rows/1/project/"}
    )
)
VALUES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", "\x00", "none", "yes", "done", "true", "1e999", "9" * 6000, "ก" * 6000]),
    st.sampled_from([option.code for q in SURVEY.questions for option in q.options]),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NAMES | st.text(max_size=12), VALUES), max_size=25), st.data())
def test_nothing_anybody_posts_breaks_the_reading(pairs, data):
    question = SURVEY.question(data.draw(st.sampled_from(QUESTIONS)))
    form = MultiDict(pairs)
    found = form_data.read(question, form, PREFIX)
    assert form_data.evidence(question, found, form, form) == tuple(
        each for each in form_data.evidence(question, found, form, MultiDict())
    )
    problems = {}
    try:
        read(question, found)
    except AnswerRefused as refused:
        # What was refused is shown again with what is wrong.
        problems = {each.place: each.message.text("th") for each in refused.problems}
    again = controls(question, found, language="th", problems=problems, editable=True)
    assert markup.Page(markup.form(again)).posted is not None


@dataclass
class Upload:
    filename: str


def test_evidence_is_taken_where_the_answer_asks_for_it_and_nowhere_else():
    question = SURVEY.question("P2.2.3.1")
    answer = {"option": "available", "values": {}}
    one, unnamed = Upload("คำสั่ง.pdf"), Upload("")
    files = MultiDict(
        [
            ("evidence:available:file", one),
            ("evidence:available:file", unnamed),
            ("evidence:none:file", Upload("other.pdf")),
        ]
    )
    form = MultiDict(
        [
            ("evidence:available:url", " https://example.go.th "),
            ("evidence:available:passage", "หน้า 3"),
        ]
    )
    found = form_data.evidence(question, answer, form, files)
    assert found == (
        form_data.Given("available", one, "", "หน้า 3"),
        form_data.Given("available", None, "https://example.go.th", "หน้า 3"),
    )
    assert form_data.evidence(question, {"option": "none"}, form, files) == ()
    # What is left out is known.
    assert form_data.unasked(question, answer, form, files) == ()
    assert form_data.unasked(question, {"option": "none"}, form, files) == ("available",)
    unsent = MultiDict([("evidence:available:file", unnamed)])
    assert form_data.unasked(question, {"option": "none"}, MultiDict(), unsent) == ()


def test_a_row_with_evidence_keeps_its_number():
    """The evidence of the second row hangs on its number, whatever is in the first."""
    question = SURVEY.question("G3")
    form = MultiDict([("option", "yes"), ("option/yes/rows/2/project", "แผนดิจิทัล")])
    answer = read(question, form_data.read(question, form, ""))
    assert answer["values"]["rows"] == [{}, {"project": "แผนดิจิทัล"}]
    assert [p.path for p in places(question, answer) if p.kind == "evidence"] == ["rows.2"]
    assert read(question, answer) == answer


def test_rows_without_evidence_close_up():
    question = SURVEY.question("P2.2.2")
    form = MultiDict([("option", "yes"), ("option/yes/rows/4/item", "ประชากร")])
    assert form_data.read(question, form, "")["values"]["rows"] == [{"item": "ประชากร"}]


def test_a_prefix_is_not_written_again_and_another_address_is_shown_whole():
    question = SURVEY.question("P2.2.1.2")
    start = "https://data.go.th/organization/"
    for address in (f"{start}chiangmai", "https://example.go.th/x", start):
        answer = read(question, {"option": ["data_go_th"], "values": {"data_go_th_url": address}})
        page = posted(question, answer)
        again = read(question, form_data.read(question, page.data, PREFIX))
        assert again["values"]["data_go_th_url"] == address
