"""What `package_create` and `package_update` store, refuse and warn about."""

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import helpers

from .records import TYPES, full, mandatory

THAI = range(0x0E00, 0x0E80)
ITEM_FIELDS = {
    "data_type": 1,
    "title": 2,
    "maintainer": 4,
    "maintainer_email": 5,
    "tag_string": 6,
    "notes": 7,
    "objective": 8,
    "update_frequency_unit": 9,
    "geo_coverage": 10,
    "data_source": 11,
    "data_format": 12,
    "data_category": 13,
    "license_id": 14,
}


def errors_of(call, *args, **kwargs):
    with pytest.raises(tk.ValidationError) as refused:
        call(*args, **kwargs)
    return refused.value.error_dict


def given(record):
    """The part of a dataset the client sent, in comparable form."""
    return {k: v for k, v in record.items() if k not in ("tags", "resources")}


def same(dataset, record):
    for key, value in given(record).items():
        assert dataset[key] == value, key
    assert {tag["name"] for tag in dataset["tags"]} == {tag["name"] for tag in record["tags"]}
    for stored, sent in zip(dataset["resources"], record.get("resources", []), strict=True):
        for key, value in sent.items():
            assert stored[key] == value, key


@pytest.mark.parametrize("kind", TYPES)
def test_a_full_record_of_each_type_comes_back_as_it_was(office, kind):
    record = full(kind)
    dataset = office.create(record)
    same(dataset, record)
    shown = office.call("package_show", id=dataset["id"])
    same(shown, record)
    # and through an update of what was shown
    shown["notes"] = "ปรับปรุงแล้ว"
    same(office.call("package_update", **shown), {**record, "notes": "ปรับปรุงแล้ว"})


def test_the_mandatory_items_alone_are_enough(office):
    assert office.create(mandatory())["state"] == "active"


def test_every_missing_item_is_named_at_once_in_thai(office):
    errors = errors_of(office.create, {})
    for field, number in ITEM_FIELDS.items():
        assert f"รายการบังคับที่ {number} จาก 14" in " ".join(errors[field]), field
    errors = errors_of(office.call, "package_create", owner_org="", private=True, **mandatory())
    assert list(errors) == ["owner_org"]


def test_blank_is_not_present(office):
    for field in ITEM_FIELDS:
        for blank in (None, "", "   ", "-"):
            if field != "tag_string":
                errors = errors_of(office.create, mandatory(**{field: blank}))
                assert list(errors) == [field], (field, blank)


def test_license_not_specified_is_not_present(office):
    errors = errors_of(office.create, mandatory(license_id="License not specified"))
    assert "License not specified" in errors["license_id"][0]


def test_the_interval_is_not_asked_for_units_without_one(office):
    for unit in ("ตามเวลาจริง", "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล", "ไม่ทราบ"):
        office.create(mandatory(update_frequency_unit=unit, update_frequency_interval=None))


def test_the_interval_is_asked_for_the_others(office):
    errors = errors_of(office.create, mandatory(update_frequency_interval=None))
    assert list(errors) == ["update_frequency_interval"]


STORED = [
    ("data_type", "ข้อมูลรายทะเบียน", "ข้อมูลระเบียน"),
    ("objective", "พันธกิจหน่วยงาน", ["พันธกิจหน่วยงาน"]),
    ("objective", "พันธกิจหน่วยงาน,มติคณะรัฐมนตรี", ["พันธกิจหน่วยงาน", "มติคณะรัฐมนตรี"]),
    ("data_format", '["CSV", "PDF"]', ["CSV", "PDF"]),
    ("update_frequency_interval", "๓", "3"),
    (
        "license_id",
        "Creative Commons Non-Commercial (Any)",
        "Creative Commons Non-Commercial (Any)",
    ),
    (
        "license_id",
        "Creative Commons Attribution Share-Alike",
        "Creative Commons Attribution Share-Alike",
    ),
    ("data_classification", "ชั้นเปิดเผย", "เปิดเผย"),
    ("last_updated_date", "2568-07-09", "2025-07-09"),
    ("first_year_of_data", "๒๕๖๐", "2560"),
    ("high_value_dataset", "", ""),
    ("high_value_dataset", True, "True"),
    ("disaggregate", [], []),
    ("data_language", "ไทย", ["ไทย"]),
    ("linkage_method", ["API"], ["API"]),
    ("accessible_condition", "", ""),
]

REFUSED = [
    ("data_type", "แบบไหนก็ได้", "แบบไหนก็ได้"),
    ("objective", ["พันธกิจหน่วยงาน", "อยากทำ"], "อยากทำ"),
    ("update_frequency_unit", "ทศวรรษ", "ทศวรรษ"),
    ("title", "ก" * 151, "150"),
    ("maintainer", "ก" * 151, "150"),
    ("maintainer_email", "x" * 45 + "@go.th", "50"),
    ("maintainer_email", "กลุ่มงาน", "กลุ่มงาน"),
    ("notes", "ก" * 1001, "1000"),
    ("data_source", "ก" * 201, "200"),
    ("url", "www.example.go.th", "www.example.go.th"),
    ("reference_url_catalog", "ไม่มี", "ไม่มี"),
    ("high_value_dataset", "yes", "yes"),
    ("first_year_of_data", "2017", "พุทธศักราช"),
    ("last_year_of_data", "67", "67"),
    ("last_updated_date", "9/7/68", "9/7/68"),
    ("west_bound_longitude", "190", "190"),
    ("south_bound_longitude", "-91", "-91"),
    ("linkage_status", "เสร็จ", "เสร็จ"),
]


CONTRADICTIONS = [
    ({"objective": ["อื่นๆ"]}, "objective_other", "อื่นๆ"),
    ({"license_id": "อื่นๆ"}, "license_id_other", "อื่นๆ"),
    ({"geo_coverage": "อื่นๆ", "geo_coverage_other": "-"}, "geo_coverage_other", "อื่นๆ"),
    ({"data_type": "ข้อมูลประเภทอื่นๆ"}, "data_type_other", "ข้อมูลประเภทอื่นๆ"),
    ({"data_classification": "ลับ"}, "data_classification", "ข้อมูลสาธารณะ"),
    (
        {"data_category": "ข้อมูลความมั่นคง", "data_classification": "เปิดเผย"},
        "data_classification",
        "ลับมาก",
    ),
    (
        {"west_bound_longitude": "100", "east_bound_longitude": "99"},
        "west_bound_longitude",
        "100",
    ),
    (
        {"south_bound_longitude": "19", "north_bound_longitude": "18"},
        "south_bound_longitude",
        "19",
    ),
    ({"first_year_of_data": "2568", "last_year_of_data": "2560"}, "first_year_of_data", "2568"),
    (
        {"data_category": "ข้อมูลความมั่นคง", "data_classification": "ลับ"},
        "license_id",
        "Open Data Common",
    ),
    ({"data_category": "ข้อมูลความลับทางราชการ"}, "license_id", "Open Data Common"),
    (
        {"data_category": "ข้อมูลใช้ภายใน", "license_id": "Creative Commons Attributions"},
        "license_id",
        "Non-Commercial",
    ),
]


def test_stored_as(office):
    for field, sent, stored in STORED:
        assert office.create(mandatory(**{field: sent}))[field] == stored, (field, sent)


def test_refused_because(office):
    for field, sent, because in REFUSED:
        errors = errors_of(office.create, mandatory(**{field: sent}))
        assert list(errors) == [field], (field, sent)
        assert because in errors[field][0], (field, sent)
        assert any(ord(letter) in THAI for letter in errors[field][0]), (field, sent)


def test_fields_that_contradict_each_other(office):
    for changes, field, because in CONTRADICTIONS:
        errors = errors_of(office.create, mandatory(**changes))
        assert list(errors) == [field], changes
        assert because in errors[field][0], changes


def test_resources_are_checked_too(office):
    errors = errors_of(
        office.create,
        mandatory(
            resources=[
                {"url": "https://example.go.th/a.csv", "name": "ก", "format": "CSV"},
                {"url": "https://example.go.th/data", "resource_last_year_of_data": "2025"},
                {
                    "url": "https://example.go.th/b.csv",
                    "name": "ข",
                    "resource_disaggregate": ["อื่นๆ"],
                },
            ]
        ),
    )
    first, second, third = errors["resources"]
    assert not first
    assert set(second) == {"name", "format", "resource_last_year_of_data"}
    assert set(third) == {"resource_disaggregate_other"}


class TestTags:
    def test_thai_tags(self, office):
        tags = ["สถิติ", "ท่องเที่ยว", "น้ำ", "กำลังแรงงาน"]
        dataset = office.create(mandatory(tags=[{"name": name} for name in tags]))
        assert sorted(tag["name"] for tag in dataset["tags"]) == sorted(tags)

    def test_tag_string(self, office):
        dataset = office.create(mandatory(tags=None, tag_string="น้ำ，ท่องเที่ยว, สถิติ"))
        assert sorted(t["name"] for t in dataset["tags"]) == sorted(["น้ำ", "ท่องเที่ยว", "สถิติ"])

    def test_refused(self, office):
        for tag in ("#กำลังแรงงานรวม", "a@b", "ขึ้นบรรทัด\n", "ก"):
            errors = errors_of(office.create, mandatory(tags=[{"name": "น้ำ"}, {"name": tag}]))
            assert "คำสำคัญ" in errors["tags"][0], tag

    def test_every_wrong_tag_of_a_tag_string(self, office):
        errors = errors_of(office.create, mandatory(tags=None, tag_string="#หนึ่ง, ดี, a@b"))
        assert len(errors["tag_string"]) == 2


class TestNames:
    def test_a_thai_title_makes_a_name(self, office):
        first = office.create(mandatory(title="จำนวนนักท่องเที่ยว"))
        second = office.create(mandatory(title="จำนวนนักท่องเที่ยว", name=" "))
        assert first["name"] == "chamnuan-nakthongthiao"
        assert second["name"] == "chamnuan-nakthongthiao-2"

    def test_a_deleted_dataset_keeps_its_name(self, office):
        office.call("package_delete", id=office.create(mandatory(title="สถิติ"))["id"])
        assert office.create(mandatory(title="สถิติ"))["name"] == "sathiti-2"

    def test_an_update_without_a_name_keeps_it(self, office):
        dataset = office.create(mandatory(name="ours"))
        dataset.pop("name")
        assert office.call("package_update", **dataset)["name"] == "ours"

    def test_a_given_name_is_checked(self, office):
        assert "name" in errors_of(office.create, mandatory(name="ชื่อไทย"))


class TestDrafts:
    def test_an_editor_saves_a_draft_with_almost_nothing(self, office):
        draft = office.create({"state": "draft"})
        assert draft["state"] == "draft"
        assert draft["name"].startswith("dataset")

    def test_publishing_a_draft_demands_the_items(self, office):
        draft = office.create({"state": "draft", "title": "ร่าง"})
        errors = errors_of(office.call, "package_patch", id=draft["id"], state="active")
        assert set(errors) == set(ITEM_FIELDS) - {"title"}
        done = office.call("package_patch", id=draft["id"], state="active", **mandatory())
        assert done["state"] == "active"

    def test_what_a_draft_says_is_checked(self, office):
        errors = errors_of(office.create, {"state": "draft", "first_year_of_data": "2017"})
        assert set(errors) == {"first_year_of_data"}

    def test_a_malformed_address_of_a_file_is_refused_on_a_draft_too(self, office):
        for address in ("ftp:/ผิด", "http://", "javascript:alert(1)", "www.example.go.th/a b"):
            errors = errors_of(
                office.create, {"state": "draft", "resources": [{"url": address, "name": "ก"}]}
            )
            assert list(errors) == ["resources"], address
            assert address in errors["resources"][0]["url"][0]
        draft = office.create({"state": "draft", "resources": [{"name": "ยังไม่มีที่อยู่"}]})
        assert draft["resources"][0]["name"] == "ยังไม่มีที่อยู่"

    def test_publishing_a_draft_checks_files_that_did_not_change_too(self, office):
        file = {"url": "https://example.go.th/a", "resource_disaggregate": ["อื่นๆ"]}
        draft = office.create(mandatory(state="draft", resources=[file]))
        for change in ({"state": "active"}, {"state": "active", "private": True}):
            errors = errors_of(office.call, "package_patch", id=draft["id"], **change)
            assert set(errors["resources"][0]) == {"name", "format", "resource_disaggregate_other"}
        file.update(name="ก", format="CSV", resource_disaggregate_other="กลุ่มอาชีพ")
        done = office.call("package_patch", id=draft["id"], state="active", resources=[file])
        assert done["state"] == "active"

    def test_making_it_public_checks_them_too(self, office):
        dataset, _ = office.import_(
            mandatory(private=True, resources=[{"url": "https://example.go.th/a"}])
        )
        shown = office.call("package_patch", id=dataset["id"], notes="ยังเป็นส่วนตัว")
        assert shown["notes"] == "ยังเป็นส่วนตัว"
        errors = errors_of(office.call, "package_patch", id=dataset["id"], private=False)
        assert set(errors["resources"][0]) == {"name", "format"}

    def test_other_states_cannot_be_set_on_creation(self, office):
        assert office.create(mandatory(state="deleted"))["state"] == "active"
        assert "state" in errors_of(office.create, mandatory(state="hidden"))


class TestImporting:
    def test_an_older_record_is_accepted_with_warnings(self, office):
        record = {
            "title": "เก่า",
            "data_type": "ข้อมูลสมัยเก่า",
            "objective": ["ยุทธศาสตร์ชาติ", "เหตุผลเก่า"],
            "license_id": "License not specified",
            "maintainer": "-",
            "data_category": "ข้อมูลสาธารณะ",
            "data_classification": "ลับ",
            "first_year_of_data": "2017",
            "tags": [{"name": "#แท็กเก่า"}],
        }
        dataset, warnings = office.import_(record)
        same(dataset, record)
        warned = {warning["field"] for warning in warnings}
        assert {"data_type", "objective", "license_id", "data_classification"} <= warned
        assert {"maintainer", "first_year_of_data", "notes", "tags"} <= warned
        assert all(warning["message"].text("th") for warning in warnings)

    def test_a_licence_that_contradicts_the_level_is_a_warning(self, office):
        record = mandatory(data_category="ข้อมูลความมั่นคง", data_classification="ลับ")
        dataset, warnings = office.import_(record)
        same(dataset, record)
        assert [warning["field"] for warning in warnings] == ["license_id"]

    def test_a_malformed_address_of_a_file_is_a_warning(self, office):
        file = {"url": "ftp:/ผิด", "name": "ก", "format": "CSV"}
        dataset, warnings = office.import_(mandatory(resources=[file]))
        assert [warning["field"] for warning in warnings] == ["resources.0.url"]
        assert dataset["resources"][0]["url"] == "ftp:/ผิด"

    def test_a_bad_name_is_mended(self, office):
        dataset, warnings = office.import_({"name": "WEATHER_SRG02", "title": "x"})
        assert dataset["name"] == "weather_srg02"
        assert "name" in {warning["field"] for warning in warnings}

    def test_clients_cannot_ask_for_it(self, office, app):
        for where in ({"pcio_import": True}, {"context": {"pcio_import": True}}):
            answer = app.post(
                "/api/3/action/package_create",
                json={"title": "x", "owner_org": office.organization["id"], **where},
                headers=office.env,
            )
            assert answer.status_code == 409

    def test_files_can_be_added_to_an_incomplete_dataset(self, office):
        dataset, _ = office.import_(
            {"title": "เก่า", "data_type": "แบบเก่า", "tags": [{"name": "#เก่า"}]}
        )
        resource = office.call(
            "resource_create",
            package_id=dataset["id"],
            url="https://example.go.th/a.csv",
            name="ก",
            format="CSV",
        )
        office.call("resource_patch", id=resource["id"], description="ข")
        shown = office.call("package_show", id=dataset["id"])
        assert [r["name"] for r in shown["resources"]] == ["ก"]
        assert shown["data_type"] == "แบบเก่า"

    def test_tables_can_be_loaded_into_an_incomplete_dataset(self, office):
        dataset, _ = office.import_(
            {
                "title": "เก่า",
                "data_type": "แบบเก่า",
                "resources": [
                    {"url": "https://example.go.th/a.csv", "resource_last_year_of_data": "2017"}
                ],
            }
        )
        columns = {"fields": [{"id": "ปี"}], "records": [{"ปี": "2567"}], "force": True}
        first = dataset["resources"][0]["id"]
        office.call("datastore_create", resource_id=first, **columns)
        office.call("datastore_create", resource={"package_id": dataset["id"]}, **columns)
        shown = office.call("package_show", id=dataset["id"])
        assert [r["datastore_active"] for r in shown["resources"]] == [True, True]

    def test_an_incomplete_dataset_can_be_taken_back_but_not_published_again(self, office):
        dataset, _ = office.import_({"title": "เก่า", "data_type": "แบบเก่า", "private": False})
        assert office.call("package_patch", id=dataset["id"], private=True)["private"] is True
        assert "notes" in errors_of(office.call, "package_patch", id=dataset["id"], private=False)
        assert office.call("package_patch", id=dataset["id"], state="draft")["state"] == "draft"
        assert "notes" in errors_of(office.call, "package_patch", id=dataset["id"], state="active")

    def test_but_editing_it_demands_the_items(self, office):
        dataset, _ = office.import_({"title": "เก่า", "data_type": "แบบเก่า"})
        errors = errors_of(office.call, "package_patch", id=dataset["id"], title="ใหม่")
        assert {"data_type", "maintainer", "notes"} <= set(errors)


def test_messages_follow_the_language(office, app):
    for prefix, words in (("", "ไม่อยู่ในรายการค่าของมาตรฐาน"), ("/en", "is not one of the values")):
        answer = app.post(
            f"{prefix}/api/3/action/package_create",
            json={**mandatory(data_type="x"), "owner_org": office.organization["id"]},
            headers=office.env,
        )
        assert words in answer.json["error"]["data_type"][0]


def test_nothing_is_written_when_refused(office):
    before = model.Session.query(model.Package).count()
    errors_of(office.create, mandatory(notes=None))
    assert model.Session.query(model.Package).count() == before


def test_a_sysadmin_is_asked_for_the_same(office):
    with pytest.raises(tk.ValidationError):
        helpers.call_action("package_create", title="x", owner_org=office.organization["id"])
