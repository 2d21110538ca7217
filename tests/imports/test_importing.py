"""A workbook is checked, then taken in: each dataset wholly, once, as the row says."""

from __future__ import annotations

import pytest
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog import sync

from .conftest import activities, datasets, rows, run, sentences, take, upload, work

pytestmark = pytest.mark.usefixtures("empty")


def test_a_check_writes_nothing_and_the_import_everything(workbook):
    path = workbook({}, {"name": "rice", "title": "ข้าว"}, resources=[{}])
    checked = work(upload(path))
    assert checked["state"] == "checked", checked
    assert (checked["totals"]["new"], checked["totals"]["refused"]) == (2, 0), rows(checked)
    assert datasets() == {}

    finished = run(checked)
    assert finished["state"] == "finished", finished
    assert (finished["done"], finished["total"]) == (2, 2)
    found = datasets()
    assert set(found) == {"tourists", "rice"}
    tourists = found["tourists"]
    assert tourists["private"] is True
    assert tourists["state"] == "active"
    assert tourists["allow_harvest"] == "False"
    assert tourists["organization"]["name"] == "office"
    assert [r["url"] for r in tourists["resources"]] == ["https://www.example.go.th/t.csv"]
    assert sync.check() == []
    search = call_action("package_search", include_private=True, q="rice")
    assert [each["name"] for each in search["results"]] == ["rice"]
    assert activities(tourists["id"]) == [("new package", "editor")]


def test_repeating_an_import_changes_nothing(workbook):
    path = workbook({}, {"name": "", "title": "ข้าวนาปี"}, resources=[{}])
    first = take(path)
    before = datasets()
    again = take(path)
    assert first["totals"]["new"] == 2
    assert again["totals"]["unchanged"] == 2, rows(again)
    assert again["totals"]["new"] == again["totals"]["update"] == 0
    assert datasets() == before


def test_an_update_says_which_fields_change_and_a_blank_keeps(workbook):
    take(workbook({"url": "https://www.example.go.th/"}, resources=[{}]))
    before = datasets()["tourists"]
    changed = workbook(
        {"url": None, "notes": "รายเดือน"}, resources=[{"description": "หนึ่งแถวต่อเดือน"}]
    )
    checked = work(upload(changed))
    (row,) = rows(checked)
    assert row["outcome"] == "update"
    assert {each["field"]: each["new"] for each in row["changes"]} == {
        "notes": "รายเดือน",
        "resources.description": "หนึ่งแถวต่อเดือน",
    }
    run(checked)
    after = datasets()["tourists"]
    assert after["notes"] == "รายเดือน"
    assert after["url"] == "https://www.example.go.th/"
    assert after["resources"][0]["id"] == before["resources"][0]["id"]
    assert after["private"] == before["private"]


def test_complete_open_rows_are_published_when_asked_and_the_others_told(workbook):
    path = workbook(
        {"data_classification": "เปิดเผย"},
        {"name": "secret", "title": "ลับ", "data_category": "ข้อมูลความมั่นคง"}
        | {"data_classification": "ลับ"},
        {"name": "bare", "title": "ไม่ครบ", "notes": None, "objective": None},
        resources=[{}],
    )
    finished = take(path, publish=True)
    assert finished["totals"]["new"] == 3, rows(finished)
    found = datasets()
    assert {name: (d["private"], d["state"]) for name, d in found.items()} == {
        "tourists": (False, "active"),
        "secret": (True, "active"),
        "bare": (True, "draft"),
    }
    told = {row["name"]: sentences(row) for row in rows(finished)}
    assert told["tourists"] == ""
    assert "12" in told["bare"]


def test_a_row_never_takes_another_office_s_dataset(workbook, make_other):
    make_other("tourists")
    (row,) = rows(work(upload(workbook({}))))
    assert row["outcome"] == "refused"
    assert sentences(row)
    assert datasets()["tourists"]["organization"]["name"] == "other"
