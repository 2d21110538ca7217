"""Offices, people and datasets of the facts tests."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from tests.schema.records import mandatory


@pytest.fixture
def office(with_plugins, clean_db, clean_index):
    return factories.Organization(name="office", title="สำนักงานจังหวัด")


@pytest.fixture
def make_dataset(office):
    """Create a dataset as the site's own user; keyword arguments change the record."""

    def make(name: str, **changes):
        record = mandatory(name=name, title=changes.pop("title", f"ข้อมูล {name}"))
        record["owner_org"] = changes.pop("owner_org", office["id"])
        record.update(changes)
        site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return tk.get_action("package_create")({"ignore_auth": True, "user": site_user}, record)

    return make
