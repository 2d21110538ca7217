"""Coverage always, a score only where points are given, and never more than they say."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.standard.yamlfile import SettingsFileError
from ckanext.pcio.survey.answer import read
from ckanext.pcio.survey.filled import Attachment, FilledAnswer, FilledForm
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import every_evidence_place
from ckanext.pcio.survey.score import Share, coverage, estimate
from ckanext.pcio.survey.scoring import load_scoring

from . import answers

SURVEY = load_instrument("pcio-2567")
EXAMPLE = Path(__file__).parents[2] / "docs" / "scoring-example.yaml"


def form(**given):
    """A form with answers by question id, dots written as underscores."""
    found = {name.replace("_", "."): each for name, each in given.items()}
    return FilledForm(
        edition=SURVEY.id, province="", as_of="2024-06-21", state="open",
        answers=tuple(found.get(q.id, FilledAnswer(question=q.id)) for q in SURVEY.questions),
    )  # fmt: skip


def answered(question, option=None, state="confirmed", proof=(), **values):
    attachments = tuple(Attachment(id=place, place=place, kind="file") for place in proof)
    answer = {"option": option, "values": values} if option else {"values": values}
    return FilledAnswer(
        question=question, state=state, origin="own", answer=answer, attachments=attachments
    )


def scoring(tmp_path, questions, **more):
    path = tmp_path / "scoring.yaml"
    content = {"version": 1, "edition": "pcio-2567", "questions": questions, **more}
    content.setdefault("assumptions", [{"th": "สมมติ", "en": "Assumed"}])
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return load_scoring(path, SURVEY)


def drawn(draw):
    """Any form: some questions answered, some confirmed, some proven."""
    made = []
    for question in SURVEY.questions:
        state = draw(st.sampled_from(("none", "draft", "confirmed")))
        if state == "none":
            made.append(FilledAnswer(question=question.id))
            continue
        answer = read(question, answers.answer(question, draw))
        proof = tuple(
            Attachment(id=place, place=place, kind="file")
            for place in sorted(every_evidence_place(question))
            if draw(st.booleans())
        )
        made.append(
            FilledAnswer(
                question=question.id, state=state, origin="own", answer=answer, attachments=proof
            )
        )
    return replace(form(), answers=tuple(made))


SHARES = ("answers", "confirmed", "ready", "evidence")


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_coverage_is_a_share_and_confirming_never_lowers_it(data):
    before = drawn(data.draw)
    waiting = [each.question for each in before.answers if each.state == "draft"]
    chosen = data.draw(st.sets(st.sampled_from(waiting))) if waiting else set()
    after = replace(
        before,
        answers=tuple(
            replace(each, state="confirmed") if each.question in chosen else each
            for each in before.answers
        ),
    )
    for old, new in zip(coverage(before, SURVEY), coverage(after, SURVEY), strict=True):
        for name in SHARES:
            then, now = getattr(old, name), getattr(new, name)
            assert then.whole == now.whole
            assert 0 <= then.part <= now.part <= now.whole
            assert now.ratio is None if not now.whole else 0 <= now.ratio <= 1


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_pillars_add_up_to_the_whole_form(data):
    *pillars, whole = coverage(drawn(data.draw), SURVEY)
    assert [each.pillar for each in pillars] == [1, 2, 3, 4, 5, 6, 7]
    assert whole.pillar is None
    for name in SHARES:
        assert getattr(whole, name) == Share(
            sum(getattr(each, name).part for each in pillars),
            sum(getattr(each, name).whole for each in pillars),
        )
    assert whole.answers.whole + whole.skipped == len(SURVEY.questions) == 47


def test_nothing_is_no_share_and_a_skipped_question_is_not_asked():
    bare = coverage(form(), SURVEY)[1]
    assert bare.evidence.ratio is None
    assert bare.answers.ratio == 0
    skipping = coverage(form(P2_2_1_1=answered("P2.2.1.1", "none")), SURVEY)[1]
    assert skipping.skipped == 3  # P2.2.1.2, P2.2.1.3 and P2.2.2
    assert skipping.answers == Share(1, bare.answers.whole - 3)


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_without_points_there_is_no_score_anywhere(data):
    assert estimate(drawn(data.draw), SURVEY, None) is None


def test_points_of_another_edition_give_no_score(tmp_path):
    other = scoring(tmp_path, {"P1": {"most": 1, "options": {"a": 1}}}, edition="pcio-2566")
    assert estimate(form(), SURVEY, other) is None


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_an_estimate_stays_between_nothing_and_everything(data):
    found = estimate(drawn(data.draw), SURVEY, load_scoring(EXAMPLE, SURVEY))
    assert found is not None
    for pillar in found.pillars:
        assert pillar.score is None or 0 <= pillar.score <= 100
        assert (pillar.score is None) == (pillar.scored.part == 0)
        assert (pillar.level is None) == (pillar.score is None)
    assert found.overall is None  # five pillars have no points in the example


def test_the_example_says_that_it_is_one_and_nothing_uses_it():
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.startswith("# AN EXAMPLE, NOT A CRITERION.")
    example = load_scoring(EXAMPLE, SURVEY)
    assert example.source is None
    assert example.bands_source is None
    sources = (Path(__file__).parents[2] / "ckanext").rglob("*.py")
    assert [each.name for each in sources if "scoring-example" in each.read_text("utf-8")] == []


DONE = {"most": 10, "options": {"in_progress": 4, "done": 10}}


def test_points_wait_for_evidence(tmp_path):
    points = scoring(tmp_path, {"P2.1.1": DONE})
    bare = estimate(form(P2_1_1=answered("P2.1.1", "done")), SURVEY, points)
    assert (bare.pillars[1].score, bare.pillars[1].waiting) == (0, 1)
    proven = answered("P2.1.1", "done", proof=["done"])
    whole = estimate(form(P2_1_1=proven), SURVEY, points)
    assert (whole.pillars[1].score, whole.pillars[1].waiting) == (100, 0)
    half = estimate(form(P2_1_1=answered("P2.1.1", "in_progress")), SURVEY, points)
    assert half.pillars[1].score == 40


def test_points_of_ticks_cells_and_rows(tmp_path):
    points = scoring(
        tmp_path,
        {
            "P1.5": {"most": 10, "places": {"guidelines": {"choices": {"data_catalog": 3}}}},
            "P2.1.3": {"most": 12, "places": {"works.*.*": {"choices": {"yes": 1}}}},
            "P2.2.1.3": {"most": 4, "places": {"rows": {"each": 1, "most": 2}}},
        },
    )
    rows = [{"dataset": "a", "use": "b", "user": "c"}] * 3
    works = {"roles": {"choice": {"internal_use": "yes", "open_data": "yes"}}}
    found = estimate(
        form(
            P1_5=answered(
                "P1.5", "done", proof=["guidelines.data_catalog"],
                guidelines=["data_catalog", "linkage"],
            ),
            P2_1_3=answered("P2.1.3", works=works, proof=["works.roles.internal_use"]),
            P2_2_1_3=answered("P2.2.1.3", "yes", rows=rows),
        ),
        SURVEY,
        points,
    )  # fmt: skip
    first, second = found.pillars[:2]
    assert (first.points, first.most, first.scored) == (3, 10, Share(1, 7))
    assert (second.points, second.most) == (1 + 2, 12 + 4)
    assert second.waiting == 1  # the cell without a file


def test_a_skipped_question_keeps_its_part_of_the_whole(tmp_path):
    points = scoring(tmp_path, {"P2.2.1.1": DONE | {"options": {"none": 10}}, "P2.2.2": {
        "most": 10, "options": {"yes": 10}}})  # fmt: skip
    skipping = form(
        P2_2_1_1=answered("P2.2.1.1", "none"), P2_2_2=answered("P2.2.2", "yes", proof=["yes"])
    )
    assert estimate(skipping, SURVEY, points).pillars[1].score == 50


def test_an_overall_score_needs_points_in_every_pillar(tmp_path):
    first = {
        number: next(q for q in SURVEY.questions if q.pillar == number and q.options)
        for number in (1, 2, 3, 4, 6)
    }
    some = {
        each.id: {"most": 10, "options": dict.fromkeys((o.code for o in each.options), 10)}
        for each in first.values()
    }
    partly = estimate(form(), SURVEY, scoring(tmp_path, some))
    assert partly.overall is None
    assert partly.weight == 13 + 12 + 20 + 30 + 10
    fields = {q.id: q for q in SURVEY.questions if q.pillar in (5, 7)}
    places = {
        name: {"most": 1, "places": {question.fields[0].code: 1}}
        if question.fields
        else {"most": 1, "options": {question.options[0].code: 1}}
        for name, question in fields.items()
    }
    whole = estimate(form(), SURVEY, scoring(tmp_path, {**some, **places}))
    assert whole.overall == 0
    assert whole.weight == 100


def test_starred_indicators_are_left_out_and_said_so(tmp_path):
    found = estimate(form(), SURVEY, scoring(tmp_path, {"P2.1.1": DONE}))
    assert [each.number for each in found.left_out] == ["3.3", "4.2"]


def test_what_has_no_source_is_called_assumed(tmp_path):
    bands = {"levels": [{"level": 1, "from": 0}, {"level": 2, "from": 50}]}
    assumed = estimate(form(), SURVEY, scoring(tmp_path, {"P2.1.1": DONE}, bands=bands))
    said = " ".join(note.text("th") for note in assumed.notes)
    assert "สมมติ (ไม่ใช่เกณฑ์ที่ สพร. ประกาศ)" in said
    known = {"th": "หนังสือ สพร.", "en": "Letter"}
    sourced = scoring(tmp_path, {"P2.1.1": DONE}, bands={**bands, "source": known}, source=known)
    notes = estimate(form(), SURVEY, sourced).notes
    assert "สมมติ" not in " ".join(note.text("th") for note in notes)


def test_levels_begin_where_their_band_does(tmp_path):
    bands = {"levels": [{"level": 1, "from": 0}, {"level": 2, "from": 40}]}
    points = scoring(tmp_path, {"P2.1.1": DONE}, bands=bands)
    assert [points.level(at).level for at in (0, 39.99, 40, 100)] == [1, 1, 2, 2]
    half = estimate(form(P2_1_1=answered("P2.1.1", "in_progress")), SURVEY, points)
    assert half.pillars[1].level.level == 2
    assert half.pillars[0].level is None


@pytest.mark.parametrize(
    ("questions", "more", "told"),
    [
        ({"P9.9": DONE}, {}, "no such question"),
        ({"P2.1.1": {"most": 1, "options": {"maybe": 1}}}, {}, "no option 'maybe'"),
        ({"P2.1.3": {"most": 1, "places": {"nowhere.*": 1}}}, {}, "no field 'nowhere'"),
        ({"P2.1.1": {"most": 0, "options": {"done": 1}}}, {}, "$.questions"),
        ({"P2.1.1": {"most": 1}}, {}, "$.questions"),
        ({}, {}, "$.questions"),
        ({"P2.1.1": DONE}, {"assumptions": []}, "$.assumptions"),
        ({"P2.1.1": DONE}, {"bands": {"levels": [{"level": 2, "from": 20}]}}, "begin at 0"),
        (
            {"P2.1.1": DONE},
            {"bands": {"levels": [{"level": 1, "from": 0}, {"level": 1, "from": 5}]}},
            "does not stand above",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path, questions, more, told):
    with pytest.raises(SettingsFileError, match=re.escape(told)):
        scoring(tmp_path, questions, **more)


_LAUGHS = "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    "content",
    [
        *("[" * 100_000, "- " * 20_000, "{a: " * 3000, "&a [*a]", f"a: &a [x]\n{_LAUGHS}"),
        *("", "[]", "1", "a: \x00", "!!python/object/apply:os.system ['id']", "{[a]: 1}"),
    ],
)
def test_a_file_that_is_meant_badly_is_told_in_a_sentence(tmp_path, content):
    path = tmp_path / "points.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsFileError) as error:
        load_scoring(path, SURVEY)
    assert len(error.value.message.text("th")) < 500


@pytest.mark.parametrize("place", ["", "missing.yaml", "binary.yaml"])
def test_what_is_no_file_of_text_is_told_too(tmp_path, place):
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsFileError):
        load_scoring(tmp_path / place, SURVEY)
