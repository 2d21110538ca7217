"""Each oddity of real records (dga-standard §8, tests/data/real_records.json): in → stored, told.

A row is (where, value as another portal has it, value stored here, whether a remark names it).
Rows that do not touch the same field travel in one record, so a few imports tell of all.
"""

from __future__ import annotations

import copy
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.pcio.catalog.importer import Importer
from tests.dashboard.builders import loaded_plugins

SAME = object()
"""The value is stored as it came."""
LONG = "ข้อมูลผลการดำเนินงานตามแผนพัฒนาจังหวัดและงบประมาณ" * 4

ROWS: list[tuple[str, Any, Any, bool]] = [
    # Blanks: "" and [] are not stated, and nothing is made of them.
    ("accessible_condition", "", SAME, False),
    ("data_language", [], SAME, False),
    ("disaggregate", [], SAME, False),
    ("high_value_dataset", "", SAME, True),
    ("reference_data", "", SAME, True),
    ("allow_harvest", "", SAME, True),
    ("created_date", "", SAME, False),
    ("first_year_of_data", "", SAME, False),
    ("data_format", "", [], True),
    # Conditions of other portals are their own words.
    ("accessible_condition", "ไม่มี", SAME, False),
    ("accessible_condition", "ไม่มีเงื่อนไข", SAME, False),
    ("accessible_condition", "GLO Public Used", SAME, True),
    # Formats and addresses.
    ("resources.0.format", "API", SAME, True),
    ("resources.0.format", "", SAME, True),
    ("resources.0.url", "https://standard.etda.or.th/?smd_process_download=1&id=7169", SAME, False),
    # Licences.
    ("license_id", "License not specified", SAME, True),
    (
        "license_id",
        "Creative Commons Non-Commercial",
        "Creative Commons Non-Commercial (Any)",
        True,
    ),
    ("license_id", "Other (Attribution)", SAME, True),
    ("license_id", "CC BY 4.0", "Creative Commons Attributions", True),
    ("license_url", None, None, False),
    # Years are Buddhist, dates Gregorian.
    ("first_year_of_data", "2500", SAME, True),
    ("last_year_of_data", "2567", SAME, False),
    ("last_year_of_data", "2024", SAME, True),
    ("last_year_of_data", "2566/2023", SAME, True),
    ("last_updated_date", "2566-05-02", "2023-05-02", True),
    ("last_updated_date", "31 สิงหาคม 2563", "2020-08-31", True),
    ("last_updated_date", "August 21, 2025", "2025-08-21", True),
    ("last_updated_date", "2025-08-21", SAME, False),
    ("last_updated_date", "01/02/66", SAME, True),
    # Units.
    ("unit_of_measure", "คน,ร้อยละ", SAME, True),
    ("unit_of_multiplier", "", SAME, True),
    ("resources.0.resource_unit_of_measure", "หมู่บ้าน", SAME, False),
    ("resources.0.resource_data_collect", "สัตว์และพันธุ์พืช", SAME, False),
    ("resources.0.resource_official_statistics", "", SAME, True),
    ("resources.0.resource_disaggregate", ["อื่นๆ"], SAME, False),
    ("resources.0.resource_disaggregate_other", "ครัวเรือนเป็น 5 กลุ่ม", SAME, False),
    ("resources.0.resource_first_year_of_data", "2500", SAME, True),
    # Names and titles.
    ("name", "datasset_50_03", SAME, False),
    ("name", "WEATHER_SRG02", "weather_srg02", True),
    ("name", "gdpublish-lpd04", SAME, True),
    ("title", LONG, SAME, True),
    ("title", "น้ำ", SAME, True),
    # Types.
    ("objective", "พันธกิจหน่วยงาน", ["พันธกิจหน่วยงาน"], True),
    ("data_format", "CSV", ["CSV"], True),
    ("data_language", "ไทย", ["ไทย"], True),
    ("private", "False", False, True),
    ("private", "True", True, True),
    ("official_statistics", "true", "True", True),
    ("high_value_dataset", "ใช่", SAME, True),
    ("update_frequency_interval", 1, "1", False),
    # Contacts.
    ("maintainer", "-", SAME, True),
    ("data_source", "-", SAME, True),
    ("maintainer_email", "someone@gmail.com", SAME, False),
    # Words of older versions.
    ("data_type", "สถิติ", "ข้อมูลสถิติ", True),
    ("data_classification", "เผยแพร่ในองค์กร", "ชั้นเผยแพร่ภายในองค์กร", True),
    ("disaggregate", ["สถานภาพการทางาน"], ["สถานภาพการทำงาน"], True),
    # Tags that CKAN refuses and thai_gdc takes.
    ("tags", ["#กำลังแรงงานรวม"], SAME, True),
    ("tags", ["กำลังแรงงาน", "น้ำ"], SAME, False),
    ("tags", ["ม.112 ปี 2567"], SAME, False),
    # CKAN's and thai_gdc's own keys are no metadata of ours.
    ("creator_user_id", "4dceaf59-bc71-4abd-86d4-d538133d4830", None, False),
]


def _records():
    """Put the rows into as few records as their fields allow; return these with their rows."""
    filled: list[tuple[dict, list]] = []
    for row in ROWS:
        where = row[0]
        place = next((each for each in filled if where not in each[0]), None)
        if place is None:
            place = ({}, [])
            filled.append(place)
        place[0][where] = row[1]
        place[1].append(row)
    return [(_record(number, values), rows) for number, (values, rows) in enumerate(filled)]


def _record(number, values):
    record: dict[str, Any] = {
        "name": f"record-{number}",
        "title": f"ข้อมูลตัวอย่างลำดับที่ {number}",
        "resources": [{"name": "ไฟล์", "url": "https://x.example/a.csv", "format": "CSV"}],
    }
    for where, value in copy.deepcopy(values).items():
        if where == "tags":
            record["tags"] = [{"name": name} for name in value]
        elif where.startswith("resources.0."):
            record["resources"][0][where.rpartition(".")[2]] = value
        else:
            record[where] = value
    return record


@pytest.fixture(scope="module")
def imported(reset_db, migrate_db_for, reset_index):
    """What became of each row: the value stored and the fields the remarks name."""
    with loaded_plugins():
        reset_db()
        for plugin in ("activity", "pcio"):
            migrate_db_for(plugin)
        reset_index()
        factories.Organization(name="office")
        importer = Importer("office")
        found = {}
        for record, rows in _records():
            result = importer.take(record)
            assert result.outcome == "created", [each.text("en") for each in result.remarks]
            stored = tk.get_action("package_show")({"ignore_auth": True}, {"id": result.name})
            remarks = [(each.field, each.text("en")) for each in result.remarks]
            assert all(each.text("th") for each in result.remarks)
            for row in rows:
                found[id(row)] = (_stored(stored, row[0]), remarks)
        yield found


def _stored(dataset, where):
    if where == "tags":
        return [tag["name"] for tag in dataset["tags"]]
    if where.startswith("resources.0."):
        return dataset["resources"][0].get(where.rpartition(".")[2])
    return dataset.get(where)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}={str(row[1])[:30]}")
def test_what_is_stored_and_what_is_told(imported, row):
    where, given, stored, told = row
    value, remarks = imported[id(row)]
    if where != "creator_user_id":
        assert value == (given if stored is SAME else stored)
    else:
        assert value != given
    names = {where, "tag_string"} if where == "tags" else {where}
    named = [text for field, text in remarks if field in names or field.split(".")[0] in names]
    assert bool(named) is told, remarks
