"""Offices, people and requests of the register's tests."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action

from tests.dashboard import builders


@pytest.fixture
def empty_redis():
    """No supports and no rates of an earlier test."""
    client = connect_to_redis()
    for name in client.scan_iter("pcio:*"):
        client.delete(name)


@pytest.fixture
def people(with_plugins, clean_db, clean_index, empty_redis):
    """Two offices with an editor each, a login without an office, and an administrator."""
    made = SimpleNamespace()
    for name in ("water", "roads"):
        editor = factories.UserWithToken(name=f"{name}-editor", fullname=f"คุณ {name}")
        office = factories.Organization(
            name=name,
            title=f"สำนักงาน {name}",
            image_url="",
            users=[{"name": editor["name"], "capacity": "editor"}],
        )
        setattr(made, name, office)
        setattr(made, f"{name}_editor", editor)
    made.stranger = factories.UserWithToken(name="stranger")
    made.sysadmin = factories.SysadminWithToken(name="boss")
    return made


@pytest.fixture
def make_dataset(people):
    def make(owner="water", number=1, **changes):
        return builders.create(owner, number, **changes)

    return make


@pytest.fixture
def make_demand(people):
    """Ask for data, published at once unless told otherwise; gives what an administrator sees."""

    def make(title="สถิติคุณภาพน้ำ", moderation="public", **values):
        asked = call_action("pcio_demand_create", title=title, **values)
        if moderation != "waiting":
            call_action("pcio_demand_update", id=asked["id"], moderation=moderation)
        model.Session.commit()
        return call_action("pcio_demand_show", id=asked["id"])

    return make


@pytest.fixture
def api(app):
    """Call an action as a browser or program does; `user` is one of `people`."""

    def call(name, user=None, status=200, **arguments):
        headers = {"Authorization": user["token"]} if user else {}
        answer = app.post(f"/api/3/action/{name}", json=arguments, headers=headers)
        assert answer.status_code == status, answer.json
        return answer.json["result" if status == 200 else "error"]

    return call
