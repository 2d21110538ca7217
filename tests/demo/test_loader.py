"""Loading on the real stack: whole, again, after a stop, and beside what is there already."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from ckanext.datastore.backend import postgres
from ckanext.datastore.tests import helpers as datastore_helpers

from ckanext.pcio.catalog import sync
from ckanext.pcio.portal.demo.generator import sample_groups, sample_id, sample_offices
from ckanext.pcio.portal.demo.loader import load_demo

from .conftest import BASE_DATE

# One of each kind of file, access and trouble.
SLICE = (
    "tourist-attractions",
    "rimnam-flood-gauge",
    "labour-force",
    "provincial-economic-outlook",
    "migrant-workers",
    "hazardous-waste-points",
    "water-supply-service",
    "public-wifi-points",
    "farmer-registry",
    "staff-directory",
    "cultural-communities",
    "tourist-complaints",
)


@pytest.fixture
def empty_portal(with_plugins, clean_db, clean_index):
    """A portal without datasets and without DataStore tables."""
    session = sa.orm.scoped_session(sa.orm.sessionmaker(bind=postgres.get_write_engine()))
    datastore_helpers.clear_db(session)
    session.remove()


@pytest.fixture
def some(samples):
    return [samples[name] for name in SLICE]


def _state() -> dict:
    """Everything a second load must not change: ids, times, rows, files, facts, search."""
    model.Session.expire_all()
    packages = model.Session.query(model.Package).order_by(model.Package.name)
    resources = model.Session.query(model.Resource).order_by(model.Resource.id)
    groups = model.Session.query(model.Group).order_by(model.Group.name)
    tables = {}
    for resource in resources:
        if (resource.extras or {}).get("datastore_active"):
            found = call_action("datastore_search", resource_id=resource.id, limit=3)
            tables[resource.id] = (found["total"], found["records"], found["fields"])
    site_user = call_action("get_site_user")["name"]
    found = tk.get_action("package_search")(
        {"user": site_user, "ignore_auth": True},
        {"include_private": True, "include_drafts": True, "rows": 1000, "fl": "name"},
    )
    return {
        "packages": [(p.id, p.name, p.state, p.private, p.metadata_modified) for p in packages],
        "resources": [(r.id, r.url, r.state, r.last_modified, r.size) for r in resources],
        "groups": [(g.id, g.name, g.title, g.type) for g in groups],
        "views": model.Session.query(model.ResourceView).count(),
        "tables": tables,
        "found": sorted(item["name"] for item in found["results"]),
    }


@pytest.mark.usefixtures("empty_portal")
def test_load_shows_everything_and_a_second_load_changes_nothing(some, app):
    seen = []
    result = load_demo(BASE_DATE, lambda *step: seen.append(step), some)
    assert sorted(result.created) == sorted(SLICE)
    assert (result.kept, result.refused) == ([], [])
    total = len(sample_offices()) + len(sample_groups()) + len(SLICE)
    assert [done for done, _, _ in seen] == list(range(1, total + 1))
    assert {t for _, t, _ in seen} == {total}
    assert sync.check() == []
    before = _state()
    assert before["found"] == sorted(SLICE)
    assert len(before["tables"]) == 3

    again = load_demo(BASE_DATE, datasets=some)
    assert (again.created, sorted(again.kept)) == ([], sorted(SLICE))
    assert _state() == before

    for dataset in some:  # the portal serves each file as it was made
        for file in dataset.files:
            if file.make and not dataset.package["private"]:
                url = f"/dataset/{dataset.id}/resource/{file.id}/download/{file.filename}"
                assert app.get(url).data == file.make(), file.filename


@pytest.mark.usefixtures("empty_portal")
def test_what_was_loaded_reads_as_it_was_written(some):
    load_demo(BASE_DATE, datasets=some)
    for dataset in some:
        shown = call_action("package_show", id=dataset.name)
        for field, value in dataset.package.items():
            if field not in ("resources", "tags", "groups", "data_type"):
                assert shown[field] == value, f"{dataset.name}: {field}"
        assert {t["name"] for t in shown["tags"]} == {
            t["name"] for t in dataset.package.get("tags", [])
        }
        assert [g["name"] for g in shown["groups"]] == [
            g["name"] for g in dataset.package["groups"]
        ]
        assert [r["id"] for r in shown["resources"]] == [f.id for f in dataset.files]
        for file in filter(lambda file: file.in_datastore, dataset.files):
            info = call_action("datastore_info", id=file.id)
            assert info["meta"]["count"] == len(dataset.table.rows)
            assert [(f["id"], f.get("info", {})) for f in info["fields"]] == [
                (f["id"], f.get("info", {})) for f in file.resource["datastore_fields"]
            ]


_KILLED_LOAD = """
import os, signal, sys
from datetime import date
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckanext.pcio.portal.demo import loader
from ckanext.pcio.portal.demo.generator import sample_datasets

ini, where, names = sys.argv[1], sys.argv[2], sys.argv[3:]
make_app(load_config(ini))

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(done, total, label):
    if where == "between offices" and done == 9:
        die()

if where == "before the dataset, after its files":
    loader.completeness.check = die
if where == "after the dataset, before its tables":
    loader._Loader._fill_datastore = die
if where == "before the facts":
    loader._settle_facts = die
chosen = [d for d in sample_datasets(date(2026, 11, 21)) if d.name in names]
loader.load_demo(date(2026, 11, 21), progress, sorted(chosen, key=lambda d: names.index(d.name)))
"""


@pytest.mark.parametrize(
    "where",
    [
        "between offices",
        "before the dataset, after its files",
        "after the dataset, before its tables",
        "before the facts",
    ],
)
@pytest.mark.usefixtures("empty_portal")
def test_a_load_that_was_killed_is_completed(where, samples, pytestconfig):
    names = SLICE[:8]
    chosen = [samples[name] for name in names]
    model.Session.close()
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_LOAD, pytestconfig.getoption("--ckan-ini"), where, *names],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]

    result = load_demo(datasets=chosen)
    assert result.base_date == date(2026, 11, 21)  # not today: that of the first load
    assert sorted(result.created + result.kept) == sorted(names)
    assert sync.check() == []
    state = _state()
    assert state["found"] == sorted(names)
    assert len(state["groups"]) == len(sample_offices()) + len(sample_groups())
    assert {t: rows[0] for t, rows in state["tables"].items()} == {
        file.id: len(dataset.table.rows)
        for dataset in chosen
        for file in dataset.files
        if file.in_datastore
    }
    assert len(state["resources"]) == sum(len(dataset.files) for dataset in chosen)


@pytest.mark.usefixtures("empty_portal")
def test_what_people_changed_is_left_alone(samples):
    chosen = [samples["tourist-attractions"], samples["labour-force"]]
    load_demo(BASE_DATE, datasets=chosen)
    office = {"user": call_action("get_site_user")["name"]}
    table = samples["labour-force"].files[0].id
    call_action("package_patch", office, id="labour-force", title="ชื่อที่แก้ไขแล้ว")
    call_action("datastore_delete", office, resource_id=table, force=True)
    call_action("package_delete", office, id="tourist-attractions")
    load_demo(BASE_DATE, datasets=chosen)
    assert call_action("package_show", id="labour-force")["title"] == "ชื่อที่แก้ไขแล้ว"
    assert call_action("package_show", id="tourist-attractions")["state"] == "deleted"
    assert call_action("resource_show", id=table)["datastore_active"] is False


@pytest.mark.usefixtures("empty_portal")
def test_a_name_that_is_taken_is_told_and_the_rest_is_loaded(samples):
    chosen = [samples["labour-force"], samples["staff-directory"]]
    load_demo(BASE_DATE, datasets=[samples["labour-force"]])
    own = {**samples["staff-directory"].package, "id": sample_id("test", "own"), "resources": []}
    site_user = call_action("get_site_user")["name"]
    tk.get_action("package_create")({"ignore_auth": True, "user": site_user}, own)
    result = load_demo(BASE_DATE, datasets=chosen)
    assert result.refused == ["staff-directory"]
    assert result.kept == ["labour-force"]
    assert call_action("package_show", id="staff-directory")["id"] == own["id"]
