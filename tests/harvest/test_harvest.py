"""ckanext-harvest's CKAN harvester gets every dataset of this portal with every field."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.pcio.standard.fields import dataset_fields, resource_fields
from tests.schema.records import TYPES, full, mandatory

# What belongs to the catalog a dataset is in and not to the dataset: when it was saved there and
# by whom, and sums CKAN makes.
OF_THE_CATALOG = frozenset(
    {"metadata_created", "metadata_modified", "creator_user_id", "num_tags", "num_resources"}
    | {"license_title", "license_url", "isopen", "plugin_data"}
)
OF_THE_CATALOGS_FILES = frozenset({"metadata_modified", "created", "last_modified", "url_type"})


def act(action, **arguments):
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"ignore_auth": True, "user": site_user}, arguments)


@pytest.fixture(scope="module")
def datasets(portal_process, center):
    """Every field of every type, oddities in tags and values, and what is not public."""
    office = factories.Organization(name="office", title="สำนักงานจังหวัด", image_url="")
    factories.Group(name="social", title="ด้านสังคม")
    made = {}
    for kind in TYPES:
        record = full(kind)
        second = {"url": "https://x.example/ข้อมูล.xlsx", "name": "ไฟล์ที่สอง", "format": "XLSX"}
        record["resources"].insert(0, second)
        record["tags"] = [{"name": tag} for tag in ("กำลังแรงงาน", "น้ำ", "ม. 112", "open data")]
        record |= {"name": f"data_{kind}", "title": f"ข้อมูล “{kind}” & อื่น ๆ <ปี ๒๕๖๗>"}
        record |= {"owner_org": office["id"], "groups": [{"name": "social"}]}
        made[kind] = act("package_create", **record)
    for name, state in (("closed", {"private": True}), ("draft", {"state": "draft"})):
        act("package_create", **mandatory(name=name, title=name, owner_org=office["id"], **state))
    return made


@pytest.fixture(scope="module")
def harvested(center, datasets):
    center.ready()
    return center.harvest()


def said(record, name):
    """What a record says in a field.

    Schemas differ in how they show what is blank, and in which order several chosen values are.
    """
    value = record.get(name) or None
    return sorted(value, key=str) if isinstance(value, list) else value


def asked(portal, action, **params):
    url = f"{portal}/api/3/action/{action}?{urllib.parse.urlencode(params)}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)["result"]


def test_every_public_dataset_comes_and_nothing_else(harvested, datasets):
    assert harvested["errors"] == []
    assert harvested["statuses"] == ["added"] * len(datasets)
    assert harvested["datasets"].keys() == {dataset["id"] for dataset in datasets.values()}


@pytest.mark.parametrize("kind", list(TYPES))
def test_every_field_comes(harvested, datasets, kind):
    given = act("package_show", id=datasets[kind]["id"])
    got = harvested["datasets"][given["id"]]
    for name in dataset_fields():
        assert said(got, name) == said(given, name), name
    # Whatever else the portal says of the dataset is there, too.
    others = given.keys() - OF_THE_CATALOG - {"resources", "tags", "groups", "organization"}
    for name in others:
        assert said(got, name) == said(given, name), name
    assert {tag["name"] for tag in got["tags"]} == {tag["name"] for tag in given["tags"]}
    assert [group["name"] for group in got["groups"]] == ["social"]
    for name in ("id", "name", "title", "description"):
        assert got["organization"][name] == given["organization"][name]
    # Every field of the type was filled, so that none was compared blank with blank.
    filled = {name for name in full(kind) if name in dataset_fields()}
    assert all(got[name] for name in filled)


@pytest.mark.parametrize("kind", list(TYPES))
def test_every_file_comes_in_order(harvested, datasets, kind):
    given = act("package_show", id=datasets[kind]["id"])["resources"]
    got = harvested["datasets"][datasets[kind]["id"]]["resources"]
    assert [each["id"] for each in got] == [each["id"] for each in given]
    for theirs, ours in zip(got, given, strict=True):
        names = (ours.keys() | resource_fields().keys()) - OF_THE_CATALOGS_FILES
        for name in names:
            assert said(theirs, name) == said(ours, name), name


def test_the_next_harvest_gets_what_changed_since(center, harvested, datasets):
    act("package_patch", id=datasets["mixed"]["id"], notes="ข้อความใหม่ของชุดข้อมูลหลากหลายประเภท")
    again = center.harvest()
    assert again["errors"] == []
    assert sorted(again["statuses"]) == ["not modified"] * 4 + ["updated"]
    assert again["datasets"][datasets["mixed"]["id"]]["notes"].startswith("ข้อความใหม่")


def test_a_client_of_ckan_2_9_finds_its_way(portal_process, datasets):
    names = {dataset["name"] for dataset in datasets.values()}
    assert set(asked(portal_process, "package_list")) == names
    everything = asked(portal_process, "package_search", rows=0)
    assert (everything["count"], everything["results"]) == (len(names), [])

    pages = [
        asked(portal_process, "package_search", rows=2, start=start, sort="id asc")["results"]
        for start in (0, 2, 4, 6)
    ]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    ids = [dataset["id"] for page in pages for dataset in page]
    assert ids == sorted(dataset["id"] for dataset in datasets.values())

    newest = max(act("package_show", id=d["id"])["metadata_modified"] for d in datasets.values())
    since = asked(portal_process, "package_search", fq=f"metadata_modified:[{newest}Z TO *]")
    assert since["count"] >= 1
    assert since["results"][0]["metadata_modified"] == newest
    future = "metadata_modified:[2100-01-01T00:00:00Z TO *]"
    assert asked(portal_process, "package_search", fq=future)["count"] == 0

    # Without a login, asking for private ones and drafts changes nothing.
    private = asked(portal_process, "package_search", include_private="true", rows=100)
    assert {dataset["name"] for dataset in private["results"]} == names
    token = factories.SysadminWithToken()["token"]
    query = "include_private=true&include_drafts=true&rows=100"
    request = urllib.request.Request(
        f"{portal_process}/api/3/action/package_search?{query}", headers={"Authorization": token}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = {dataset["name"] for dataset in json.load(answer)["result"]["results"]}
    assert found == names | {"closed", "draft"}

    by_office = asked(portal_process, "package_search", fq="organization:office", rows=100)
    assert by_office["count"] == len(names)
    offices = asked(portal_process, "organization_list", all_fields="true", limit=1000)
    assert [(each["name"], each["package_count"]) for each in offices] == [("office", len(names))]
