"""A portal whose new files are held until they were looked through."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from ckan.common import config
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from tests.dashboard import builders

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def office(reset_db, migrate_db_for, reset_index) -> Iterator[dict[str, Any]]:
    """An office with an editor and a member; files uploaded to its datasets are held."""
    with builders.loaded_plugins(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(config, "ckanext.pcio.personal.mode", "hold")
        patch.setitem(config, "ckan.datastore.sqlsearch.enabled", True)
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        people = {role: factories.UserWithToken() for role in ("editor", "member", "stranger")}
        users = [{"name": people[role]["name"], "capacity": role} for role in ("editor", "member")]
        factories.Organization(name="tourism", users=users, image_url="")
        factories.Organization(name="other", image_url="")
        tokens = {role: person["token"] for role, person in people.items()}
        yield {
            **tokens,
            "anonymous": None,
            "sysadmin": factories.SysadminWithToken()["token"],
            "names": {role: person["name"] for role, person in people.items()},
        }


@pytest.fixture(scope="module")
def portal(office) -> Any:
    """One web application."""
    return helpers._get_test_app()


@pytest.fixture(autouse=True)
def held(monkeypatch) -> None:
    """New files are held; CKAN's test kit puts the settings back after each test."""
    monkeypatch.setitem(config, "ckanext.pcio.personal.mode", "hold")
    monkeypatch.setitem(config, "ckan.datastore.sqlsearch.enabled", True)


@pytest.fixture
def upload(office):
    """Upload a file to a dataset of the office; returns the resource."""

    def make(content: bytes, name: str = "people.csv", **dataset: Any) -> dict[str, Any]:
        made = builders.create("tourism", next(_NUMBERS), **dataset)
        context = {"user": helpers.call_action("get_site_user")["name"], "ignore_auth": True}
        return helpers.call_action(
            "resource_create",
            context,
            package_id=made["id"],
            name="แฟ้มของเรา",
            format=name.rpartition(".")[2].upper(),
            url=name,
            upload=FileStorage(io.BytesIO(content), filename=name),
        )

    return make
