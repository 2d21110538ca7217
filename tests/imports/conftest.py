"""Workbooks, offices and people of the import tests: one portal for each module."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.cli.cli import ckan
from ckan.common import config
from ckan.tests import factories
from ckan.tests.helpers import CKANCliRunner, call_action
from ckanext.activity.model import Activity
from werkzeug.datastructures import FileStorage

from ckanext.pcio.catalog.imports import files, job, store
from tests.dashboard import builders
from tests.standard.workbook.books import COMPLETE, RESOURCE, book


@pytest.fixture(scope="module")
def portal(reset_db, migrate_db_for, reset_index) -> Iterator[dict[str, Any]]:
    """Two offices, an editor of the first, a member of it, and an editor of the second."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        offices = {
            name: factories.Organization(name=name, title=title, image_url="")
            for name, title in (("office", "สำนักงานจังหวัดตัวอย่าง"), ("other", "สำนักงานสถิติ"))
        }
        people = {}
        for name, office, role in (
            ("editor", "office", "editor"),
            ("member", "office", "member"),
            ("stranger", "other", "editor"),
        ):
            people[name] = factories.User(name=name)
            call_action("organization_member_create", id=office, username=name, role=role)
        yield {"offices": offices, "people": people}


@pytest.fixture
def empty(portal) -> Iterator[dict[str, Any]]:
    """The portal without datasets and imports, also those of other tests."""
    for stray in files.path_of("x").parent.glob("*.xlsx"):
        stray.unlink()
    yield portal
    model.Session.rollback()
    for package in model.Session.query(model.Package).all():
        call_action("dataset_purge", id=package.id)
    for import_id in store.ids():
        files.drop(import_id)
    store.remove(list(store.ids()))
    model.Session.commit()


@pytest.fixture
def workbook(tmp_path) -> Callable[..., Any]:
    """Write a workbook of complete datasets; each row changes some of their columns."""

    def write(*rows: dict[str, Any], resources: Any = (), **options: Any) -> Any:
        path = tmp_path / "workbook.xlsx"
        book(path, [COMPLETE | row for row in rows], [RESOURCE | r for r in resources], **options)
        return path

    return write


def upload(path: Any, *, user: str = "editor", organization: str = "office", **options: Any) -> Any:
    """Upload a workbook as a person would; returns the import."""
    file = FileStorage(io.BytesIO(path.read_bytes()), filename=path.name)
    context = {"user": user, "ignore_auth": False, "auth_user_obj": model.User.get(user)}
    return tk.get_action("pcio_import_create")(
        context, {"upload": file, "organization": organization, **options}
    )


def work(import_: Any) -> dict[str, Any]:
    """Do what the background worker would, here; returns the import after it."""
    job.work(model.Group.get(import_["organization"]).id)
    return show(import_["id"])


def run(import_: Any, user: str = "editor") -> dict[str, Any]:
    """Confirm an import that was checked, and work it off; returns the import after it."""
    context = {"user": user, "ignore_auth": False, "auth_user_obj": model.User.get(user)}
    return work(tk.get_action("pcio_import_run")(context, {"id": import_["id"]}))


def take(path: Any, **options: Any) -> dict[str, Any]:
    """Upload, check and import a workbook; returns the import after it."""
    return run(work(upload(path, **options)), options.get("user", "editor"))


def show(import_id: str) -> dict[str, Any]:
    """Return an import."""
    return call_action("pcio_import_show", id=import_id)


def rows(import_: Any, kind: str = "") -> list[dict[str, Any]]:
    """Return the rows of an import's report."""
    return call_action("pcio_import_rows", id=import_["id"], kind=kind)["results"]


def sentences(row: dict[str, Any]) -> str:
    """Return everything that is told of a row."""
    return " / ".join(said["sentence"] for said in row["remarks"])


def command(*arguments: str) -> Any:
    """Run `ckan pcio import`."""
    return CKANCliRunner(env={"CKAN_INI": config["__file__"]}).invoke(
        ckan, ["pcio", "import", *arguments], catch_exceptions=False
    )


def datasets() -> dict[str, dict[str, Any]]:
    """Return every dataset of the portal by name."""
    names = [row.name for row in model.Session.query(model.Package.name)]
    model.Session.rollback()
    return {name: call_action("package_show", id=name, use_cache=False) for name in names}


@pytest.fixture
def make_other(empty) -> Callable[..., Any]:
    """Create a dataset of the other office."""

    def make(name: str, **changes: Any) -> Any:
        return builders.create(empty["offices"]["other"]["id"], name=name, **changes)

    return make


def activities(package_id: str) -> list[tuple[str, str]]:
    """Return what the activity stream holds of a dataset: (what, who), oldest first."""
    query = (
        model.Session.query(Activity)
        .filter(Activity.object_id == package_id)
        .order_by(Activity.timestamp)
    )
    return [(each.activity_type, each.data["actor"]) for each in query]


def site_user() -> dict[str, Any]:
    """Return the context of somebody who may do everything."""
    return {"user": call_action("get_site_user")["name"]}
