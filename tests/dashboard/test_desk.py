"""The desk leads people of an office to their work, and nobody else."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

SURVEY = "/readiness/survey/pcio-2567"

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


def page(app, user=None, address="/desk"):
    headers = {"Authorization": user["token"]} if user else {}
    return app.get(address, headers=headers)


def person(capacity):
    user = factories.UserWithToken()
    if capacity:
        factories.Organization(users=[{"name": user["name"], "capacity": capacity}])
    return user


@pytest.mark.parametrize(
    ("capacity", "more"), [("member", set()), ("editor", {"/import", "/dataset/new", "/personal"})]
)
def test_each_sees_what_is_his(app, capacity, more):
    shown = page(app, person(capacity))
    assert shown.status_code == 200
    links = {a["href"] for a in BeautifulSoup(shown.body, "html.parser").select(".pcio-tasks a")}
    assert {"/readiness/worklist", "/export", "/exchange", SURVEY} <= links
    assert links & {"/import", "/dataset/new", "/personal"} == more


@pytest.mark.parametrize("known", [False, True])
def test_others_are_sent_away(app, known):
    shown = page(app, person(None) if known else None)
    assert shown.status_code == 403
    front = page(app, person(None) if known else None, "/")
    assert "/desk" not in front.body


def test_every_link_opens(app):
    user = factories.SysadminWithToken()
    shown = BeautifulSoup(page(app, user).body, "html.parser")
    links = [a["href"] for a in shown.select(".pcio-tasks a")]
    assert len(links) == 10
    assert {link: page(app, user, link).status_code for link in links} == dict.fromkeys(links, 200)
