"""A whole portal is taken in over HTTP: ids, names, offices, order, dictionaries; twice is once."""

from __future__ import annotations

import copy
import json
import uuid

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import search
from ckan.tests import factories

from ckanext.pcio.catalog import copies
from ckanext.pcio.catalog.dictionary import queries as dictionaries
from ckanext.pcio.catalog.importer import Importer
from ckanext.pcio.catalog.readers import api
from tests.catalog.portal import Portal
from tests.schema.records import TYPES, full

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

OFFICE = {
    "id": "6e7a1a9e-0a0e-4c1c-9d5b-2f6c9a1d0b11",
    "name": "trang-health",
    "title": "สำนักงานสาธารณสุขจังหวัดตรัง",
    "type": "organization",
    "description": "ดูแลสุขภาพของประชาชน",
    "image_url": "",
    "created": "2021-03-02T04:05:06.000000",
    "is_organization": True,
    "approval_status": "approved",
    "state": "active",
}
GROUPS = [
    {"id": str(uuid.uuid4()), "name": "social", "title": "ด้านสังคม", "display_name": "ด้านสังคม"},
    {"id": str(uuid.uuid4()), "name": "nowhere", "title": "ด้านอื่น", "display_name": "ด้านอื่น"},
]
FIELDS = [
    {"id": "_id", "type": "int"},
    {"id": "ปี", "type": "numeric", "info": {"label": "ปี", "notes": "ปีงบประมาณ"}},
    {"id": "อำเภอ", "type": "text", "info": {"notes": "ชื่ออำเภอ", "type_override": ""}},
]


def id_of(*names: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(names)))


def remote(name: str, kind: str = "record", **changes):
    """A dataset as package_search of a CKAN 2.9 with thai_gdc shows it."""
    record = full(kind)
    resources = [
        {
            **record["resources"][0],
            "id": id_of(name, str(number)),
            "package_id": id_of(name),
            "name": f"ไฟล์ที่ {number}",
            "position": number,
            "state": "active",
            "revision_id": str(uuid.uuid4()),
            "url_type": "upload",
            "datastore_active": False,
            "created": "2024-02-21T01:02:03.000000",
            "cache_url": None,
        }
        for number in (3, 1, 2)
    ]
    return {
        **record,
        **{"id": id_of(name), "name": name, "title": f"ข้อมูล {name}", "type": "dataset"},
        **{"state": "active", "private": False, "owner_org": OFFICE["id"]},
        **{"organization": OFFICE, "groups": GROUPS, "resources": resources},
        "tags": [
            {"id": str(uuid.uuid4()), "name": tag, "display_name": tag, "state": "active"}
            for tag in ("กำลังแรงงาน", "น้ำ")
        ],
        **{"metadata_created": "2023-01-02T03:04:05", "metadata_modified": "2024-07-08T07:52:31"},
        **{"creator_user_id": str(uuid.uuid4()), "author": None, "license_title": "Open Data"},
        **{"license_url": None, "isopen": True, "num_tags": 2, "num_resources": 3},
        **{"relationships_as_subject": [], "relationships_as_object": [], "extras": []},
        **changes,
    }


@pytest.fixture
def province():
    with Portal([remote(f"data-{key}", key) for key in TYPES], version="2.9") as portal:
        yield portal


@pytest.fixture
def run(cli, monkeypatch):
    """Run the command against a source and return what it did."""
    monkeypatch.setattr(api.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(api.Api.__init__, "__defaults__", (None, None, lambda _seconds: None))

    def invoke(source, *options, env=None):
        arguments = ["pcio", "import-portal", getattr(source, "url", str(source)), *options]
        done = cli.invoke(ckan, [*arguments, "--lang", "en"], env=env)
        assert "Traceback" not in done.output
        return done

    return invoke


def shown(name: str):
    return tk.get_action("package_show")({"ignore_auth": True}, {"id": name})


def number_of_datasets() -> int:
    query = sa.select(sa.func.count()).select_from(model.Package)
    return model.Session.execute(query).scalar_one()


def test_a_portal_comes_in_as_it_is_and_again_changes_nothing(province, run):
    factories.Group(name="social")
    tried = run(province, "--create-organizations", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "5 datasets created" in tried.output
    assert (number_of_datasets(), model.Group.get("trang-health")) == (0, None)

    first = run(province, "--create-organizations")
    assert first.exit_code == 0, first.output
    assert "5 datasets created, 0 updated, 0 unchanged, 0 refused" in first.output

    office = model.Group.get("trang-health")
    assert {key: getattr(office, key) for key in ("id", "name", "title", "description")} == {
        key: OFFICE[key] for key in ("id", "name", "title", "description")
    }
    for dataset in province.datasets:
        kept = shown(dataset["name"])
        for field in ("id", "name", "title", "data_type", "objective", "allow_harvest"):
            assert kept[field] == dataset[field], field
        assert kept["organization"]["id"] == OFFICE["id"]
        assert [group["name"] for group in kept["groups"]] == ["social"]
        assert {tag["name"] for tag in kept["tags"]} == {"กำลังแรงงาน", "น้ำ"}
        assert [r["id"] for r in kept["resources"]] == [r["id"] for r in dataset["resources"]]
        assert [r["name"] for r in kept["resources"]] == ["ไฟล์ที่ 3", "ไฟล์ที่ 1", "ไฟล์ที่ 2"]

    before = shown("data-record")["metadata_modified"]
    again = run(province, "--create-organizations")
    assert "0 datasets created, 0 updated, 5 unchanged, 0 refused; 0 remarks" in again.output
    assert shown("data-record")["metadata_modified"] == before


def test_without_an_office_nothing_is_taken_in_and_each_says_why(province, run):
    done = run(province)
    assert done.exit_code == 1
    assert "5 refused" in done.output
    assert "--create-organizations" in done.output
    assert number_of_datasets() == 0


def test_what_changed_there_comes_in_and_what_is_gone_is_told(province, run):
    run(province, "--create-organizations")
    changed = next(each for each in province.datasets if each["name"] == "data-mixed")
    changed["title"] = "ชื่อใหม่"
    changed["metadata_modified"] = "2025-01-01T00:00:00"
    province.datasets.remove(next(d for d in province.datasets if d["name"] == "data-other"))
    done = run(province, "--report-gone")
    assert "1 updated, 3 unchanged" in done.output
    assert f"data-other ({id_of('data-other')})" in done.output
    assert "1 of 5 datasets taken in from there are there no more. None was deleted." in done.output
    assert shown("data-other")["state"] == "active"
    assert shown("data-mixed")["title"] == "ชื่อใหม่"


def test_what_people_did_here_is_not_overwritten(province, run):
    office = factories.Organization()
    run(province, "--create-organizations")
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def act(action, **arguments):
        return tk.get_action(action)({"ignore_auth": True, "user": site_user}, arguments)

    act("package_patch", id="data-mixed", title="แก้ไขที่นี่")
    act("package_delete", id="data-other")
    act("dataset_purge", id="data-record")
    other = copy.deepcopy(full("record")) | {"name": "data-record", "owner_org": office["id"]}
    kept = act("package_create", **other)
    assert copies.stored([id_of("data-record")]) == {}

    # Nothing changed there: what was edited here stays without a word.
    untouched = run(province)
    assert "3 unchanged, 2 refused" in untouched.output
    assert "was deleted here" in untouched.output
    assert f"another dataset here has this name (its id is {kept['id']})" in untouched.output
    assert shown("data-record")["id"] == kept["id"]

    for dataset in province.datasets:
        dataset["notes"] += " เพิ่มเติม"
    both = run(province)
    assert both.exit_code == 1
    assert "2 updated, 0 unchanged, 3 refused" in both.output
    assert "--overwrite" in both.output
    assert shown("data-mixed")["title"] == "แก้ไขที่นี่"
    assert "1 refused" not in run(province, "--overwrite").output
    assert shown("data-mixed")["title"] == "ข้อมูล data-mixed"
    assert model.Package.get(id_of("data-other")).state == "deleted"


def test_dictionaries_come_too_and_those_not_read_are_asked_for_again(run):
    datasets = [remote(name) for name in ("one", "two")]
    for dataset in datasets:
        dataset["resources"][1]["datastore_active"] = True
    with Portal(datasets, version="2.9") as portal:
        portal.columns = {id_of("one", "1"): FIELDS}
        first = run(portal, "--create-organizations")
        assert first.exit_code == 0, first.output
        assert "data dictionaries of 1 files could not be read" in first.output
        told = dictionaries.columns([id_of("one", "1"), id_of("two", "1")])
        assert [column.name for column in told[id_of("one", "1")]] == ["ปี", "อำเภอ"]
        assert told[id_of("one", "1")][0].description == "ปีงบประมาณ"
        assert id_of("two", "1") not in told
        asked = [query for path, query in portal.requests if path.endswith("datastore_search")]
        assert {query["limit"] for query in asked} == {"0"}

        portal.requests.clear()
        portal.columns[id_of("two", "1")] = FIELDS
        again = run(portal)
        assert "2 unchanged" in again.output
        assert id_of("two", "1") in dictionaries.columns([id_of("two", "1")])
        asked = [q["resource_id"] for p, q in portal.requests if p.endswith("datastore_search")]
        assert asked == [id_of("two", "1")]


def test_a_portal_that_goes_away_midway_is_a_sentence_and_can_be_gone_on_with(run):
    names = [f"data-{number:02}" for number in range(7)]
    with Portal([remote(name) for name in names], cap=4) as portal:
        portal.on_page = lambda start: portal.faults.extend([503] * 60) if start >= 0 else None
        done = run(portal, "--create-organizations")
        assert done.exit_code == 3, done.output
        assert "did not answer completely" in done.output
        assert "4 datasets created" in done.output
        assert "run it again to go on" in done.output

        portal.on_page = lambda _start: None
        portal.faults.clear()
        done = run(portal, "--create-organizations")
        assert done.exit_code == 0, done.output
        assert "3 datasets created, 0 updated, 4 unchanged" in done.output


def test_an_interrupted_run_says_what_is_done_and_goes_on(province, run, monkeypatch):
    take = Importer.take
    taken = []

    def interrupted(self, record):
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(record)
        return take(self, record)

    monkeypatch.setattr(Importer, "take", interrupted)
    done = run(province, "--create-organizations")
    assert done.exit_code == 130
    assert "2 datasets created" in done.output
    monkeypatch.setattr(Importer, "take", take)
    assert "3 datasets created, 0 updated, 2 unchanged" in run(province).output


def test_one_dataset_comes_wholly_or_not_at_all(province, run, monkeypatch):
    """A failure in the middle of a save leaves nothing of it, and the others come in."""
    from ckanext.pcio.catalog import sync

    write = sync.write

    def failing(ids):
        if id_of("data-mixed") in ids:
            raise RuntimeError("disk full")
        write(ids)

    monkeypatch.setattr(sync, "write", failing)
    done = run(province, "--create-organizations")
    assert done.exit_code == 1
    assert "4 datasets created" in done.output
    assert "could not be saved (RuntimeError)" in done.output
    assert model.Package.get("data-mixed") is None
    query = sa.select(model.Resource.id).where(model.Resource.package_id == id_of("data-mixed"))
    assert model.Session.execute(query).all() == []
    monkeypatch.setattr(sync, "write", write)
    assert "1 datasets created, 0 updated, 4 unchanged" in run(province).output


def test_what_was_cut_off_before_the_index_is_found_after_the_next_run(province, run):
    run(province, "--create-organizations")
    search.clear(id_of("data-mixed"))
    copies.forget_dataset(id_of("data-mixed"))
    model.Session.commit()
    assert "5 unchanged" in run(province).output
    found = tk.get_action("package_search")({"ignore_auth": True}, {"q": "name:data-mixed"})
    assert found["count"] == 1


def test_a_token_is_told_to_the_portal_and_to_nobody_else(run, caplog):
    datasets = [remote("open"), remote("closed", private=True)]
    with Portal(datasets, version="2.9") as portal:
        caplog.set_level("DEBUG")
        env = {"PCIO_API_TOKEN": "secret"}
        done = run(portal, "--create-organizations", env=env)
        assert "2 datasets created" in done.output
        assert shown("closed")["private"] is True
        assert set(portal.tokens) == {"secret"}
        assert "secret" not in done.output + caplog.text
        stored = json.dumps([shown("open"), shown("closed")], default=str)
        assert "secret" not in stored


def test_a_deleted_record_of_a_dump_stays_deleted(run, tmp_path):
    factories.Organization(name="office")
    dump = tmp_path / "dump.jsonl"
    records = [remote("alive"), remote("gone", state="deleted")]
    dump.write_text("\n".join(json.dumps(each) for each in records), encoding="utf-8")
    done = run(dump, "--organization", "office")
    assert "1 datasets created" in done.output
    assert "it is deleted there" in done.output
    assert model.Package.get("gone") is None
