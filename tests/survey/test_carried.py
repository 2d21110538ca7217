"""A file at a row of a table proves that row, wherever it stands, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.dashboard.workbench.question_prefill import with_rows
from ckanext.pcio.survey.carried import carried, row_tables
from ckanext.pcio.survey.instrument import load_instrument

INSTRUMENT = load_instrument("pcio-2567")
G3 = INSTRUMENT.question("G3")


def row(project: str, result: str = "") -> dict[str, str]:
    return {code: text for code, text in (("project", project), ("result", result)) if text}


def answer(*rows):
    return {"option": "yes", "values": {"rows": list(rows)}}


ONE, TWO = row("โครงการ ๑", "ลดเวลา"), row("โครงการ ๒")


def test_only_rows_of_tables_that_are_proven_one_by_one_move():
    found = {q.id: row_tables(q) for q in INSTRUMENT.questions if row_tables(q)}
    assert found == {"G3": {"rows"}}
    assert carried(INSTRUMENT.question("G1"), "yes", {}, {}) == "yes"


@pytest.mark.parametrize(
    ("given", "stands", "place", "found"),
    [
        (answer(ONE, TWO), answer(ONE, TWO), "rows.2", "rows.2"),
        # Behind another office's.
        (answer(ONE, TWO), answer(row("x"), ONE, TWO), "rows.2", "rows.3"),
        (answer(ONE, TWO), answer(TWO, ONE), "rows.1", "rows.2"),
        # Not taken over, changed, or nothing there to be proven.
        (answer(ONE, TWO), answer(ONE), "rows.2", None),
        (answer(ONE), answer(row("โครงการ ๑", "ลดค่าใช้จ่าย")), "rows.1", None),
        (answer(ONE), answer(row("โครงการ ๑")), "rows.1", None),
        (answer(row("x")), answer(row("", "x")), "rows.1", None),
        (answer(ONE), answer(ONE, TWO), "rows.2", None),
        (answer(ONE, {}, TWO), answer(TWO), "rows.2", None),
        (answer(ONE), {}, "rows.1", None),
        (answer(ONE), {**answer(ONE), "option": "no"}, "rows.1", None),
        ({}, answer(ONE), "rows.1", None),
        (answer(ONE), answer(ONE), "rows.x", None),
        # Written otherwise, and the same.
        (answer(ONE), answer(row(" โครงการ  1", "ลดเวลา\n")), "rows.1", "rows.1"),
        (answer(row("Open Data")), answer(TWO, row("open data")), "rows.1", "rows.2"),
        # Blank rows keep their numbers.
        (answer({}, ONE), answer(ONE), "rows.2", "rows.1"),
        (answer(ONE), answer({}, ONE), "rows.1", "rows.2"),
        # The same several times: in their order.
        (answer(ONE, ONE), answer(TWO, ONE, ONE), "rows.2", "rows.3"),
        (answer(ONE, ONE), answer(ONE), "rows.2", "rows.1"),
    ],
)
def test_where_a_row_is_found_again(given, stands, place, found):
    assert carried(G3, place, given, stands) == found


TEXT = st.sampled_from(["ก", "ข", "ค ง", "ฉ", ""])
ROWS = st.lists(st.builds(row, TEXT, TEXT), max_size=5)
OFFICES = st.lists(ROWS.map(lambda rows: answer(*rows)), min_size=1, max_size=4)


@given(OFFICES, ROWS, st.booleans())
def test_merging_lets_no_file_prove_another_row_and_loses_none(offices, own, begun):
    merged = with_rows(G3, answer(*own) if begun else {}, offices).answer
    rows = merged["values"].get("rows") or []
    for office in offices:
        for number, theirs in enumerate(office["values"]["rows"], 1):
            found = carried(G3, f"rows.{number}", office, merged)
            if found is not None:
                assert rows[int(found.removeprefix("rows.")) - 1] == theirs != {}
            else:
                assert not theirs or theirs not in rows


@given(ROWS, st.randoms(use_true_random=False))
def test_a_row_that_only_moves_stays_proven(rows, chance):
    places = [f"rows.{n}" for n, each in enumerate(rows, 1) if each]
    moved = list(rows)
    chance.shuffle(moved)
    found = [carried(G3, place, answer(*rows), answer(*moved)) for place in places]
    assert sorted(found) == [f"rows.{n}" for n, each in enumerate(moved, 1) if each]
