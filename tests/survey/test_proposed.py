"""When an answer is stale: the catalog says otherwise now, in what the form asks."""

from __future__ import annotations

import pytest

from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.proposed import stale

SURVEY = load_instrument("pcio-2567")
PARTIAL = {"option": "partial", "values": {"metadata": True, "data_catalog": True}}
COMPLETE = {"option": "complete", "values": {"metadata": True, "data_catalog": True}}


def proposed(answer, **behind):
    """What the catalog proposes: an answer, and the numbers behind it."""
    return {"option": answer["option"], "values": {**answer["values"], **behind}, "partial": False}


@pytest.mark.parametrize(
    ("answer", "then", "now", "expected"),
    [
        pytest.param(
            PARTIAL, proposed(PARTIAL, open=7), proposed(PARTIAL, open=8), False, id="numbers"
        ),
        pytest.param(PARTIAL, proposed(PARTIAL), proposed(COMPLETE), True, id="another-option"),
        pytest.param(
            PARTIAL,
            proposed(PARTIAL),
            proposed({**PARTIAL, "values": {"metadata": True}}),
            True,
            id="a-tick",
        ),
        pytest.param(COMPLETE, proposed(PARTIAL), proposed(COMPLETE), False, id="towards-it"),
        pytest.param(COMPLETE, proposed(PARTIAL), proposed(PARTIAL), False, id="an-override-stays"),
        pytest.param(PARTIAL, None, proposed(COMPLETE), True, id="nothing-was-proposed"),
        pytest.param(PARTIAL, None, proposed(PARTIAL), False, id="now-the-same-is-proposed"),
        pytest.param(PARTIAL, proposed(PARTIAL), None, True, id="nothing-is-proposed-now"),
        pytest.param(PARTIAL, None, None, False, id="never-proposed"),
    ],
)
def test_an_answer_is_stale_when_the_catalog_moved_away_from_it(answer, then, now, expected):
    assert stale(SURVEY.question("P2.2.1.1"), answer, then, now) is expected


def test_a_part_that_is_proposed_still_leaves_the_rest_to_people():
    question = SURVEY.question("P1.5")

    def part(*guidelines):
        return {"option": "done", "values": {"guidelines": [*guidelines]}, "partial": True}

    answer = {"option": "done", "values": {"guidelines": ["data_catalog", "linkage"]}}
    assert not stale(question, answer, part("data_catalog"), part("data_catalog"))
    assert not stale(question, answer, part("data_catalog"), part("linkage"))
    assert stale(question, answer, part("data_catalog"), part("opening"))
