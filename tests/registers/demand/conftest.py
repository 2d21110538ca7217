"""Offices, people and requests of the register's tests."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action

from ckanext.pcio.registers.demand.model import ANSWER, DEMAND, SUPPORT
from tests.dashboard import builders

_numbers = count(1)


@pytest.fixture(scope="module")
def portal_people(reset_db, migrate_db_for, reset_index):
    """The people of `people`, made once for a module: making them costs more than the tests."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
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
        yield made


@pytest.fixture(scope="module")
def app(portal_people):
    """One web application for the tests of a module."""
    return helpers._get_test_app()


@pytest.fixture
def people(portal_people, app):
    """Two offices with an editor each, a stranger and an administrator; the register is empty."""
    model.Session.rollback()
    for table in (SUPPORT, ANSWER, DEMAND):
        model.Session.execute(sa.delete(table))
    model.Session.commit()
    client = connect_to_redis()
    for name in client.scan_iter("pcio:*"):
        # The key of the day is remembered by the application as well.
        if b":salt:" not in name:
            client.delete(name)
    app.client.delete_cookie("ckan")
    return portal_people


@pytest.fixture
def make_dataset(people):
    """Create a dataset that no other test has; keyword arguments change the record."""

    def make(owner="water", **changes):
        return builders.create(owner, next(_numbers), **changes)

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
