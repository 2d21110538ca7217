"""Records for the tests of the pure core."""

import copy
import json
from pathlib import Path

REAL = json.loads((Path(__file__).parent.parent / "data" / "real_records.json").read_text("utf-8"))

_COMPLETE = {
    "id": "0d4c4f2e-6a0f-4b7b-9f0e-0c8e6a9b1f10",
    "name": "tourists-by-district",
    "type": "dataset",
    "state": "active",
    "private": False,
    "title": "จำนวนนักท่องเที่ยวรายอำเภอ",
    "notes": "จำนวนนักท่องเที่ยวชาวไทยและชาวต่างประเทศ จำแนกรายอำเภอ",
    "organization": {"id": "org-1", "name": "tourism", "title": "สำนักงานตัวอย่าง"},
    "owner_org": "org-1",
    "maintainer": "กลุ่มงานข้อมูล",
    "maintainer_email": "data@example.go.th",
    "tags": [{"name": "ท่องเที่ยว", "display_name": "ท่องเที่ยว"}],
    "data_type": "ข้อมูลสถิติ",
    "objective": ["ยุทธศาสตร์ชาติ", "พันธกิจหน่วยงาน"],
    "update_frequency_unit": "ปี",
    "update_frequency_interval": "1",
    "geo_coverage": "อำเภอ",
    "data_source": "สำนักงานตัวอย่าง",
    "data_format": ["CSV", "XLS"],
    "data_category": "ข้อมูลสาธารณะ",
    "data_classification": "เปิดเผย",
    "license_id": "Open Data Common",
    "accessible_condition": "ไม่มี",
    "high_value_dataset": "",
    "reference_url_catalog": "",
    "last_updated_date": "2024-01-15",
    "resources": [
        {
            "id": "r-1",
            "name": "จำนวนนักท่องเที่ยว 2566",
            "format": "CSV",
            "url": "https://data.example.go.th/dataset/tourists-by-district/resource/r-1/download/t.csv",
            "resource_last_updated_date": "2024-01-15",
        }
    ],
}


def complete(**changes):
    """A complete dataset; a value of `...` removes the field."""
    record = copy.deepcopy(_COMPLETE)
    for field, value in changes.items():
        if value is ...:
            record.pop(field, None)
        else:
            record[field] = value
    return record
