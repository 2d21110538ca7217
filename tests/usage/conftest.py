"""A portal with a few datasets, whose use is counted from nought in every test."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.tests import helpers
from ckanext.datastore.backend.postgres import get_write_engine
from werkzeug.datastructures import FileStorage

from ckanext.pcio.usage import buffer
from tests.dashboard import builders
from tests.usage import reading

ROWS = [{"เดือน": "มกราคม", "คน": 10}, {"เดือน": "กุมภาพันธ์", "คน": 12}]


@pytest.fixture(scope="module")
def used_province(reset_db, migrate_db_for, reset_index):
    """The small province of the dashboard's tests; with a file of ours and a DataStore table."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setitem(config, "ckan.datastore.sqlsearch.enabled", True)
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        found = builders.province()
        dataset = helpers.call_action("package_show", id="pcio-dataset-tourism-1")
        file = FileStorage(io.BytesIO("เดือน,คน\nมกราคม,10\n".encode()), filename="tourists.csv")
        site_user = helpers.call_action("get_site_user")["name"]
        context: dict[str, Any] = {"user": site_user, "ignore_auth": True}
        own = helpers.call_action(
            "resource_create",
            context,
            package_id=dataset["id"],
            name="ไฟล์ของเรา",
            format="CSV",
            upload=file,
            url="tourists.csv",
        )
        external = dataset["resources"][0]
        with get_write_engine().begin() as connection:
            # CKAN empties its own tables between modules, and the DataStore keeps its.
            connection.execute(sa.text("DROP VIEW IF EXISTS tourists_by_month"))
        helpers.call_action(
            "datastore_create",
            dict(context),
            resource_id=own["id"],
            records=ROWS,
            aliases="tourists_by_month",
            force=True,
        )
        second = helpers.call_action(
            "resource_create",
            dict(context),
            package_id=dataset["id"],
            name="ตารางที่สอง",
            format="CSV",
            url="http://x.example/second.csv",
        )
        helpers.call_action(
            "datastore_create", dict(context), resource_id=second["id"], records=ROWS, force=True
        )
        yield SimpleNamespace(
            **found,
            dataset=dataset["id"],
            name=dataset["name"],
            organization=dataset["owner_org"],
            site_user=site_user,
            own=own["id"],
            second_table=second["id"],
            editor_id=model.Session.scalar(
                sa.select(model.Member.table_id).where(model.Member.capacity == "editor")
            ),
            external=external["id"],
            external_url=external["url"],
            other=helpers.call_action("package_show", context, id="pcio-dataset-statistics-5")[
                "id"
            ],
            private=helpers.call_action("package_show", context, id="pcio-dataset-tourism-3")["id"],
        )
    monkeypatch.undo()


@pytest.fixture(scope="module")
def portal(used_province) -> Any:
    """One web application for the module."""
    return helpers._get_test_app()


@pytest.fixture(scope="module")
def application() -> Any:
    """A web application for tests that need no dataset."""
    with builders.loaded_plugins():
        yield helpers._get_test_app().flask_app


@pytest.fixture
def nothing_counted(portal):
    """Nothing was counted yet, and nothing failed."""
    reading.forget()
    buffer.breaker.__init__()
    return portal


@pytest.fixture
def no_usage(request):
    """Empty tables of use, in a database that may hold anything else."""
    names = ("daily", "monthly", "monthly_dataset", "monthly_resource", "batch", "account", "watch")
    if not sa.inspect(model.meta.engine).has_table("pcio_usage_watch"):
        request.getfixturevalue("clean_db")
    with model.meta.engine.begin() as connection:
        for name in names:
            connection.execute(sa.text(f"DELETE FROM pcio_usage_{name}"))
