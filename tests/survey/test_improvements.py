"""What would raise the answers: doing it changes the answer as told, doing one fewer does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.registers.records import Demand, Exchange, Registers, Reuse
from ckanext.pcio.survey.domains import important, internal_use
from ckanext.pcio.survey.gains import progress
from ckanext.pcio.survey.improvements import improvements
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.proposal import SurveySettings
from ckanext.pcio.survey.raising import PLACES, as_dict, raised
from ckanext.pcio.survey.register_improvements import Told, register_improvements, unopened
from ckanext.pcio.survey.scope import Pair
from ckanext.pcio.survey.work import Beside

from .builders import AS_OF, BY_API, COPY, INCOMPLETE, WAITING, answers, facts, some
from .test_gains import GOALS, THRESHOLDS, catalogs, goal, put_right

SURVEY = load_instrument("pcio-2567")
TIERS = ("province", "department", "other")


def beside(registers=None):
    return Beside(today=AS_OF, exchanged=(registers or Registers()).exchanged)


def proposals(datasets, threshold=80, registers=None, **setting):
    found = answers(
        datasets,
        registers=registers,
        settings=SurveySettings(tick_threshold=threshold, **setting),
    )
    return {key: {"option": each.option, "values": each.values} for key, each in found.items()}


def ways(datasets, threshold=80):
    standing = progress(GOALS, datasets, beside(), threshold)
    return improvements(standing, SURVEY, proposals(datasets, threshold))


def told(now, way):
    """What the proposals hold at the part an improvement speaks of."""
    answer = now[way.question]
    if way.change == "option":
        return answer["option"]
    return answer["values"][way.part]


def chosen(data, way, datasets, number):
    """Draw `number` of the datasets the improvement speaks of, the own ones it needs first."""
    each = goal(f"{way.question}:{way.part}")
    open_to_choice = [f for f in datasets if f.state != "deleted" and each.stands(f, beside())]
    own = [f for f in open_to_choice if f.own]
    first = data.draw(st.permutations(own))[: min(way.own, number)]
    only_own = way.candidates < len(open_to_choice)
    rest = [f for f in (own if only_own else open_to_choice) if f not in first]
    assert len(rest) + len(first) == way.candidates
    return [*first, *data.draw(st.permutations(rest))[: number - len(first)]]


def carried_out(way, datasets, which):
    each = goal(f"{way.question}:{way.part}")
    return [put_right(each, f) if f in which else f for f in datasets]


class TestWork:
    @settings(max_examples=50, deadline=None)
    @given(datasets=catalogs(), threshold=THRESHOLDS, data=st.data())
    def test_doing_it_changes_the_answer_as_told_and_one_fewer_does_not(
        self, datasets, threshold, data
    ):
        before = proposals(datasets, threshold)
        for found in ways(datasets, threshold).values():
            for way in found:
                if way.where != "worklist":
                    continue
                which = chosen(data, way, datasets, way.needed)
                assert len(which) == way.needed >= 1
                after = told(proposals(carried_out(way, datasets, which), threshold), way)
                which.pop(data.draw(st.integers(0, way.needed - 1)))
                fewer = told(proposals(carried_out(way, datasets, which), threshold), way)
                self.changed(way, told(before, way), fewer, after)

    def changed(self, way, before, fewer, after):
        if way.change == "option":
            assert after == way.part != before
            options = [option.code for option in SURVEY.question(way.question).options]
            # Part of the work may bring a weaker option, never this one.
            assert fewer is None or options.index(fewer) < options.index(way.part)
        elif way.change == "number":
            assert (before, after) == (way.effect.params["before"], way.effect.params["after"])
            assert after - fewer == 1
            assert after == before + way.needed
        else:
            assert before in (False, "no", None)
            assert fewer in (False, "no")
            assert after in (True, "yes")

    @settings(max_examples=40, deadline=None)
    @given(datasets=catalogs(), threshold=THRESHOLDS)
    def test_a_first_dataset_of_its_own_brings_the_option_told(self, datasets, threshold):
        before = proposals(datasets, threshold)
        for found in ways(datasets, threshold).values():
            for way in found:
                if way.where in ("dataset_new", "publish"):
                    first = facts(99, **BY_API)
                    after = proposals([*datasets, first], threshold)
                    assert told(after, way) == way.part != told(before, way)

    @settings(max_examples=40, deadline=None)
    @given(datasets=catalogs(), threshold=THRESHOLDS)
    def test_where_nothing_is_listed_no_work_changes_the_option_or_a_tick(
        self, datasets, threshold
    ):
        perfect = [
            replace(f, missing=(), invalid=(), dictionary=True, linkage_methods=("api",))
            for f in (
                replace(f, state="active", private=False) for f in datasets if f.state != "deleted"
            )
        ]
        now, then = proposals(datasets, threshold), proposals(perfect, threshold)
        for question, found in ways(datasets, threshold).items():
            # What nothing of the province's own stands behind yet is reached in two steps.
            far = any(
                each.distance is None
                for each in progress(GOALS, datasets, beside(), threshold)
                if each.goal.question == question
            )
            if not found and not far:
                assert now[question]["option"] == then[question]["option"]

    def test_the_shortest_comes_first_and_as_many_bring_the_stronger_option(self):
        datasets = [facts(1, **WAITING), facts(2, **WAITING, **COPY), facts(3, category="internal")]
        found = ways(datasets)["P2.2.1.1"]
        assert [(way.part, way.needed) for way in found] == [("partial", 1), ("complete", 2)]
        alone = ways(datasets[:1])["P2.2.1.1"]
        assert [(way.part, way.needed) for way in alone] == [("complete", 1)]

    def test_the_example_of_the_dictionaries(self):
        datasets = [*some(3), *some(7, start=20, dictionary=False)]
        (way,) = ways(datasets)["P2.2.1.1"]
        assert (way.part, way.change, way.needed, way.candidates) == (
            "data_dictionary",
            "tick",
            5,
            7,
        )
        assert way.lack.text("th") == "ชุดข้อมูลเปิดที่ขาดพจนานุกรมข้อมูล 7 ชุด โดยนับเฉพาะของจังหวัดเอง"
        assert way.lack.text("en") == (
            "Open datasets without a data dictionary: 7, counting the province’s own"
        )
        assert way.effect.text("en") == "“Data dictionary” is ticked"
        assert way.kinds == ("dictionary",)

    def test_copies_help_as_far_as_they_count(self):
        datasets = [*some(4, **INCOMPLETE), *some(6, start=20, **INCOMPLETE, **COPY)]
        way = next(each for each in ways(datasets)["P2.2.1.1"] if each.part == "metadata")
        assert (way.needed, way.own, way.candidates) == (8, 4, 10)
        assert "at least 4" in way.action.text("en")

    def test_a_goal_of_later_is_told_in_general_words(self):
        other = replace(goal("P2.2.1.1:metadata"), of="disclosable", by=("license",))
        standing = progress([other], some(2, **INCOMPLETE), beside(), 80)
        (way,) = improvements(standing, SURVEY, {})["P2.2.1.1"]
        assert way.lack.text("en").startswith("Datasets to work on (Choose an open licence): 2")
        assert way.kinds == ("license",)


REUSE = {"how": "แผนที่", "who": "บริษัท", "approved": True}


@st.composite
def register_catalogs(draw):
    datasets = draw(catalogs())
    ids = [f.id for f in datasets] or ["gone"]
    of_one = st.sampled_from([*ids, "gone"])
    reuses = draw(
        st.lists(
            st.builds(
                Reuse,
                datasets=of_one.map(lambda key: (key,)),
                how=st.just(""),
                who=st.just(""),
                approved=st.booleans(),
            ),
            max_size=7,
        )
    )
    demands = [
        Demand(
            id=str(number),
            title="ต้องการ",
            dataset=dataset if fulfilled else None,
            fulfilled=fulfilled,
        )
        for number, (dataset, fulfilled) in enumerate(
            draw(st.lists(st.tuples(of_one, st.booleans()), max_size=5))
        )
    ]
    exchanges = draw(
        st.lists(
            st.builds(
                Exchange,
                dataset=of_one,
                partner=st.sampled_from("abc"),
                tier=st.sampled_from(TIERS),
                method=st.just("api"),
                status=st.sampled_from(["linked", "preparing"]),
                calls=st.sampled_from([None, 5]),
            ),
            max_size=4,
        )
    )
    return datasets, Registers(
        reuses=tuple(reuses), demands=tuple(demands), exchanges=tuple(exchanges)
    )


def known(datasets, registers):
    preparing = [each.tier for each in registers.exchanges if each.status == "preparing"]
    return Told(
        demands_waiting=sum(not each.fulfilled for each in registers.demands),
        unopened=unopened(registers.demands, datasets),
        preparing={tier: preparing.count(tier) for tier in set(preparing)},
    )


def of_registers(question, datasets, registers, **setting):
    now = proposals(datasets, registers=registers, **setting)
    found = register_improvements(
        SURVEY.question(question), now[question], known(datasets, registers)
    )
    return now, found


class TestRegisters:
    @settings(max_examples=30, deadline=None)
    @given(made=register_catalogs())
    def test_so_many_reuses_fill_the_table_and_one_fewer_does_not(self, made):
        datasets, registers = made
        now, found = of_registers("P2.2.1.3", datasets, registers)

        def real(extra=()):
            with_them = replace(registers, reuses=(*registers.reuses, *extra))
            rows = proposals(datasets, registers=with_them)["P2.2.1.3"]["values"]["rows"]
            return sum(not row["by_default"] for row in rows)

        for way in found:
            of_open = next(f.id for f in datasets if f.state != "deleted" and f.open)
            more = [Reuse(datasets=(of_open,), **REUSE)] * way.needed
            assert real() == way.effect.params["before"]
            assert real(more) == way.effect.params["after"] == 5
            assert real(more[1:]) == 4
        if not found and now["P2.2.1.3"]["option"] == "yes":
            assert real() == 5

    @settings(max_examples=50, deadline=None)
    @given(made=register_catalogs(), data=st.data())
    def test_meeting_requests_changes_the_answer_as_told(self, made, data):
        datasets, registers = made
        now, found = of_registers("P2.2.2", datasets, registers)
        for way in found:
            if way.where == "demands_met":
                self.published(way, datasets, registers, now, data)
            elif way.where == "demands":
                self.met(way, datasets, registers, now)

    def published(self, way, datasets, registers, now, data):
        meeting = {d.dataset for d in registers.demands if d.fulfilled}
        able = [
            f
            for f in datasets
            if f.id in meeting
            and f.state != "deleted"
            and f.disclosable
            and not f.published
            and (f.own or not way.own)
        ]
        assert len(able) == way.candidates
        which = data.draw(st.permutations(able))[: way.needed]
        opened = {"state": "active", "private": False}

        def then(part):
            return told(
                proposals(
                    [replace(f, **opened) if f in part else f for f in datasets],
                    registers=registers,
                ),
                way,
            )

        if way.change == "option":
            assert (told(now, way), then(which)) == ("no", "yes")
        else:
            assert then(which) == told(now, way) + way.needed == way.effect.params["after"]
            assert then(which[1:]) == then(which) - 1

    def met(self, way, datasets, registers, now):
        waiting = [d for d in registers.demands if not d.fulfilled]
        assert len(waiting) == way.candidates
        new = [facts(100 + number) for number in range(way.needed)]

        def then(number):
            answered = {d.id: new[at].id for at, d in enumerate(waiting[:number])}
            demands = tuple(
                replace(d, dataset=answered[d.id], fulfilled=True) if d.id in answered else d
                for d in registers.demands
            )
            return told(
                proposals([*datasets, *new], registers=replace(registers, demands=demands)), way
            )

        if way.change == "option":
            assert (then(0), then(1)) == ("no", "yes")
        else:
            assert then(way.needed) == told(now, way) + way.needed
            assert then(way.needed - 1) == then(way.needed) - 1

    @settings(max_examples=30, deadline=None)
    @given(made=register_catalogs())
    def test_an_exchange_ticks_its_tier_and_gives_figures(self, made):
        datasets, registers = made
        for question in ("P2.2.3.1", "P2.2.3.2"):
            now, found = of_registers(question, datasets, registers)
            for way in found:
                of_one = next(
                    f.id
                    for f in datasets
                    if f.state != "deleted"
                    and f.linkable_level
                    and (f.linkage_methods or f.id in registers.exchanged)
                )
                tier = way.part if way.change == "tick" else "other"
                more = Exchange(
                    dataset=of_one, partner="z", tier=tier, method="api", status="linked", calls=7
                )
                then = proposals(
                    datasets, registers=replace(registers, exchanges=(*registers.exchanges, more))
                )
                if way.change == "tick":
                    assert told(now, way) is False
                    assert told(then, way) is True
                else:
                    assert now[question]["values"]["calls"] is None
                    assert then[question]["values"]["calls"] == 7
                    assert told(then, way)

    @settings(max_examples=40, deadline=None)
    @given(datasets=catalogs())
    def test_an_important_dataset_and_its_report_bring_yes(self, datasets):
        for question in ("P2.1.5.1", "P2.1.5.2", "P4.6"):
            now, found = of_registers(question, datasets, Registers())
            for way in found:
                more, told_of = datasets, Registers()
                if question == "P2.1.5.1":
                    able = [
                        f for f in datasets if f.state != "deleted" and f.own and internal_use(f)
                    ]
                    assert len(able) == way.candidates
                    marked = replace(able[0], high_value=True)
                    more = [marked if f is able[0] else f for f in datasets]
                elif question == "P2.1.5.2":
                    used = next(f for f in datasets if f.own and important(f))
                    told_of = Registers(
                        reuses=(Reuse(datasets=(used.id,), kind="report", **REUSE),)
                    )
                else:
                    more = [*datasets, facts(99)]
                then = proposals(more, registers=told_of)
                if way.change == "option":
                    assert (told(now, way), told(then, way)) == (None, "yes")
                else:
                    assert "participation" not in now[question]["values"]
                    assert told(then, way)["e_information"]["choice"] == "yes"

    def test_without_any_request_the_first_one_is_asked_for(self):
        _, (way,) = of_registers("P2.2.2", some(2), Registers())
        assert (way.where, way.part, way.needed) == ("demand_new", "yes", 1)

    def test_channels_that_no_setting_names(self):
        _, found = of_registers("P2.2.1.2", some(2), Registers())
        assert [way.part for way in found] == ["data_go_th", "own_system"]
        named = {"data_go_th_organization": "province", "own_system_url": "https://p.example.go.th"}
        now, found = of_registers("P2.2.1.2", some(2), Registers(), **named)
        assert found == ()
        assert {"data_go_th", "own_system"} <= set(now["P2.2.1.2"]["option"])


class TestEveryQuestion:
    def entries(self, datasets, registers=None, told=None, **setting):
        registers = registers or Registers()
        standing = progress(GOALS, datasets, beside(registers), 80)
        now = proposals(datasets, registers=registers, **setting)
        return raised(SURVEY, standing, now, told or known(datasets, registers))

    def test_each_question_with_a_rule_is_told_of_in_the_forms_order(self):
        found = self.entries(some(3))
        assert [each.question.id for each in found] == [
            question.id for question in SURVEY.questions if question.rule
        ]

    def test_where_nothing_more_can_be_gained_it_is_said(self):
        found = {each.question.id: each for each in self.entries(some(6, **BY_API))}
        assert found["P2.2.1.1"].stand == "strongest"
        assert as_dict(found["P2.2.1.1"], {}, "en")["sentence"] == (
            "The strongest answer is proposed already; there is nothing more to gain."
        )
        assert found["P2.2.3.1"].stand == "improvable"

    def test_an_empty_province_describes_its_first_dataset(self):
        found = {each.question.id: each for each in self.entries([])}
        (way,) = found["P2.2.1.1"].improvements
        assert (way.part, way.where) == ("complete", "dataset_new")
        assert (
            way.effect.text("en")
            == "The answer goes from “None published” to “Published completely”"
        )

    @pytest.mark.parametrize("language", ["th", "en"])
    def test_every_sentence_is_in_both_languages(self, language):
        datasets = [
            *some(3, dictionary=False, **INCOMPLETE),
            *some(2, start=20, **WAITING),
            facts(40, structured=False, machine_readable=False, stars=1),
        ]
        told = Told(
            reuses_waiting=2, demands_waiting=3, unopened=Pair(1, 1), preparing={"other": 1}
        )
        for each in self.entries(datasets, told=told):
            shown = as_dict(each, {("P2.2.1.1", "metadata", "fill"): 3}, language)
            for way in shown["improvements"]:
                said = [way["lack"], way["action"], way["effect"]]
                assert all(said)
                assert "{" not in "".join(said)
                assert (way["where"] == "settings") == (not way["endpoint"])
                if way["where"] == "worklist":
                    assert way["arguments"]["question"] == each.question.id
                    assert way["arguments"]["part"] == way["part"]
        assert set(PLACES)
