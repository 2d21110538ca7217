"""Records of live portals, with their oddities, come in through an import."""

import json
from pathlib import Path

from ckanext.pcio.standard.fields import dataset_fields, resource_fields

RECORDS = json.loads(
    (Path(__file__).parent.parent / "data" / "real_records.json").read_text(encoding="utf-8")
)


def importable(record, fields):
    """The part of a real record that is metadata of ours (ids and dates of the portal are not)."""
    return {key: value for key, value in record.items() if key in fields and value is not None}


def sent(record):
    dataset = importable(record, {**dataset_fields(), "tag_string": None, "private": None})
    dataset.pop("owner_org", None)
    dataset["resources"] = [
        importable(resource, {**resource_fields(), "url": None})
        for resource in record.get("resources", [])
    ]
    return dataset


def test_every_record_is_accepted_and_nothing_is_invented(office):
    for record in RECORDS:
        given = {**sent(record), "name": ""}
        dataset, warnings = office.import_(given)
        warned = {warning["field"] for warning in warnings}
        for field, value in given.items():
            if field in ("name", "tag_string", "resources", "private"):
                continue
            if field in warned:
                continue
            a_list = isinstance(dataset[field], list) and isinstance(value, str) and value
            expected = [value] if a_list else value
            assert dataset[field] == expected, (record["_id"], field)
        for field in dataset_fields():
            if field not in given and field not in ("name", "owner_org", "state"):
                assert not dataset.get(field), (record["_id"], field)
        for number, resource in enumerate(given["resources"]):
            for field in ("url", "name", "format"):
                if resource and not resource.get(field):
                    assert f"resources.{number}.{field}" in warned, (record["_id"], field)
        assert {"title", "maintainer"} - set(given) <= warned, record["_id"]


def test_the_oddities_are_reported(office):
    by_id = {record["_id"]: record for record in RECORDS}
    dataset, warnings = office.import_(sent(by_id["R35"]))
    assert dataset["name"] == "weather_srg02"
    assert {"name", "license_id", "tag_string"} <= {warning["field"] for warning in warnings}

    dataset, warnings = office.import_(sent(by_id["R27"]))
    assert dataset["license_id"] == "Creative Commons Non-Commercial (Any)"
    read_as = next(warning for warning in warnings if warning["field"] == "license_id")
    assert "Creative Commons Non-Commercial" in read_as["message"].text("th")

    dataset, warnings = office.import_(sent(by_id["R37"]))
    assert dataset["objective"] == ["พันธกิจหน่วยงาน"]
    assert dataset["data_format"] == ["CSV"]
    assert dataset["high_value_dataset"] == ""
    assert dataset["private"] is False
    assert {warning["field"] for warning in warnings} == {"title"}

    dataset, warnings = office.import_(sent(by_id["R41"]))
    assert {tag["name"] for tag in dataset["tags"]} == {
        "แรงงาน",
        "กำลังแรงงาน",
        "#กำลังแรงงานรวม",
    }
    assert "tag_string" in {warning["field"] for warning in warnings}

    dataset, _warnings = office.import_(sent(by_id["R13"]))
    resource = dataset["resources"][0]
    assert (
        resource["resource_last_updated_date"]
        == by_id["R13"]["_iso"]["resources.0.resource_last_updated_date"]
    )
    assert resource["resource_first_year_of_data"] == "2563"

    dataset, _warnings = office.import_(sent(by_id["R19"]))
    assert dataset["resources"][0]["resource_disaggregate_other"] == "ครัวเรือนเป็น 5 กลุ่ม"
