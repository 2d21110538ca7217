"""An office with an editor, and datasets with files in and outside the DataStore."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers

from ckanext.pcio.catalog.model import TABLE as FACTS
from tests.dashboard import builders


@pytest.fixture(scope="package")
def office(reset_db, migrate_db_for, reset_index) -> Iterator[dict[str, Any]]:
    """The office, the tokens of its `editor` and of a `stranger`."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        editor, stranger = factories.UserWithToken(), factories.UserWithToken()
        office = factories.Organization(
            name="office", image_url="", users=[{"name": editor["name"], "capacity": "editor"}]
        )
        yield {**office, "editor": editor["token"], "stranger": stranger["token"]}


@pytest.fixture
def app(office):
    return helpers._get_test_app()


@pytest.fixture
def make(office) -> Callable[..., dict[str, Any]]:
    """Create a dataset with `files` files."""

    def create(files: int = 1, **changes: Any) -> dict[str, Any]:
        resources = [
            {"name": f"ไฟล์ {n}", "url": f"http://x.example/{n}.csv", "format": "CSV"}
            for n in range(files)
        ]
        return builders.create("office", resources=resources, name=_name(), **changes)

    return create


_NUMBERS = itertools.count()


def _name() -> str:
    return f"dictionary-{next(_NUMBERS)}"


@pytest.fixture
def file(make) -> str:
    """The id of a file that is a link, in a dataset of its own."""
    return make()["resources"][0]["id"]


COLUMNS = [
    {"name": "year", "type": "integer", "description": "ปี พ.ศ.", "required": True},
    {"name": "place", "type": "text", "description": "ชื่อสถานที่", "example": "วัดโพธิ์"},
]
FIELDS = [
    {
        "id": "year",
        "type": "int",
        "info": {"label": "ปี", "type_override": "numeric", "colour": "blue"},
    },
    {"id": "place", "type": "text"},
]


def call(action: str, **data_dict: Any) -> Any:
    """Do as the site's own user does."""
    site_user = helpers.call_action("get_site_user")["name"]
    return helpers.call_action(action, {"user": site_user, "ignore_auth": True}, **data_dict)


def show(resource_id: str) -> dict[str, Any]:
    return call("pcio_dictionary_show", resource_id=resource_id)


def save(resource_id: str, columns=COLUMNS, **more: Any) -> dict[str, Any]:
    told = {"version": show(resource_id)["version"], "columns": columns, **more}
    return call("pcio_dictionary_update", resource_id=resource_id, **told)


def into_datastore(resource_id: str, fields=FIELDS) -> None:
    call("datastore_create", resource_id=resource_id, force=True, fields=fields)


def has_dictionary(package_id: str) -> bool | None:
    """What the facts, as committed, say of the dataset."""
    model.Session.rollback()
    query = sa.select(FACTS.c.dictionary).where(FACTS.c.package_id == package_id)
    return model.Session.scalar(query)


def package_of(resource_id: str) -> str:
    resource = model.Resource.get(resource_id)
    assert resource is not None
    return str(resource.package_id)
