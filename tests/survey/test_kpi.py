"""The provinces' indicator, what is reached of it, and the published averages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.survey.benchmarks import benchmarks
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.kpi import Result, definition, kpi

TABLE = definition()


def result(year=2567, overall=None, levels=()):
    return Result(year=year, overall=overall, scores={}, levels=dict(enumerate(levels, 1)))


def test_the_table_is_the_one_of_the_minutes():
    assert [(s.points, s.pillars, s.change) for s in TABLE.steps] == [
        (50, 1, -10), (75, 2, 0), (100, 3, 5),
    ]  # fmt: skip
    assert TABLE.level == 3
    assert [step.label.th for step in TABLE.steps] == [
        "เป้าหมายขั้นต้น (๕๐)", "เป้าหมายมาตรฐาน (๗๕)", "เป้าหมายขั้นสูง (๑๐๐)",
    ]  # fmt: skip
    assert TABLE.steps[2].level_text.th.endswith("ระดับ ๓ ขึ้นไป จำนวน ๓ Pillar")


def test_targets_of_the_printed_example():
    found = kpi(TABLE, 2567, None, result(2566, 37.87), None)
    assert found.targets == (27.87, 37.87, 42.87)
    assert (found.base, found.base_from, found.base_year) == (37.87, "result", 2566)
    assert not found.entered


def test_the_setting_goes_before_last_years_result():
    found = kpi(TABLE, 2567, None, result(2566, 37.87), 40.0)
    assert (found.base, found.base_from) == (40.0, "setting")
    nothing = kpi(TABLE, 2567, result(overall=50), None, None)
    assert (nothing.base_from, nothing.targets) == ("unknown", (None, None, None))
    assert nothing.score_step is None


def test_steps_are_reached_whole_or_not_at_all():
    def points(score):
        step = kpi(TABLE, 2567, result(overall=score), None, 37.87).score_step
        return step.points if step else None

    assert [points(x) for x in (None, 0, 27.86, 27.87, 37.86, 37.87, 42.86, 42.87, 100)] == [
        None, None, None, 50, 50, 75, 75, 100, 100,
    ]  # fmt: skip


def test_pillars_at_level_three_are_counted_of_those_entered():
    def reached(*levels):
        found = kpi(TABLE, 2567, result(levels=levels), None, None)
        step = found.levels_step
        return found.levels_known, found.pillars_reached, step.points if step else None

    assert reached() == (0, None, None)
    assert reached(None, None) == (0, None, None)
    assert reached(2, 2, 1) == (3, 0, None)
    assert reached(3, None, 2) == (2, 1, 50)
    assert reached(3, 4, 2, 1) == (4, 2, 75)
    assert reached(3, 3, 3, 5, 1, 1, 1) == (7, 4, 100)


SCORES = st.none() | st.integers(0, 10_000).map(lambda n: n / 100)


@given(SCORES, SCORES, SCORES, st.lists(st.none() | st.integers(1, 5), max_size=7))
def test_a_better_result_never_reaches_less(now, better, base, levels):
    low, high = sorted((now or 0, better or 0))
    first = kpi(TABLE, 2567, result(overall=low, levels=levels), None, base)
    second = kpi(TABLE, 2567, result(overall=high, levels=levels), None, base)
    points = [each.score_step.points if each.score_step else 0 for each in (first, second)]
    assert points == sorted(points)
    assert first.levels_step == second.levels_step
    if base is None:
        assert points == [0, 0]


def test_benchmarks_are_those_of_the_reference():
    found = benchmarks()
    assert {each.year: each.overall for each in found.years} == {
        2559: 53.3, 2560: 34.4, 2561: 45.67, 2566: 44,
    }  # fmt: skip
    assert found.year(2559).pillars == {1: 48.4, 2: 50.9, 3: 57.7, 4: 59.3, 5: 54.7}
    assert found.year(2560).pillars == {1: 34.2, 2: 36.5, 3: 31.0, 4: 41.6, 5: 32.8}
    assert found.year(2560).departments == 57.8
    assert found.year(2561).pillars == found.year(2566).pillars == {}
    assert all(each.source.th and each.source.en for each in found.years)
    assert 37.87 not in {each.overall for each in found.years}  # one province is no benchmark


def test_pillar_means_are_of_pillars_provinces_were_asked_about():
    for each in benchmarks().years:
        if each.edition:
            asked = {p.number for p in load_instrument(each.edition).pillars if p.asked}
            assert set(each.pillars) == asked


def test_published_means_agree_with_the_weights():
    """2559 to the decimal that is printed; 2560 is reported as 34.4 and its means give 34.2."""
    for year, told in ((2559, 53.34), (2560, 34.2)):
        each = benchmarks().year(year)
        frame = load_instrument(each.edition)
        mean = sum(frame.weight(n) * score for n, score in each.pillars.items()) / 100
        assert abs(mean - told) < 0.05


def test_the_break_parts_the_years():
    found = benchmarks()
    assert found.break_after == 2565
    assert found.comparable(2559, 2565)
    assert found.comparable(2566, 2568)
    assert not found.comparable(2565, 2566)
    assert [[e.year for e in found.years if s.holds(e.year)] for s in found.series] == [
        [2559, 2560, 2561], [2566],
    ]  # fmt: skip
