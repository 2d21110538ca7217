"""A portal whose resources' addresses lead to servers of the tests."""

from __future__ import annotations

from datetime import timedelta

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.pcio.catalog.links.addresses import Allowed
from ckanext.pcio.catalog.links.asking import Manners
from ckanext.pcio.catalog.links.gate import Gate
from ckanext.pcio.catalog.links.model import LINK
from ckanext.pcio.catalog.links.settings import LinkSettings
from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.standard.links import Patience
from tests.dashboard import builders
from tests.schema.records import mandatory

from .servers import HOST


@pytest.fixture(scope="module")
def office(reset_db, migrate_db_for, reset_index):
    """An office; making the database anew for each test would cost each some seconds."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        yield factories.Organization(name="office", title="สำนักงานจังหวัด", image_url="")


@pytest.fixture
def portal(office):
    """The office, without a dataset, and without one after the test."""
    yield office
    model.Session.rollback()
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text("UPDATE package SET state = 'deleted', name = id, title = id"))
        connection.execute(sa.text("UPDATE resource SET state = 'deleted'"))
        connection.execute(sa.delete(LINK))
        connection.execute(sa.delete(FACTS))


@pytest.fixture
def make(portal):
    """Create a dataset with a resource for each of the addresses."""

    def create(name: str, *urls: str, **changes):
        record = mandatory(name=name, title=f"ข้อมูล {name}", owner_org=portal["id"], **changes)
        record["resources"] = [
            {"name": f"ไฟล์ {url}"[:90], "url": url, "format": "CSV"} for url in urls
        ]
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return tk.get_action("package_create")({"ignore_auth": True, "user": user}, record)

    return create


def settings(**changes) -> LinkSettings:
    """Return settings that let the tests' own servers be asked, without much waiting."""
    manners = Manners(
        user_agent="pcio-link-check/1.0 (+http://portal.example)",
        allowed=Allowed([HOST]),
        connect_seconds=1,
        read_seconds=1,
        total_seconds=2,
        gate=Gate(0),
    )
    known = {"enabled": True, "manners": manners, "workers": 3}
    return LinkSettings(**{**known, "patience": Patience(interval=timedelta(days=7)), **changes})


def rows(**where):
    """Return the rows of the table, by address."""
    query = sa.select(LINK).filter_by(**where)
    with model.meta.engine.connect() as connection:
        return {row["url"]: dict(row) for row in connection.execute(query).mappings()}
