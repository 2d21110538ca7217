"""The blank form of every edition: each question, each skip in words, pillars and weights."""

from __future__ import annotations

import pytest

from ckanext.pcio.dashboard.editions.frame import frame
from ckanext.pcio.survey.form import Question
from ckanext.pcio.survey.instrument import editions, load_instrument

SURVEY = load_instrument("pcio-2567")


def question(name, language="th"):
    return next(part for part in frame("pcio-2567", language).parts if part.id == name)


@pytest.mark.parametrize("edition", editions())
def test_every_section_and_question_is_there_in_the_forms_order(edition):
    instrument = load_instrument(edition)
    for language in ("th", "en"):
        found = frame(edition, language)
        assert [part.id for part in found.parts] == [part.id for part in instrument.parts]
        listed = [name for chapter in found.chapters for name in chapter.questions]
        assert listed == [each.id for each in instrument.questions]
        for part, view in zip(instrument.parts, found.parts, strict=True):
            said = part.text if isinstance(part, Question) else part.heading
            assert "".join(piece.text for piece in view.words) == said.text(language)
            assert len(view.notes) == len(part.notes)
            assert list(view.remarks) == [remark.text(language) for remark in part.remarks]


def test_headings_step_down_one_by_one():
    for edition in editions():
        level = 1
        for part in frame(edition, "th").parts:
            assert part.level <= level + 1
            level = part.level


def test_every_skip_is_told_at_both_its_ends():
    """Walk the form: whatever an option passes over is told there, and at what is passed over."""
    skips = 0
    for asked in SURVEY.questions:
        for option in asked.options:
            passed = SURVEY.skipped({asked.id: option.code})
            told = [s for s in question(asked.id).skips if f"“{option.label.th}”" in s]
            assert len(told) == (1 if passed else 0), (asked.id, option.code)
            for name in passed:
                skips += 1
                assert name in told[0]
                assert any(
                    f"ข้อ {asked.id} " in sentence and f"“{option.label.th}”" in sentence
                    for sentence in question(name).skipped
                )
    assert skips == sum(
        len(part.skipped) for part in frame("pcio-2567", "th").parts if part.kind == "question"
    )
    assert skips > 0


def test_no_question_is_passed_over_by_every_way_through_the_form():
    """A way to each question: the answers that skip nothing reach all of them."""
    reached = {
        each.id: next((o.code for o in each.options if not o.skip_to), None)
        for each in SURVEY.questions
    }
    assert SURVEY.skipped(reached) == {}
    for each in SURVEY.questions:
        for option in each.options:
            gone = set(SURVEY.skipped({**reached, each.id: option.code}))
            assert gone == set(SURVEY.skipped({each.id: option.code}))


def test_a_skip_names_where_the_form_goes_on():
    (sentence,) = question("P4.5.1").skips
    assert "P4.6" in sentence
    assert "P4.5.2" in sentence
    (reason,) = question("P4.5.2", "en").skipped
    assert reason.startswith("Not asked where P4.5.1 is answered")


def test_pillars_have_their_weights_and_the_starred_indicators():
    found = frame("pcio-2567", "th")
    assert [pillar.weight for pillar in found.pillars] == ["13", "12", "20", "30", "10", "10", "5"]
    assert not found.rebased
    every = [each for pillar in found.pillars for each in pillar.indicators]
    starred = [each for each in every if each.from_department]
    assert [each.number for each in starred] == ["3.3", "4.2"]
    assert [each.questions for each in starred] == [(), ()]
    # Each question is asked for an indicator; rows of one may be asked for their own.
    asked = {name for each in every for name in each.questions}
    assert asked == {each.id for each in SURVEY.questions}
    assert next(e for e in every if e.number == "4.4.2").questions == ("P4.6",)


def test_a_pillar_not_asked_in_provinces_has_no_weight_there():
    found = frame("egov-2560", "en")
    assert found.frame_only
    assert found.rebased
    assert [pillar.rebased for pillar in found.pillars] == [
        "21.05",
        "21.05",
        "31.58",
        "10.53",
        "15.79",
        "",
    ]
    assert [pillar.asked for pillar in found.pillars] == [True] * 5 + [False]


@pytest.mark.parametrize("edition", ["egov-2559", "egov-2560"])
def test_an_edition_without_questionnaire_tells_what_it_looks_at(edition):
    for part in frame(edition, "th").parts:
        if part.kind == "question":
            assert part.points
            assert part.controls == ()
