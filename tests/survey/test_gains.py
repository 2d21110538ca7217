"""What work gains, held against the rules that make the answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.registers.records import Exchange, Registers
from ckanext.pcio.survey.derive import RULES
from ckanext.pcio.survey.gains import (
    GAINS_DIR,
    SCHEMA_FILE,
    WHOLE_WAY,
    Goal,
    Progress,
    gain,
    load_goals,
    progress,
)
from ckanext.pcio.survey.instrument import InstrumentError, editions, load_instrument
from ckanext.pcio.survey.proposal import SurveySettings
from ckanext.pcio.survey.scope import Pair
from ckanext.pcio.survey.work import KINDS, Beside, kinds_of, steps

from .builders import (
    AS_OF,
    BY_API,
    COPY,
    INCOMPLETE,
    INTERNAL,
    WAITING,
    answers,
    facts,
    some,
)

GOALS = load_goals("pcio-2567")
BESIDE = Beside(today=AS_OF)
# What a dataset is after work of a kind is done.
DONE = {
    "fill": {"missing": ()},
    "correct": {"invalid": ()},
    "publish": {"state": "active", "private": False},
    "dictionary": {"dictionary": True},
    "data": {"resources": 1, "structured": True, "machine_readable": True},
    "format": {"structured": True, "machine_readable": True, "stars": 3},
    "linkage": {"linkage_methods": ("api",)},
}
EXCHANGE = Exchange(
    dataset="id-00003",
    partner="partner",
    tier="province",
    method="api",
    status="linked",
)


def goal(key: str) -> Goal:
    return next(each for each in GOALS if each.key == key)


def at(key: str, datasets, beside=BESIDE, threshold=80) -> Progress:
    (found,) = progress([goal(key)], datasets, beside, threshold)
    return found


def put_right(each: Goal, dataset):
    changes = {}
    for kind in each.by:
        if KINDS[kind].needed(dataset, BESIDE):
            changes.update(DONE[kind])
    return replace(dataset, **changes)


def proposed(each: Goal, datasets, threshold, registers=None):
    """What the survey proposes for a goal's part: reached or not, or the number."""
    setting = SurveySettings(tick_threshold=threshold)
    found = answers(datasets, settings=setting, registers=registers)[each.question]
    order = RULES[each.question].options
    if each.reach == "number":
        return found.values[each.part]
    if each.part in order:
        # A rule of which an option is all there is to propose proposes nothing below it.
        return found.option is not None and order.index(found.option) >= order.index(each.part)
    return found.values[each.part] in (True, "yes")


DATASETS = st.lists(
    st.builds(
        dict,
        own=st.booleans(),
        private=st.booleans(),
        state=st.sampled_from(["active", "active", "draft", "deleted"]),
        category=st.sampled_from(["public", "public", "public", "internal", None]),
        level=st.sampled_from(["open", None, "internal", "confidential"]),
        missing=st.sampled_from([(), ("title",), ("title", "tags")]),
        invalid=st.sampled_from([(), (), ("maintainer_email",)]),
        dictionary=st.booleans(),
        structured=st.booleans(),
        machine_readable=st.booleans(),
        stars=st.integers(0, 3),
        resources=st.integers(0, 2),
        linkage_methods=st.sampled_from([(), (), ("api",)]),
    ),
    max_size=9,
)


@st.composite
def catalogs(draw):
    found = []
    for number, changes in enumerate(draw(DATASETS)):
        empty = {"structured": False, "machine_readable": False, "stars": 0}
        found.append(facts(number, **(changes if changes["resources"] else {**changes, **empty})))
    return found


THRESHOLDS = st.sampled_from([1, 50, 80, 100])


@pytest.mark.parametrize("key", [each.key for each in GOALS])
class TestAgainstTheRules:
    """One definition of a gain, and the rules that make the answers agree with it."""

    @settings(max_examples=60, deadline=None)
    @given(datasets=catalogs(), threshold=THRESHOLDS)
    def test_nothing_is_missing_exactly_where_the_answer_is_proposed(
        self, key, datasets, threshold
    ):
        now = at(key, datasets, threshold=threshold)
        if now.goal.reach == "number":
            assert now.done.all == proposed(now.goal, datasets, threshold)
        else:
            assert (now.distance == 0) == proposed(now.goal, datasets, threshold)

    @settings(max_examples=60, deadline=None)
    @given(datasets=catalogs(), threshold=THRESHOLDS, data=st.data())
    def test_the_work_listed_as_needed_changes_the_answer_and_less_does_not(
        self, key, datasets, threshold, data
    ):
        now = at(key, datasets, threshold=threshold)
        if not now.distance:
            return
        # Own datasets may be needed first; after each one what gains is asked anew.
        current, number = list(datasets), now.distance
        for left in range(number, 0, -1):
            then = at(key, current, threshold=threshold)
            assert then.distance == left
            useful = [f for f in current if f.state != "deleted" and then.gains(f, BESIDE)]
            assert len(useful) == then.candidates >= 1
            if then.goal.reach != "number":
                assert not proposed(then.goal, current, threshold)
            chosen = data.draw(st.sampled_from(useful))
            current[current.index(chosen)] = put_right(then.goal, chosen)
        if now.goal.reach == "number":
            assert proposed(now.goal, current, threshold) == now.done.all + number
        else:
            assert proposed(now.goal, current, threshold)

    @settings(max_examples=60, deadline=None)
    @given(datasets=catalogs(), threshold=THRESHOLDS)
    def test_putting_right_what_gains_nothing_changes_nothing(self, key, datasets, threshold):
        now = at(key, datasets, threshold=threshold)
        before = proposed(now.goal, datasets, threshold)
        for position, dataset in enumerate(datasets):
            if dataset.state == "deleted" or now.gains(dataset, BESIDE):
                continue
            changed = list(datasets)
            changed[position] = put_right(now.goal, dataset)
            if now.goal.stands(dataset, BESIDE):
                assert at(key, changed, threshold=threshold).distance == now.distance
            assert proposed(now.goal, changed, threshold) == before

    @settings(max_examples=60, deadline=None)
    @given(datasets=catalogs())
    def test_whatever_stands_in_the_way_has_work_that_removes_it(self, key, datasets):
        each = goal(key)
        for dataset in datasets:
            if each.stands(dataset, BESIDE):
                assert set(each.by) & set(kinds_of(dataset, BESIDE))
                assert each.is_done(put_right(each, dataset), BESIDE)


class TestDistance:
    def test_a_tick_at_74_per_cent_of_151_datasets_needs_nine(self):
        datasets = [*some(112), *some(39, start=200, dictionary=False)]
        now = at("P2.2.1.1:data_dictionary", datasets)
        assert (now.distance, now.candidates) == (9, 39)
        assert now.weight == WHOLE_WAY // 9

    def test_a_tick_that_is_set_gains_nothing(self):
        datasets = [*some(9), facts(99, dictionary=False)]
        assert at("P2.2.1.1:data_dictionary", datasets).weight == 0
        assert gain([at("P2.2.1.1:data_dictionary", datasets)], datasets[-1], BESIDE) == 0

    def test_each_waiting_dataset_is_a_part_of_publishing_completely(self):
        datasets = [*some(3), *some(4, start=50, **WAITING)]
        now = at("P2.2.1.1:complete", datasets)
        assert (now.distance, now.weight) == (4, WHOLE_WAY // 4)

    def test_a_copy_gains_nothing_while_the_own_ones_decide(self):
        datasets = [
            *some(1, **INCOMPLETE),
            facts(7, **INCOMPLETE, **COPY),
            *some(4, start=9, **COPY),
        ]
        now = at("P2.2.1.1:metadata", datasets)
        assert now.distance == 1
        assert now.gains(datasets[0], BESIDE)
        assert not now.gains(datasets[1], BESIDE)

    def test_without_own_datasets_no_work_brings_a_tick(self):
        now = at("P2.2.1.1:metadata", some(3, **COPY, **INCOMPLETE))
        assert now.distance is None
        assert now.weight == now.candidates == 0

    def test_a_number_grows_by_one_of_all(self):
        datasets = [*some(3), facts(9, structured=False, machine_readable=False, stars=1)]
        now = at("P2.2.1.2:structured", datasets)
        assert now.weight == WHOLE_WAY // 4
        assert now.gains(datasets[-1], BESIDE)

    def test_an_exchange_on_record_makes_a_dataset_sharable(self):
        datasets = some(3, **INTERNAL)
        beside = Beside(today=AS_OF, exchanged=frozenset({datasets[0].id}))
        assert at("P2.2.3.1:available", datasets, beside).distance == 0
        assert at("P2.2.3.1:available", datasets).distance == 1
        assert at("P2.2.3.1:available", [facts(1, **BY_API)]).distance == 0
        assert proposed(
            goal("P2.2.3.1:available"),
            datasets,
            80,
            Registers(exchanges=(replace(EXCHANGE, dataset=datasets[0].id),)),
        )

    def test_what_a_dataset_gains_adds_up_over_the_goals(self):
        datasets = [*some(3), facts(9, missing=("tags",), dictionary=False)]
        standing = progress(GOALS, datasets, BESIDE, 80)
        by_key = {each.goal.key: each for each in standing}
        expected = [
            by_key[key].weight
            for key in (
                *("P1.5:done", "P2.2.1.1:metadata"),
                *("P2.2.1.1:data_dictionary", "P2.2.1.2:metadata_standard"),
                *("P2.2.3.1:available", "P2.2.3.2:yes", "P2.2.3.2:sharable"),
            )
        ]
        assert gain(standing, datasets[-1], BESIDE) == sum(expected)
        assert expected == [WHOLE_WAY] * 6 + [WHOLE_WAY // 4]


class TestSentences:
    @pytest.mark.parametrize(
        ("datasets", "key", "expected"),
        [
            (
                some(7, dictionary=False),
                "P2.2.1.1:data_dictionary",
                "One of 7 datasets, 6 of which bring “Data dictionary” (P2.2.1.1)",
            ),
            (
                [*some(2), *some(3, start=9, **WAITING)],
                "P2.2.1.1:complete",
                "One of 3 datasets between the province and “Published completely” (P2.2.1.1)",
            ),
            (
                [*some(2), *some(1, start=9, **WAITING)],
                "P2.2.1.1:complete",
                "The last dataset between the province and “Published completely” (P2.2.1.1)",
            ),
            (
                some(4),
                "P2.2.3.1:available",
                "A single dataset like this one brings “Available” (P2.2.3.1)",
            ),
            (
                some(4),
                "P2.2.3.2:sharable",
                "Adds one to “2) Number of all datasets that other agencies can link to "
                "(sharable data)” (P2.2.3.2), now 0 of 4 datasets",
            ),
        ],
    )
    def test_a_gain_is_told_in_words(self, datasets, key, expected):
        sentence = at(key, datasets).sentence()
        assert sentence.text("en") == expected
        assert sentence.text("th") != expected


class TestFiles:
    def test_every_edition_the_catalog_answers_says_what_work_moves(self):
        answered = [
            edition
            for edition in editions()
            if any(question.rule for question in load_instrument(edition).questions)
        ]
        assert answered
        for edition in answered:
            goals = load_goals(edition)
            assert goals
            assert len({each.key for each in goals}) == len(goals)

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"question": "P9.9.9"}, "no such part"),
            ({"option": "nothing"}, "no such part"),
            ({"of": "nothing"}, "there is no 'nothing'"),
            ({"by": ["nothing"]}, "there is no 'nothing'"),
            ({"reach": "nothing"}, "is not one of"),
        ],
    )
    def test_a_file_that_does_not_fit_is_refused(self, tmp_path, change, problem):
        content = yaml.safe_load((GAINS_DIR / "pcio-2567.yaml").read_text(encoding="utf-8"))
        content["goals"][0].update(change)
        (tmp_path / "pcio-2567.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        with pytest.raises(InstrumentError, match=problem):
            load_goals("pcio-2567", tmp_path)

    def test_an_edition_without_a_file_has_no_goals(self, tmp_path):
        assert load_goals("pcio-2567", tmp_path) == ()
        assert SCHEMA_FILE.exists()


def test_steps_name_field_and_reason():
    dataset = facts(
        1,
        missing=("tags",),
        invalid=("maintainer_email",),
        private=True,
        dictionary=False,
        stars=1,
        structured=False,
        machine_readable=False,
        formats=("PDF",),
        open_license=False,
        due_on=AS_OF.replace(year=2020),
    )
    beside = Beside(today=AS_OF, broken={dataset.id: ("r1",)}, personal={dataset.id: ("r2",)})
    found = steps(dataset, beside)
    assert [(step.kind, step.field, step.resource) for step in found] == [
        ("personal", "", "r2"),
        ("fill", "tag_string", ""),
        ("correct", "maintainer_email", ""),
        ("publish", "private", ""),
        ("dictionary", "", ""),
        ("format", "format", ""),
        ("linkage", "linkage_method", ""),
        ("update", "last_updated_date", ""),
        ("license", "license_id", ""),
        ("link", "url", "r1"),
    ]
    assert all(step.what.text("en") and step.why.text("en") for step in found)


def test_nothing_is_to_do_on_a_dataset_that_is_as_it_should_be():
    assert steps(facts(1, **BY_API), BESIDE) == ()
    secret = facts(2, category="security", level="top_secret", private=True, stars=0, resources=0)
    assert steps(secret, BESIDE) == ()


def test_personal_data_that_everybody_can_read_is_urgent():
    from ckanext.pcio.survey.work import urgent

    beside = Beside(today=AS_OF, personal={"id-00001": ("r",)}, exposed=frozenset({"id-00001"}))
    assert urgent(facts(1), beside)
    assert not urgent(facts(1, private=True), beside)
    assert not urgent(facts(2), beside)


def test_pairs_compare_by_value():
    assert at("P2.2.1.1:metadata", some(2)).of == Pair(2, 2)
