"""Facts from a package dict: nothing invented, every oddity reported, no input that raises."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset, summary
from ckanext.pcio.catalog.facts import UNREADABLE, DatasetFacts
from ckanext.pcio.catalog.oddity_messages import MESSAGES, oddity_message
from ckanext.pcio.standard.openness import UnknownStarTableError
from ckanext.pcio.standard.vocabulary import vocabulary
from tests.standard.records import REAL, complete

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["-", "", "True", "2566-05-02", "2567", "ลับ", "[]", '["CSV"]', "\ud800", "\x00"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
RESOURCE_FIELDS = (
    *("id", "name", "description", "format", "mimetype", "url", "state", "datastore_active"),
    *("datastore_fields", "resource_type", "resource_last_updated_date", "created"),
    *("resource_first_year_of_data", "resource_last_year_of_data", "resource_disaggregate"),
)
RESOURCES = st.lists(st.dictionaries(st.sampled_from(RESOURCE_FIELDS), JSON) | JSON, max_size=3)


def facts(record=None, site_url=None, **changes) -> DatasetFacts:
    return facts_from_dataset(
        record if record is not None else complete(**changes), FactsSettings(), site_url
    )


def odd(found):
    return {(o.code, o.field) for o in found.oddities}


def codes(found):
    return {o.code for o in found.oddities}


def resource(**fields):
    return {"id": "r", "name": "ข้อมูล", "format": "CSV", "url": "https://x/y", **fields}


def column(**info):
    return {"id": "amount", "type": "numeric", "info": info}


def test_a_typical_record():
    found = facts(site_url="https://data.example.go.th/")
    assert found == DatasetFacts(
        id="0d4c4f2e-6a0f-4b7b-9f0e-0c8e6a9b1f10",
        name="tourists-by-district",
        title="จำนวนนักท่องเที่ยวรายอำเภอ",
        summary="จำนวนนักท่องเที่ยวชาวไทยและชาวต่างประเทศ จำแนกรายอำเภอ",
        organization="tourism",
        organization_title="สำนักงานตัวอย่าง",
        state="active",
        private=False,
        data_type="statistics",
        category="public",
        level="open",
        own=True,
        high_value=False,
        missing=(),
        invalid=(),
        stars=3,
        structured=True,
        machine_readable=True,
        dictionary=False,
        open_license=True,
        last_updated=date(2024, 1, 15),
        frequency_unit="year",
        frequency_interval=1,
        due_on=date(2025, 1, 15),
        linkage_methods=(),
        linkage_status=None,
        datastore=False,
        source_database=None,
        url="https://data.example.go.th/dataset/tourists-by-district",
        resources=1,
        formats=("CSV",),
        oddities=found.oddities,
        described_files=0,
        rules_asked=2,
        rules_kept=2,
        declared_formats=1,
    )
    assert odd(found) == {("boolean_blank", "high_value_dataset")}


def test_fields_among_the_extras_are_read():
    record = complete()
    keys = ("data_type", "data_category", "last_updated_date", "high_value_dataset")
    record["extras"] = [{"key": key, "value": record.pop(key)} for key in keys]
    record["extras"][3]["value"] = "True"
    found = facts(record)
    assert (found.data_type, found.category, found.high_value) == ("statistics", "public", True)
    assert found.last_updated == date(2024, 1, 15)


@pytest.mark.parametrize(
    ("value", "private", "code"),
    [
        (True, True, None),
        (False, False, None),
        ("False", False, "private_as_text"),
        ("True", True, "private_as_text"),
        ("", False, "private_as_text"),
        (0, False, "private_as_text"),
        (1, True, "private_as_text"),
        (None, False, None),
        ("perhaps", True, "private_unreadable"),
        ([1], True, "private_unreadable"),
    ],
)
def test_private(value, private, code):
    found = facts(private=value)
    assert found.private is private
    assert {c for c in codes(found) if c.startswith("private")} == ({code} if code else set())


@pytest.mark.parametrize(
    ("value", "high", "code"),
    [
        ("True", True, None),
        ("true", True, None),
        (True, True, None),
        ("False", False, None),
        ("", False, "boolean_blank"),
        (" ", False, "boolean_blank"),
        (None, False, None),
        ("ไม่ใช่", False, "boolean_unreadable"),
        ("1", False, "boolean_unreadable"),
        ([], False, "boolean_unreadable"),
    ],
)
def test_a_blank_never_becomes_true(value, high, code):
    found = facts(high_value_dataset=value)
    assert found.high_value is high
    assert {c for c in codes(found) if c.startswith("boolean")} == ({code} if code else set())


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({"last_updated_date": "2566-05-02"}, date(2023, 5, 2)),
        ({"last_updated_date": "13 ธันวาคม 2566"}, date(2023, 12, 13)),
        ({"last_updated_date": ""}, date(2024, 1, 15)),
        ({"last_updated_date": "02/05/2023"}, date(2024, 1, 15)),
        ({"last_updated_date": "", "resources": []}, None),
        (
            {"last_updated_date": ..., "resources": [], "metadata_modified": "2024-01-01T00:00:00"},
            None,
        ),
        (
            {
                "last_updated_date": "",
                "resources": [
                    resource(resource_last_updated_date="2023-01-01"),
                    resource(resource_last_updated_date="1 กุมภาพันธ์ 2567"),
                    resource(resource_last_updated_date="2020-01-01"),
                ],
            },
            date(2024, 2, 1),
        ),
    ],
)
def test_last_update(changes, day):
    assert facts(**changes).last_updated == day


@pytest.mark.parametrize(
    ("value", "own"),
    [(..., True), ("", True), ("-", True), (None, True), ("https://data.go.th/dataset/x", False)],
)
def test_own(value, own):
    assert facts(reference_url_catalog=value).own is own


@pytest.mark.parametrize(
    ("value", "methods"),
    [
        (["API", "Web Service"], ("api", "web_service")),
        ("API", ("api",)),
        ("API, GDX", ("api", "gdx")),
        (json.dumps(["การถ่ายโอนไฟล์"]), ("file_transfer",)),
        (["การส่งไฟล์", "โทรสาร"], ("file_transfer",)),
        ("", ()),
        (None, ()),
        ({"API": 1}, ()),
    ],
)
def test_linkage_methods(value, methods):
    assert facts(linkage_method=value).linkage_methods == methods


def test_the_datastore_counts_as_an_api_only_by_setting():
    record = complete(resources=[resource(datastore_active=True)])
    assert facts(record).linkage_methods == ()
    assert facts(record).datastore
    by_setting = facts_from_dataset(record, FactsSettings(datastore_counts_as_api=True))
    assert by_setting.linkage_methods == ("api",)
    assert by_setting.ready_to_link


@pytest.mark.parametrize(
    ("resources", "dictionary"),
    [
        ([resource()], False),
        (
            [resource(datastore_fields=[{"id": "_id", "type": "int"}, column(notes="จำนวนเงิน")])],
            True,
        ),
        ([resource(datastore_fields=[column(label="จำนวนเงิน")])], True),
        ([resource(datastore_fields=[column(notes="จำนวนเงิน"), column(notes=" ")])], False),
        (
            [resource(datastore_fields=[{"id": "amount", "type": "", "info": {"notes": "จำนวน"}}])],
            False,
        ),
        (
            [
                resource(
                    datastore_fields=[{"id": "a", "info": {"notes": "ก", "type_override": "text"}}]
                )
            ],
            True,
        ),
        ([resource(datastore_fields=[{"id": "_id", "type": "int"}])], False),
        ([resource(datastore_fields=[])], False),
        ([resource(datastore_fields=[column(notes="ก")]), resource()], True),
        ([resource(), resource(name="พจนานุกรมข้อมูล", format="PDF")], True),
        ([resource(resource_type="data_dictionary")], True),
        ([resource(datastore_fields=[column(notes="ก")], state="deleted")], False),
        ([resource(_data_dictionary=[column(notes="ก")])], False),
    ],
)
def test_dictionary(resources, dictionary):
    assert facts(resources=resources).dictionary is dictionary


@pytest.mark.parametrize(
    ("resources", "formats", "stars", "structured", "readable"),
    [
        ([], (), 0, False, False),
        ([resource(format="PDF"), resource(format=".csv")], ("PDF", "CSV"), 3, True, True),
        ([resource(format="XLS/XLSX")], ("XLS", "XLSX"), 2, True, True),
        ([resource(format="PDF")], ("PDF",), 1, False, False),
        ([resource(format="API")], ("API",), 3, True, True),
        ([resource(format="", url="https://x/f.xlsx")], ("XLSX",), 2, True, True),
        # A dictionary in CSV does not make a PDF structured.
        ([resource(format="PDF"), resource(name="Data Dictionary")], ("PDF",), 1, False, False),
        ([resource(name="Data Dictionary")], ("CSV",), 3, True, True),
    ],
)
def test_files(resources, formats, stars, structured, readable):
    found = facts(resources=resources)
    assert (found.formats, found.stars) == (formats, stars)
    assert (found.structured, found.machine_readable) == (structured, readable)
    assert found.resources == len(resources)


def test_the_star_table_is_a_setting():
    record = complete(resources=[resource(format="API")])
    assert facts_from_dataset(record, FactsSettings(star_table="nectec")).stars == 0
    with pytest.raises(UnknownStarTableError):
        facts_from_dataset(record, FactsSettings(star_table="mine"))


def test_grace_days_move_the_due_date():
    found = facts_from_dataset(complete(), FactsSettings(grace_days=10))
    assert found.due_on == date(2025, 1, 25)


@pytest.mark.parametrize(
    ("interval", "number", "code"),
    [
        ("2", 2, None),
        ("๒", 2, None),
        ("2 ปี", 2, "interval_in_words"),
        ("ปีละครั้ง", None, "interval_unreadable"),
        ("0.5", None, "interval_unreadable"),
        ("", None, None),
    ],
)
def test_interval(interval, number, code):
    found = facts(update_frequency_interval=interval)
    assert found.frequency_interval == number
    assert {c for c in codes(found) if c.startswith("interval")} == ({code} if code else set())


@pytest.mark.parametrize(
    ("changes", "site_url", "url"),
    [
        ({}, "https://portal.example", "https://portal.example/dataset/tourists-by-district"),
        (
            {"name": ""},
            "https://p/th/",
            "https://p/th/dataset/0d4c4f2e-6a0f-4b7b-9f0e-0c8e6a9b1f10",
        ),
        ({"name": "ก"}, "https://p", "https://p/dataset/%E0%B8%81"),
        ({}, None, "https://data.example.go.th/dataset/tourists-by-district"),
        ({"resources": [], "url": "https://x.go.th/about"}, None, "https://x.go.th/about"),
        ({"resources": [], "url": "javascript:alert(1)"}, None, ""),
        ({"resources": [resource(url="https://x/dataset/other/resource/1/f.csv")]}, None, ""),
    ],
)
def test_page(changes, site_url, url):
    assert facts(site_url=site_url, **changes).url == url


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": ""}, ("id_missing", "id")),
        ({"name": "WEATHER_SRG02"}, ("name_not_valid", "name")),
        ({"name": ""}, ("name_missing", "name")),
        ({"name": "gdpublish-lpd04"}, ("gdcatalog_copy", "name")),
        ({"state": "pending"}, ("state_unknown", "state")),
        ({"maintainer": "-"}, ("only_dash", "maintainer")),
        ({"data_source": " - "}, ("only_dash", "data_source")),
        ({"title": {"th": "ชื่อ"}}, ("text_expected", "title")),
        ({"title": "สถิติ"}, ("title_short", "title")),
        ({"title": "ก" * 151}, ("title_long", "title")),
        ({"title": "tourists-by-district"}, ("title_is_name", "title")),
        ({"notes": "test"}, ("notes_short", "notes")),
        ({"tags": [{"name": "#แรงงาน"}]}, ("tag_odd", "tags")),
        ({"tag_string": "แรงงาน,a@b"}, ("tag_odd", "tags")),
        ({"geo_coverage": "ดาวอังคาร"}, ("value_unknown", "geo_coverage")),
        ({"data_category": "ใช้ภายใน"}, ("value_unknown", "data_category")),
        ({"license_id": "Other (Attribution)"}, ("license_unknown", "license_id")),
        ({"license_id": "License not specified"}, ("license_not_specified", "license_id")),
        ({"license_id": "CC BY 4.0"}, ("other_spelling", "license_id")),
        ({"data_classification": "ชั้นลับ"}, ("other_spelling", "data_classification")),
        ({"objective": "พันธกิจหน่วยงาน"}, ("list_as_text", "objective")),
        ({"linkage_method": ["โทรสาร"]}, ("value_unknown", "linkage_method")),
        ({"accessible_condition": "GLO Public Used"}, ("condition_stated", "accessible_condition")),
        ({"data_collect": "บุคคล"}, ("field_of_other_type", "data_collect")),
        ({"west_bound_longitude": "98.9"}, ("field_of_other_type", "west_bound_longitude")),
        ({"unit_of_measure": "คน,ร้อยละ"}, ("several_units", "unit_of_measure")),
        ({"unit_of_measure": "คน"}, ("multiplier_blank", "unit_of_multiplier")),
        ({"last_updated_date": "2567-01-15"}, ("date_buddhist", "last_updated_date")),
        ({"last_updated_date": "15 ม.ค. 2567"}, ("date_in_words", "last_updated_date")),
        ({"last_updated_date": "15/1/2024"}, ("date_other_form", "last_updated_date")),
        ({"created_date": "02/05/2023"}, ("date_unreadable", "created_date")),
        ({"created_date": "2024-02-01"}, ("updated_before_created", "last_updated_date")),
        ({"first_year_of_data": "2500"}, ("year_placeholder", "first_year_of_data")),
        ({"first_year_of_data": "2020"}, ("year_gregorian", "first_year_of_data")),
        ({"last_year_of_data": "2566 (2023)"}, ("year_unreadable", "last_year_of_data")),
        ({"last_year_of_data": "2568"}, ("updated_before_last_year", "last_updated_date")),
        (
            {"first_year_of_data": "2566", "last_year_of_data": "2560"},
            ("years_reversed", "first_year_of_data"),
        ),
    ],
)
def test_oddities_of_a_dataset(changes, expected):
    assert expected not in odd(facts())
    assert expected in odd(facts(**changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"format": "API"}, ("format_api", "format")),
        ({"format": ""}, ("format_blank", "format")),
        ({"format": "ไฟล์"}, ("format_unknown", "format")),
        (
            {"resource_last_updated_date": "2020-01-01"},
            ("resource_older", "resource_last_updated_date"),
        ),
        (
            {"resource_last_updated_date": "2024-01-15", "created": "2024-03-01T00:00:00"},
            ("updated_before_uploaded", "resource_last_updated_date"),
        ),
        (
            {"resource_last_updated_date": "2024-01-15", "resource_created_date": "2024-03-01"},
            ("updated_before_created", "resource_last_updated_date"),
        ),
        (
            {"resource_data_release_calendar": "2021-07-01", "created": "2 มิถุนายน 2565"},
            ("released_before_uploaded", "resource_data_release_calendar"),
        ),
        ({"resource_disaggregate": ["สี"]}, ("value_unknown", "resource_disaggregate")),
        (
            {"resource_official_statistics": ""},
            ("boolean_blank", "resource_official_statistics"),
        ),
        (
            {"resource_accessible_condition": "ขอรหัสผ่าน"},
            ("condition_stated", "resource_accessible_condition"),
        ),
        ({"datastore_fields": [column()]}, ("dictionary_blank", "datastore_fields")),
    ],
)
def test_oddities_of_a_resource_say_which_one(changes, expected):
    code, field = expected
    found = facts(resources=[resource(), resource(**changes)])
    assert (code, f"resources.1.{field}") in odd(found)
    assert (code, f"resources.0.{field}") not in odd(found)


def test_every_oddity_has_a_sentence_in_both_languages():
    for code in MESSAGES:
        message = oddity_message(code)
        assert message.text("en").endswith(".")
        assert message.text("th") != message.text("en"), code


def test_every_oddity_is_reported_and_its_value_is_short():
    found = facts(resources=[resource(format="x" * 5000) for _ in range(500)])
    assert len([o for o in found.oddities if o.code == "format_unknown"]) == 500
    assert max(len(o.value) for o in found.oddities) <= 200


EXPECTED = {
    "R13": {"format_api", "date_in_words", "released_before_uploaded", "boolean_blank"},
    "R15": {"multiplier_blank", "updated_before_uploaded"},
    "R17": {"updated_before_last_year", "condition_stated"},
    "R19": {"license_not_specified", "year_placeholder", "updated_before_uploaded"},
    "R23": {"format_blank", "license_not_specified"},
    "R25": {"resource_older"},
    "R27": {"condition_stated", "other_spelling", "format_api"},
    "R35": {"name_not_valid", "license_not_specified", "title_is_name"},
    "R37": {"list_as_text", "boolean_blank", "private_as_text"},
    "R39": {"gdcatalog_copy"},
    "R41": {"tag_odd"},
}


@pytest.mark.parametrize("record", REAL, ids=lambda record: record["_id"])
def test_real_records(record):
    found = facts(record)
    assert codes(found) >= EXPECTED.get(record["_id"], set())
    assert codes(found) <= set(MESSAGES)
    # Nothing is invented.
    assert not found.high_value
    assert not found.private
    assert not found.dictionary
    assert found.category == ("public" if "data_category" in record else None)
    for path, day in record.get("_iso", {}).items():
        if path.endswith("resource_last_updated_date"):
            assert found.last_updated == date.fromisoformat(day)
    observed = {key for key in record if key.startswith("_")}
    bare = {key: value for key, value in record.items() if key not in observed}
    assert facts(bare) == found


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *complete(),
                "extras",
                *(
                    n
                    for n in (
                        "data_collect",
                        "linkage_method",
                        "linkage_status",
                        "tag_string",
                        "first_year_of_data",
                        "update_frequency_interval",
                        "unit_of_measure",
                        "created_date",
                    )
                ),
            ]
        ),
        JSON,
    ),
    RESOURCES,
)
@settings(max_examples=120, deadline=None)
def test_no_json_makes_it_raise(changes, resources):
    for record in ({**complete(), **changes}, {**complete(), **changes, "resources": resources}):
        found = facts(record)
        assert found.resources <= len(
            record["resources"] if isinstance(record["resources"], list) else []
        )
        json.dumps([found.title, found.name, found.url, found.summary], ensure_ascii=False).encode()
        assert not found.high_value or str(record["high_value_dataset"]).strip().lower() == "true"


@given(JSON)
def test_no_json_at_all_makes_it_raise(value):
    assert isinstance(facts_from_dataset(value, FactsSettings()), DatasetFacts)


def test_deep_nesting_does_not_raise():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    found = facts(objective=deep, title=deep, resources=[resource(format=deep)])
    assert isinstance(found, DatasetFacts)
    for name in complete():
        assert isinstance(facts(**{name: deep}), DatasetFacts), name
    for name in ("reference_url_catalog", "data_classification", "private", "linkage_method"):
        assert isinstance(facts(**{name: deep}), DatasetFacts), name
        assert isinstance(facts(extras=[{"key": name, "value": deep}]), DatasetFacts), name


@pytest.mark.parametrize("name", ["data_type", "data_category", "data_classification"])
def test_keys_come_from_the_vocabulary(name):
    attribute = {"data_category": "category", "data_classification": "level"}.get(name, name)
    for term in vocabulary(name).terms:
        assert getattr(facts(**{name: term.value}), attribute) == term.key
    unreadable = UNREADABLE if attribute == "level" else None
    assert getattr(facts(**{name: "ไม่มีค่านี้"}), attribute) == unreadable


@pytest.mark.parametrize("level", ["ลับเฉพาะที่ไม่มีในรายการ", 5, ["เปิดเผย", "ลับ"], "open", True])
def test_a_level_that_cannot_be_read_is_not_a_blank_one(level):
    found = facts(data_classification=level, linkage_method=["API"])
    assert found.level == UNREADABLE
    assert not found.disclosable
    assert not found.open
    assert not found.sharable


@pytest.mark.parametrize("level", ["", "-", "  ", [], [""], None, "\u00a0"])
def test_a_blank_level_of_a_public_dataset_is_open(level):
    found = facts(data_classification=level)
    assert found.level is None
    assert found.open


@pytest.mark.parametrize(
    ("notes", "plain"),
    [
        ("**ข้อมูล** ของ [กรม](https://x) <b>ใหม่</b>", "ข้อมูล ของ กรม ใหม่"),
        ("# หัวข้อ\n\n- ข้อหนึ่ง\n- ข้อสอง", "หัวข้อ ข้อหนึ่ง ข้อสอง"),
        ("", ""),
    ],
)
def test_summary_is_plain(notes, plain):
    assert summary(notes) == plain


def test_summary_is_short():
    assert len(summary("ก" * 1000)) == 300
