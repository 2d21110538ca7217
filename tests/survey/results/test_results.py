"""Official results: who enters them, what is refused, and what happened to them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model

from ckanext.pcio.survey.response.model import EVENT, RESULT
from tests.dashboard.reading import statements

SOURCE = "หนังสือแจ้งผลการสำรวจ"


@pytest.fixture
def act(people, monkeypatch):
    """Call an action as a role; no result is there yet."""
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.secretary_organization", "province")
    for table in (RESULT, EVENT):
        model.Session.execute(table.delete())
    model.Session.commit()

    def call(role: str, name: str, /, **arguments: Any) -> Any:
        user = model.User.get(people[role])
        context = {"user": user.name, "auth_user_obj": user, "ignore_auth": False}
        return tk.get_action(name)(context, arguments)

    return call


def entered(act, **more):
    told = {"year": 2566, "overall": "37.87", "level": "2", "source": SOURCE}
    return act("secretary", "pcio_result_update", **{**told, **more})


def problems(act, **wrong) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as refused:
        entered(act, **wrong)
    model.Session.rollback()
    assert act("secretary", "pcio_result_list")["count"] == 0
    return refused.value.error_dict


def test_a_result_is_entered_changed_and_deleted_with_its_history(act):
    pillars = {"1": {"score": "๔๐.๕", "level": 3}, "2": {"score": "", "level": ""}}
    first = entered(act, edition="pcio-2567", pillars=pillars)
    assert (first["overall"], first["level"], first["version"]) == (37.87, 2, 1)
    assert first["pillars"] == {"1": {"score": 40.5, "level": 3}}
    second = entered(act, version=1, overall=38)
    assert (second["overall"], second["pillars"], second["version"]) == (38.0, {}, 2)
    act("secretary", "pcio_result_delete", year=2566, version=2)
    told = act("member", "pcio_result_list", history=True)
    assert told["count"] == 0
    assert [(each["kind"], each["year"]) for each in told["history"]] == [
        ("result_deleted", 2566),
        ("result_changed", 2566),
        ("result_entered", 2566),
    ]
    assert told["history"][0]["detail"]["overall"] == 38.0
    assert told["history"][2]["detail"]["pillars"] == {"1": {"score": 40.5, "level": 3}}


def test_the_second_of_two_is_told(act):
    entered(act)
    for version in (0, 2):
        with pytest.raises(tk.ValidationError) as refused:
            entered(act, version=version, overall=50)
        assert set(refused.value.error_dict) == {"version"}
        model.Session.rollback()
    with pytest.raises(tk.ValidationError):
        act("secretary", "pcio_result_delete", year=2566, version=7)
    model.Session.rollback()
    assert act("secretary", "pcio_result_list")["results"][0]["overall"] == 37.87


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"year": 2023}, "year"),
        ({"year": 2999}, "year"),
        ({"year": "ปีนี้"}, "year"),
        ({"year": True}, "year"),
        ({"overall": 100.01}, "overall"),
        ({"overall": -1}, "overall"),
        ({"overall": "37.875"}, "overall"),
        ({"overall": "nan"}, "overall"),
        ({"overall": [37]}, "overall"),
        ({"overall": "", "level": ""}, "overall"),
        ({"level": 2.5}, "level"),
        ({"level": 0}, "level"),
        ({"source": " "}, "source"),
        ({"source": "ก" * 2001}, "source"),
        ({"edition": "pcio-1"}, "edition"),
        ({"pillars": {"1": {"score": 50}}}, "edition"),
        ({"edition": "pcio-2567", "pillars": {"8": {"score": 50}}}, "pillars"),
        ({"edition": "egov-2560", "pillars": {"6": {"score": 50}}}, "pillars"),
        ({"edition": "pcio-2567", "pillars": {"1": {"score": 101}}}, "pillars"),
        ({"edition": "pcio-2567", "pillars": {"1": {"level": "3.5"}}}, "pillars"),
        ({"edition": "pcio-2567", "pillars": {"1": 50}}, "pillars"),
        ({"pillars": "[" * 5000}, "pillars"),
        ({"pillars": [1]}, "pillars"),
    ],
)
def test_what_cannot_be_a_result_is_refused_at_its_field(act, wrong, field):
    assert set(problems(act, **wrong)) == {field}


def test_a_year_of_the_survey_only(act):
    assert entered(act, year="๒๕๕๙", edition="egov-2559")["year"] == 2559


def test_officers_of_offices_read_and_nobody_else_changes(act):
    entered(act)
    for role in ("editor", "member"):
        assert act(role, "pcio_result_list")["count"] == 1
        with pytest.raises(tk.NotAuthorized):
            act(role, "pcio_result_update", year=2565, overall=1, source=SOURCE)
        with pytest.raises(tk.NotAuthorized):
            act(role, "pcio_result_delete", year=2566, version=1)
    with pytest.raises(tk.NotAuthorized):
        act("stranger", "pcio_result_list")


def test_coverage_is_there_without_points_and_no_score_is(act):
    told = act("member", "pcio_score_show", edition="pcio-2567")
    assert (told["estimate"], told["problem"]) == (None, None)
    assert [each["pillar"] for each in told["coverage"]] == [1, 2, 3, 4, 5, 6, 7, None]
    assert told["coverage"][-1]["answers"]["whole"] <= 47
    assert "score" not in str(told["coverage"])


def test_points_are_read_when_the_file_changes(act, monkeypatch, tmp_path):
    path = tmp_path / "scoring.yaml"
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.scoring", str(path))
    assert "scoring.yaml" in act("member", "pcio_score_show", edition="pcio-2567")["problem"]
    text = (
        "version: 1\nedition: pcio-2567\nassumptions: [{th: ก, en: a}]\n"
        "questions: {G1: {most: 10, options: {'yes': 10}}}\n"
    )
    path.write_text(text, encoding="utf-8")
    told = act("member", "pcio_score_show", edition="pcio-2567", lang="en")
    assert told["problem"] is None
    assert told["estimate"]["overall"] is None
    assert [each["number"] for each in told["estimate"]["left_out"]] == ["3.3", "4.2"]
    assert "The points are assumed (not published by DGA)." in told["estimate"]["notes"]
    path.write_text(text.replace("G1", "G9"), encoding="utf-8")
    told = act("member", "pcio_score_show", edition="pcio-2567", lang="en")
    assert told["estimate"] is None
    assert "no such question" in told["problem"]


def test_lists_cost_the_same_however_many_results(act):
    def cost() -> int:
        with statements() as seen:
            act("member", "pcio_result_list", history=True)
        return len(seen)

    entered(act)
    one = cost()
    for year in range(2558, 2566):
        entered(act, year=year)
    assert cost() == one <= 10
