"""What people answer: read against the form, and what it lacks until it is ready."""

from __future__ import annotations

import copy

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ckanext.pcio.survey.answer import AnswerRefused, from_proposal, read
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import places
from ckanext.pcio.survey.requirements import missing

from . import answers

SURVEY = load_instrument("pcio-2567")
QUESTIONS = [q.id for q in SURVEY.questions]


def attached(question, answer):
    """Evidence at every place that asks for it."""
    return {p.path: {"file"} for p in places(question, answer) if p.kind == "evidence"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_whole_answer_is_ready_and_without_its_evidence_is_not(name):
    question = SURVEY.question(name)

    @settings(max_examples=5, deadline=None)
    @given(st.data())
    def check(data):
        answer = read(question, answers.answer(question, data.draw, full=True))
        evidence = attached(question, answer)
        assert missing(question, answer, evidence) == ()
        lacking = missing(question, answer, {})
        assert {m.place for m in lacking} == set(evidence)
        assert {m.lack for m in lacking} <= {"evidence"}

    check()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_reading_twice_changes_nothing_and_nothing_unasked_is_kept(data):
    question = SURVEY.question(data.draw(st.sampled_from(QUESTIONS)))
    given_answer = answers.answer(question, data.draw)
    before = copy.deepcopy(given_answer)
    answer = read(question, given_answer)
    assert given_answer == before
    assert read(question, answer) == answer
    # Whatever is lacking is at a place the form asks.
    asked = {p.path for p in places(question, answer)}
    assert {m.place for m in missing(question, answer, {})} <= asked


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(QUESTIONS),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["option", "values", "choice", "fields", "rows", "works"])
                | st.text(max_size=4),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
)
def test_anything_is_read_or_refused_with_sentences(name, data):
    question = SURVEY.question(name)
    problems = ()
    try:
        missing(question, read(question, data), {})
    except AnswerRefused as refused:
        problems = refused.problems
        event("refused")
    assert all(p.message.text("th") and p.message.text("en") for p in problems)


@pytest.mark.parametrize(
    ("name", "given_answer", "place"),
    [
        ("G1", {"option": "maybe"}, ""),
        ("G1", {"option": ["no", "yes"]}, ""),
        ("G1", {"option": "no", "values": {"reason": 5}}, "reason"),
        ("G1", {"option": "no", "values": {"reason": "ก" * 5001}}, "reason"),
        ("G1", {"option": "no", "values": {"cause": "x"}}, ""),
        ("G3", {"option": "yes", "values": {"rows": [{"project": "x"}] * 6}}, "rows"),
        ("G3", {"option": "yes", "values": {"rows": [{"file": "x"}]}}, "rows.1"),
        ("P1.2", {"values": {"works": {"nothing": {"choice": "done"}}}}, "works"),
        ("P1.2", {"values": {"works": {"identify": {"choice": "yes"}}}}, "works.identify"),
        ("P2.1.3", {"values": {"works": {"roles": {"choice": "yes"}}}}, "works.roles"),
        ("P4.1", {"option": "known", "values": {"services": "-1"}}, "services"),
        ("P4.1", {"option": "known", "values": {"services": "สิบ"}}, "services"),
        ("P4.1", {"option": "known", "values": {"services": True}}, "services"),
        ("P4.5.1", {"option": "yes", "values": {"website": "javascript:alert(1)"}}, "website"),
        ("P5.3", {"option": ["zoom"]}, ""),
        ("P2.2.1.1", {"option": "partial", "values": {"metadata": "perhaps"}}, "metadata"),
    ],
)
def test_refused(name, given_answer, place):
    with pytest.raises(AnswerRefused) as refused:
        read(SURVEY.question(name), given_answer)
    assert [p.place for p in refused.value.problems] == [place]


@pytest.mark.parametrize(
    ("name", "given_answer", "kept"),
    [
        # What the chosen option does not ask for is left out.
        ("G1", {"option": "yes", "values": {"reason": "x"}}, {"option": "yes", "values": {}}),
        ("P4.1", {"option": "known", "values": {"services": "๑,๒๓๔"}},
         {"option": "known", "values": {"services": 1234}}),
        ("P2.2.1.2", {"option": ["data_go_th"], "values": {"data_go_th_url": "trang"}},
         {"option": ["data_go_th"],
          "values": {"data_go_th_url": "https://data.go.th/organization/trang"}}),
        ("G3", {"option": "yes", "values": {"rows": [{"project": " ก "}, {"project": ""}]}},
         {"option": "yes", "values": {"rows": [{"project": "ก"}]}}),
        ("P1.5", {"option": "done", "values": {"guidelines": ["linkage", "data_catalog"]}},
         {"option": "done", "values": {"guidelines": ["data_catalog", "linkage"]}}),
        ("P2.2.1.1", {"option": "partial", "values": {"metadata": "on", "data_catalog": "false"}},
         {"option": "partial", "values": {"metadata": True, "data_catalog": False}}),
    ],
)  # fmt: skip
def test_read_as(name, given_answer, kept):
    assert read(SURVEY.question(name), given_answer) == kept


@pytest.mark.parametrize(
    ("name", "answer", "evidence", "lacks"),
    [
        ("G1", {}, {}, [("", "option")]),
        ("G1", {"option": "no"}, {}, [("reason", "text")]),
        ("G1", {"option": "yes"}, {}, [("yes", "evidence")]),
        ("G1", {"option": "yes"}, {"yes": ["url"]}, [("yes", "evidence")]),
        ("G1", {"option": "yes"}, {"yes": ["file"]}, []),
        ("P2.2.3.1", {"option": "available"}, {"available": ["url"]}, []),
        ("P4.5.2", {"option": "yes"}, {"yes": ["url"]}, []),
        ("P1.5", {"option": "done", "values": {"guidelines": ["linkage"]}}, {},
         [("guidelines.linkage", "evidence")]),
        ("P1.5", {"option": "done"}, {}, [("guidelines", "option")]),
        ("G3", {"option": "yes", "values": {"rows": [{"project": "ก"}, {"project": "ข"}]}},
         {"rows.1": ["file"]}, [("rows.2", "evidence")]),
        ("P2.2.1.2", {"option": ["agency_catalog"]}, {},
         [("url", "url"), ("no_own_system_reasons", "option")]),
        ("P2.2.2", {"option": "yes", "values": {"items": 0}}, {}, [("rows", "rows")]),
        ("P4.2.1", {"option": "known", "values": {"services": 0}}, {}, []),
        # The headings 1-3 of P1.2 may be left; its eleven points may not.
        ("P1.2", {"values": {}}, {}, [(f"works.{code}", "option") for code in (
            "governance", "risk", "guidelines", "audit_plan", "risk_assessment", "response_plan",
            "identify", "protect", "detect", "respond", "recover")]),
        ("P7.1", {"values": {"technologies": {
            code: {"choice": "no"} for code in (
                "ai", "robotics", "blockchain", "fifth_generation", "iot", "cloud", "experience",
                "security", "software")
            } | {"analytics": {"choice": "yes", "fields": {"analytics_text": "BI"}}}}}, {},
         [("technologies.analytics", "evidence"), ("technologies.analytics.projects", "rows")]),
    ],
)  # fmt: skip
def test_what_is_missing(name, answer, evidence, lacks):
    found = missing(SURVEY.question(name), answer, evidence)
    assert [(m.place, m.lack) for m in found] == lacks
    assert all(m.message.text("th") for m in found)


def test_halves_of_letters_which_no_database_holds_are_left_out():
    asked = SURVEY.question("G1")
    told = read(asked, {"option": "no", "values": {"reason": "ก\ud800ข\x00ค"}})
    assert told["values"]["reason"] == "กขค"


def test_what_the_catalog_proposes_in_a_table_is_an_answer():
    row = {"dataset": "สถิติ", "use": "วางแผน", "user": "ประชาชน"}
    behind = {"url": "https://x.example", "ids": ["a"], "by_default": True}
    values = {"rows": [{**row, **behind}], "open": 7, "reuses": 0}
    question = SURVEY.question("P2.2.1.3")
    found = from_proposal(question, {"option": "yes", "values": values})
    assert found == {"option": "yes", "values": {"rows": [row]}}
