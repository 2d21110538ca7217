"""A portal with offices and a few datasets, made once for a file of tests."""

from __future__ import annotations

from datetime import date

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.pcio.portal.demo.generator import sample_datasets


@pytest.fixture(scope="session")
def samples():
    """Every dataset of the sample province as `package_show` gives it."""
    records = []
    for sample in sample_datasets(date(2026, 11, 21)):
        files = [
            {key: value for key, value in file.resource.items() if key != "datastore_fields"}
            for file in sample.files
        ]
        records.append({**sample.package, "resources": files})
    return records


@pytest.fixture(scope="session")
def published(samples):
    """Those of them that anybody may see."""
    return [each for each in samples if each["state"] == "active" and not each["private"]]


class Portal:
    """An office with an editor, and its datasets."""

    def __init__(self):
        self.editor = factories.UserWithToken()
        member = {"name": self.editor["name"], "capacity": "editor"}
        self.office = factories.Organization(title="สำนักงานตัวอย่าง", users=[member])
        self.headers = {"Authorization": self.editor["token"]}
        self.admin = factories.Sysadmin()
        self.app = None

    def call(self, action, **data):
        """Call an action as the editor of the office."""
        return tk.get_action(action)({"user": self.editor["name"]}, data)

    def command(self, action, **data):
        """Call an action as the administrator of the portal."""
        return tk.get_action(action)({"user": self.admin["name"], "ignore_auth": True}, data)

    def create(self, record, **changes):
        kept = {key: value for key, value in record.items() if key not in ("id", "groups")}
        kept["resources"] = [
            {key: value for key, value in each.items() if key not in ("id", "datastore_active")}
            for each in record["resources"]
        ]
        return self.call("package_create", **{**kept, "owner_org": self.office["id"], **changes})


@pytest.fixture(scope="module")
def portals():
    return []


@pytest.fixture
def portal(with_plugins, request, portals, published):
    """One portal per file: emptying the database is most of a test's time."""
    if not portals:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        portals.append(Portal())
    return portals[0]


@pytest.fixture
def app(portal, request):
    """The portal's pages, made once per file as well."""
    if portal.app is None:
        portal.app = request.getfixturevalue("make_app")()
    return portal.app


@pytest.fixture
def record(published):
    """A record of geospatial data with files, a box and every other thing of its type."""
    return next(each for each in published if each["name"] == "tourist-attractions")
