"""`ckan pcio survey remind`: who is near the deadline is written to, once in a day."""

from __future__ import annotations

from datetime import timedelta

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.survey.response import reminding
from ckanext.pcio.survey.response.model import ASSIGNMENT

from .conftest import EDITION, act


@pytest.fixture
def written(monkeypatch):
    """The offices of each round of letters, by name."""
    rounds: list[list[str]] = []

    def write(_function, arguments, **_more):
        names = [model.Group.get(office).name for office in arguments[1]]
        rounds.append(sorted(names))
        reminded = sa.update(ASSIGNMENT).where(ASSIGNMENT.c.organization_id.in_(arguments[1]))
        model.Session.execute(reminded.values(reminded_at=sa.func.now()))

    monkeypatch.setattr(tk, "enqueue_job", write)
    return rounds


def test_near_the_deadline_each_office_that_waits_once_a_day(people, cli, written):
    def remind(*more):
        done = cli.invoke(ckan, ["pcio", "survey", "remind", "--lang", "en", *more])
        assert not done.exception, done.output
        return done.output.strip()

    assert remind() == "The survey is not open; nobody was reminded."
    secretary, today = people["secretary"], today_in_thailand()
    deadline = (today + timedelta(days=5)).isoformat()
    act(secretary, "pcio_survey_open", edition=EDITION, deadline=deadline)
    asked = {"edition": EDITION, "questions": ["P2.1.2"]}
    act(secretary, "pcio_survey_assign", **asked, organizations=["health", "transport"])
    act(
        people["editor"],
        "pcio_contribution_update",
        edition=EDITION,
        question="P2.1.2",
        organization="health",
        answer={"option": "done"},
        send=True,
    )
    assert remind() == "Offices that will be written to: 0"
    assert remind("--days", "5") == "Offices that will be written to: 1"
    assert remind("--days", "5") == "Offices that will be written to: 0"
    assert written == [["transport"]]


def test_an_office_with_a_day_of_its_own_is_asked_by_that(people):
    secretary, today = people["secretary"], today_in_thailand()
    act(secretary, "pcio_survey_open", edition=EDITION)
    asked = {"edition": EDITION, "questions": ["P2.1.2"], "organizations": ["health"]}
    act(secretary, "pcio_survey_assign", **asked, deadline=(today + timedelta(2)).isoformat())
    response = reminding.store.response(EDITION)
    now = reminding.store.now()
    assert reminding.due(response, today, now) == []
    assert reminding.due(response, today + timedelta(2), now) == [model.Group.get("health").id]
