"""What the pages of editions, results and indicators are given: pure tables."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.dashboard.editions import editions_page, gd_catalog_page, kpi_page, years_page
from ckanext.pcio.survey.benchmarks import benchmarks
from ckanext.pcio.survey.instrument import editions, load_instrument
from ckanext.pcio.survey.kpi import Result, definition, kpi

ALL = {each: load_instrument(each) for each in editions()}


def result(year: int, edition: str = "", overall: float | None = 40.0, **pillars: float) -> Any:
    told = {
        name.removeprefix("p"): {"score": score, "level": None} for name, score in pillars.items()
    }
    return {"year": year, "edition": edition, "overall": overall, "level": 2, "pillars": told}


def test_editions_come_newest_first_with_their_weights():
    found = editions_page.editions(ALL.values(), benchmarks(), "th")
    assert [each.year for each in found] == [2567, 2560, 2559]
    newest, second, first = found
    assert [row.weight for row in newest.pillars] == ["13", "12", "20", "30", "10", "10", "5"]
    assert not newest.means
    assert newest.from_department[0].startswith("3.3 ")
    assert [row.mean for row in first.pillars] == ["48.4", "50.9", "57.7", "59.3", "54.7"]
    assert second.rebased
    assert [row.counted for row in second.pillars][:2] == ["21.05", "21.05"]
    assert [row.asked for row in second.pillars] == [True] * 5 + [False]
    assert second.pillars[5].mean == ""


def test_the_chart_never_joins_years_across_the_break():
    results = [result(2565), result(2566, overall=37.87), result(2561, overall=None)]
    until, since = editions_page.chart(benchmarks(), results, "th")
    assert [each.year for each in until.years] == [2559, 2560, 2561, 2565]
    assert [each.year for each in since.years] == [2566]
    assert [each.overall for each in until.years] == ["53.3", "34.4", "45.67", ""]
    assert [each.own for each in until.years] == ["", "", "", "40"]
    assert (since.years[0].overall, since.years[0].own) == ("44", "37.87")
    assert "378" in since.years[0].note


YEARS = st.lists(
    st.tuples(st.integers(2558, 2569), st.sampled_from(["", *ALL])),
    unique_by=lambda each: each[0],
    max_size=8,
)


@given(YEARS)
def test_every_result_stands_in_one_table_and_none_bridges_the_break(told):
    made = [result(year, edition) for year, edition in told]
    found = years_page.tables(made, benchmarks(), ALL, "en")
    assert sorted(year for table in found for year in table.years) == sorted(y for y, _ in told)
    for table in found:
        assert len({year <= 2565 for year in table.years}) == 1
        assert len({edition for year, edition in told if year in table.years} - {""}) <= 1
        assert all(len(line.cells) == len(table.years) for line in table.lines)
        # The first year of a table has nothing to be compared with.
        assert all(line.cells[0].change == "" for line in table.lines)


def test_changes_bear_their_sign():
    cells = years_page.cells([37.87, None, 40, 40, 37.5])
    assert [each.change for each in cells] == ["", "", "+2.13", "0", "−2.5"]
    assert [each.tone for each in cells] == ["", "", "good", "", "bad"]


def test_a_result_without_pillars_stands_with_the_only_edition_of_its_side():
    made = [result(2566, overall=37.87), result(2567, "pcio-2567", overall=40)]
    (table,) = years_page.tables(made, benchmarks(), ALL, "en")
    assert [cell.change for cell in table.lines[0].cells] == ["", "+2.13"]
    old = [result(2559, "egov-2559"), result(2560, "egov-2560"), result(2561)]
    assert [table.years for table in years_page.tables(old, benchmarks(), ALL, "en")] == [
        (2559,),
        (2560,),
        (2561,),
    ]


def test_the_break_is_said_between_tables_of_its_two_sides():
    made = [result(2560, "egov-2560", p1=34.0), result(2566, "pcio-2567", p1=20, p2=50.5)]
    first, second = years_page.tables(made, benchmarks(), ALL, "en")
    assert (first.after_break, second.after_break) == (False, True)
    assert [line.label for line in second.lines] == [
        "Overall score",
        "Overall level",
        "1. Policies and practices: score",
        "2. Data-driven practices: score",
    ]


def test_the_indicator_says_what_is_known_and_what_is_not():
    table = definition()
    now = Result(year=2567, overall=38, scores={}, levels={1: 3, 2: 2})
    before = Result(year=2566, overall=37.87, scores={}, levels={})
    known = kpi(table, 2567, now, before, None)
    levels, score = kpi_page.indicators(table, known, 7, "en")
    assert [each.reached for each in levels.targets] == [True, False, False]
    assert [each.target for each in score.targets] == ["27.87", "37.87", "42.87"]
    assert [each.highest for each in score.targets] == [False, True, False]
    printed = kpi_page.indicators(table, known, 7, "th")[1].targets
    assert [each.text for each in printed] == [
        "คะแนนปี ๒๕๖๖-๑๐ คะแนน",
        "คะแนนปี ๒๕๖๖",
        "คะแนนปี ๒๕๖๖+๕ คะแนน",
    ]
    assert levels.standing == (
        "Step 50 reached: 1 of the 2 levels entered (of 7 pillars) are 3 or above."
    )
    assert score.standing == "Step 75 reached: the score of 2567 is 38."
    assert "official result of 2566" in kpi_page.base(known).text("en")
    nothing = kpi(table, 2567, None, None, None)
    assert [each.standing for each in kpi_page.indicators(table, nothing, 7, "en")] == [
        "Not known: no level of a pillar was entered for 2567.",
        "Not known: no overall score was entered for 2567.",
    ]
    assert kpi_page.indicators(table, nothing, 7, "en")[1].targets[0].target == ""
    assert "the portal’s settings" in kpi_page.base(kpi(table, 2567, now, None, 41)).text("en")
    low = Result(year=2567, overall=1, scores={}, levels={1: 1})
    said = kpi_page.indicators(table, kpi(table, 2567, low, before, None), 7, "en")
    assert all(each.standing.startswith("No step reached") for each in said)
    baseless = kpi_page.indicators(table, kpi(table, 2567, low, None, None), 7, "en")[1]
    assert "no base score" in baseless.standing


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, {}),
        (
            {"reason": "complete", "own": "1", "page": "3"},
            {"reason": "complete", "own": 1, "page": 3},
        ),
        ({"reason": "'; drop", "own": "yes", "page": "0"}, {}),
        ({"page": "99999999999999999999"}, {}),
        ({"organization": "health", "page": "x"}, {"organization": "health"}),
    ],
)
def test_an_address_of_the_list_falls_back_to_the_usual(args, expected):
    query = gd_catalog_page.Query.from_args(args)
    assert query.address() == expected
    assert query.narrowed == bool({"organization", "reason", "own"} & expected.keys())


def test_the_file_is_safe_in_a_spreadsheet():
    row = {
        "title": "=HYPERLINK(1)", "organization_title": "", "organization": "health", "own": False,
        "reasons": [{"condition": "complete", "sentence": "ขาด: คำสำคัญ"}], "url": "https://x/d",
    }  # fmt: skip
    text = gd_catalog_page.document([row], "en")
    assert text.startswith("\ufeffTitle,Office,Whose,")
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1] == [
        "'=HYPERLINK(1)", "health", "Copy of a department’s dataset", "yes", "no", "yes",
        "ขาด: คำสำคัญ", "https://x/d",
    ]  # fmt: skip
