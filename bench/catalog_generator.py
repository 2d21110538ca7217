"""A catalog of any size as JSON lines, the same for the same number of datasets.

    python bench/catalog_generator.py NUMBER FILE

The records look like those of package_search on a thai_gdc portal: every data type, complete and
incomplete ones, several resources, dictionaries, a share of oddities.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.vocabulary import vocabulary

SUBJECTS = ("ท่องเที่ยว", "แรงงาน", "เกษตร", "สาธารณสุข", "การศึกษา", "ประชากร", "แหล่งน้ำ", "ถนน")
FORMATS = ("CSV", "CSV", "XLSX", "XLS", "PDF", "API", "JSON", "GeoJSON", "SHP", "")
FIRST_DAY = date(2020, 1, 1)


def datasets(number: int, seed: int = 2567) -> Iterator[dict[str, Any]]:
    """Yield `number` package dicts; the same ones for the same `number` and `seed`."""
    chance = random.Random(seed)
    values = {
        name: [term.value for term in vocabulary(name).terms]
        for name in ("data_type", "objective", "update_frequency_unit", "geo_coverage")
    }
    values |= {
        name: [term.value for term in vocabulary(name).terms]
        for name in ("data_format", "license_id", "linkage_method")
    }
    for position in range(number):
        yield _dataset(position, chance, values)


def _dataset(position: int, chance: random.Random, values: dict[str, list[str]]) -> dict[str, Any]:
    subject = chance.choice(SUBJECTS)
    office = chance.randrange(40)
    updated = FIRST_DAY + timedelta(days=chance.randrange(2000))
    name = f"dataset-{position:06}"
    identifier = str(uuid.UUID(int=chance.getrandbits(128)))
    public = chance.random() < 0.8
    return {
        "id": identifier,
        "name": name,
        "type": "dataset",
        "state": "draft" if chance.random() < 0.03 else "active",
        "private": chance.random() < 0.1,
        "title": f"ข้อมูล{subject}รายอำเภอ ชุดที่ {position}",
        "notes": f"จำนวนและรายละเอียดด้าน{subject} จำแนกรายอำเภอ " * chance.randint(1, 6),
        "owner_org": f"org-{office}",
        "organization": {
            "id": f"org-{office}",
            "name": f"office-{office}",
            "title": f"สำนักงานที่ {office}",
        },
        "maintainer": "กลุ่มงานข้อมูลและสารสนเทศ",
        "maintainer_email": "-" if chance.random() < 0.05 else "data@example.go.th",
        "tags": [{"name": tag, "display_name": tag} for tag in chance.sample(SUBJECTS, 3)],
        "data_type": chance.choice(values["data_type"][:4]),
        "objective": chance.sample(values["objective"][:12], 2),
        "update_frequency_unit": chance.choice(values["update_frequency_unit"][:-1]),
        "update_frequency_interval": "1",
        "geo_coverage": chance.choice(values["geo_coverage"][:-1]),
        "data_source": f"สำนักงานที่ {office}",
        "data_format": chance.sample(values["data_format"][:18], 2),
        "data_category": "ข้อมูลสาธารณะ" if public else "ข้อมูลใช้ภายใน",
        "data_classification": "เปิดเผย" if public else "ชั้นเผยแพร่ภายในองค์กร",
        "license_id": chance.choice(values["license_id"][:11]),
        "accessible_condition": "ไม่มี",
        "allow_harvest": "True",
        "high_value_dataset": chance.choice(("True", "False", "False", "")),
        "reference_data": "False",
        "reference_url_catalog": "https://data.go.th/dataset/x" if chance.random() < 0.15 else "",
        "created_date": FIRST_DAY.isoformat(),
        "last_updated_date": updated.isoformat(),
        "linkage_method": [chance.choice(values["linkage_method"])]
        if chance.random() < 0.2
        else [],
        "metadata_created": "2024-01-01T00:00:00.000000",
        "metadata_modified": "2024-06-01T00:00:00.000000",
        "resources": [
            _resource(number, name, updated, chance) for number in range(chance.randint(1, 5))
        ],
    }


def _resource(number: int, name: str, updated: date, chance: random.Random) -> dict[str, Any]:
    format_ = chance.choice(FORMATS)
    identifier = str(uuid.UUID(int=chance.getrandbits(128)))
    page = f"https://data.example.go.th/dataset/{name}"
    in_datastore = format_ in {"CSV", "XLSX"} and chance.random() < 0.5
    resource: dict[str, Any] = {
        "id": identifier,
        "name": f"ข้อมูลปี {2560 + number}",
        "description": "ข้อมูลรายปี",
        "format": format_,
        "mimetype": None,
        "url": f"{page}/resource/{identifier}/download/f.{format_.lower() or 'csv'}",
        "state": "active",
        "datastore_active": in_datastore,
        "created": "2020-01-01T00:00:00.000000",
        "last_modified": f"{updated.isoformat()}T00:00:00.000000",
        "resource_last_updated_date": updated.isoformat(),
        "resource_first_year_of_data": "2560",
        "resource_last_year_of_data": str(updated.year + 543),
        "resource_unit_of_measure": "คน",
        "resource_unit_of_multiplier": "หน่วย",
        "resource_disaggregate": ["ไม่มี"],
        "resource_accessible_condition": "ไม่มี",
        "resource_official_statistics": "False",
    }
    if in_datastore:
        resource["datastore_fields"] = [
            {"id": f"column_{n}", "type": "text", "info": {"label": "คอลัมน์", "notes": "คำอธิบาย"}}
            for n in range(6)
        ]
    return resource


def write(number: int, path: Path) -> None:
    """Write `number` datasets to `path` as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for dataset in datasets(number):
            file.write(json.dumps(dataset, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
