"""The 14 mandatory items: present, valid, and why not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.completeness import CODES, check, not_ok
from ckanext.pcio.standard.record import flat
from ckanext.pcio.standard.vocabulary import vocabulary

from .records import REAL, complete

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
# The field to fill for each item.
FIELD = {"owner_org": "owner_org", "update_frequency": "update_frequency_unit"}


def states(record):
    return {item.code: item.state for item in check(record)}


def problem(record):
    """The one item that is not ok."""
    (item,) = [item for item in check(record) if item.state != "ok"]
    return item


def test_a_complete_record_in_the_standards_order():
    items = check(complete())
    assert [(item.number, item.code) for item in items] == list(enumerate(CODES, 1))
    assert len(items) == 14
    assert {item.state for item in items} == {"ok"}
    assert all(item.reason is None for item in items)


def test_nothing_is_missing_everywhere():
    assert not_ok({}) == (CODES, ())
    assert all(item.reason.text("th") for item in check({}))


BLANKS = [..., None, "", " ", "\u00a0\u200b", "-", " – "]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    "field",
    [
        "data_type",
        "title",
        "maintainer",
        "maintainer_email",
        "notes",
        "objective",
        "update_frequency_unit",
        "geo_coverage",
        "data_source",
        "data_format",
        "data_category",
        "license_id",
    ],
)
def test_a_blank_is_missing(field, blank):
    item = problem(complete(**{field: blank}))
    assert item.state == "missing"
    assert item.reason.text("th")


@pytest.mark.parametrize("blank", [[], [""], ["-", None], "[]", '[""]'])
@pytest.mark.parametrize("field", ["objective", "data_format"])
def test_a_list_of_blanks_is_missing(field, blank):
    item = problem(complete(**{field: blank}))
    assert (item.code, item.state) == (field, "missing")


@pytest.mark.parametrize(
    ("changes", "code", "state", "said"),
    [
        ({"license_id": "License not specified"}, "license_id", "missing", "License not specified"),
        ({"license_id": "notspecified"}, "license_id", "missing", "License not specified"),
        ({"license_id": "Other (Attribution)"}, "license_id", "invalid", "Other (Attribution)"),
        ({"license_id": "อื่นๆ"}, "license_id", "invalid", "อื่นๆ"),
        ({"data_type": "ข้อมูลประเภทอื่นๆ"}, "data_type", "invalid", "ข้อมูลประเภทอื่นๆ"),
        ({"geo_coverage": "อื่น ๆ", "geo_coverage_other": "-"}, "geo_coverage", "invalid", "อื่นๆ"),
        ({"geo_coverage": "ดาวอังคาร"}, "geo_coverage", "invalid", "ดาวอังคาร"),
        ({"objective": ["ยุทธศาสตร์ชาติ", "ไปเที่ยว"]}, "objective", "invalid", "ไปเที่ยว"),
        ({"objective": ["อื่นๆ"]}, "objective", "invalid", "อื่นๆ"),
        ({"data_format": "CSV, กระดาษ"}, "data_format", "invalid", "กระดาษ"),
        ({"data_format": ["API"]}, "data_format", "invalid", "API"),
        ({"data_category": "ลับสุดยอด"}, "data_category", "invalid", "ลับสุดยอด"),
        (
            {"data_category": ["ข้อมูลสาธารณะ", "ข้อมูลส่วนบุคคล"]},
            "data_category",
            "invalid",
            "ข้อมูลส่วนบุคคล",
        ),
        ({"maintainer_email": "data(at)example"}, "maintainer_email", "invalid", "data(at)example"),
        ({"maintainer_email": "a@b.go.th, c@d.go.th"}, "maintainer_email", "invalid", "a@b.go.th"),
        ({"title": {"th": "ชื่อ"}}, "title", "invalid", "ชื่อ"),
        ({"notes": ["ก", "ข"]}, "notes", "invalid", "ก"),
        ({"update_frequency_unit": "รายปี"}, "update_frequency", "invalid", "รายปี"),
        ({"update_frequency_unit": "อื่นๆ"}, "update_frequency", "invalid", "อื่นๆ"),
        ({"update_frequency_interval": ""}, "update_frequency", "missing", "number"),
        ({"update_frequency_interval": "-"}, "update_frequency", "missing", "number"),
        ({"update_frequency_interval": "0"}, "update_frequency", "invalid", "0"),
        ({"update_frequency_interval": "ปีละครั้ง"}, "update_frequency", "invalid", "ปีละครั้ง"),
        ({"owner_org": "", "organization": None}, "owner_org", "missing", "required"),
        ({"owner_org": ..., "organization": {"title": "-"}}, "owner_org", "missing", "required"),
        ({"tags": []}, "tags", "missing", "required"),
        ({"tags": [{"name": " "}, "-", 5]}, "tags", "missing", "required"),
        ({"tags": ..., "tag_string": " , "}, "tags", "missing", "required"),
    ],
)
def test_one_item_is_not_ok_and_says_why(changes, code, state, said):
    item = problem(complete(**changes))
    assert (item.code, item.state) == (code, state)
    assert said in item.reason.text("en")
    assert item.reason.text("th") != item.reason.text("en")


@pytest.mark.parametrize(
    "changes",
    [
        {"geo_coverage": "ไม่มี"},
        {"geo_coverage": "อื่นๆ", "geo_coverage_other": "ลุ่มน้ำ"},
        {"data_type": "ข้อมูลประเภทอื่นๆ", "data_type_other": "เอกสาร"},
        {"data_type": "ข้อมูลรายทะเบียน"},
        {"objective": "พันธกิจหน่วยงาน"},
        {"objective": "พันธกิจหน่วยงาน, กฎหมายที่เกี่ยวข้อง"},
        {"objective": json.dumps(["พันธกิจหน่วยงาน"])},
        {"objective": json.dumps(["พันธกิจหน่วยงาน"], ensure_ascii=False)},
        {"objective": ["อื่นๆ"], "objective_other": "วิจัย"},
        {"objective": ["ไม่ทราบ"]},
        {"data_format": "XLS/XLSX"},
        {"tags": ["ท่องเที่ยว"]},
        {"tags": ..., "tag_string": "#แรงงาน,กำลังแรงงาน"},
        {"owner_org": ...},
        {"organization": ...},
        {"organization": "tourism", "owner_org": ""},
        {"update_frequency_interval": 1},
        {"update_frequency_interval": "๑"},
        {"update_frequency_interval": 1.0},
        {"update_frequency_unit": "ตามเวลาจริง", "update_frequency_interval": ...},
        {"update_frequency_unit": "ไม่ทราบ", "update_frequency_interval": ""},
        {
            "update_frequency_unit": "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล",
            "update_frequency_interval": "-",
        },
        {"update_frequency_unit": "อื่นๆ", "update_frequency_unit_other": "ตามรอบสำรวจ"},
        {"license_id": "GNU Free Documentation License"},
        {"license_id": "Creative Commons Attribution No-Derivs"},
        {"license_id": "อื่นๆ", "license_id_other": "ตามระเบียบจังหวัด"},
        {"data_category": "ข้อมูลใช้ภายใน"},
        {"data_category": ["ข้อมูลสาธารณะ"]},
        {"data_classification": ...},
    ],
)
def test_what_counts_as_present_and_valid(changes):
    assert not_ok(complete(**changes)) == ((), ())


@pytest.mark.parametrize("unit", [t.value for t in vocabulary("update_frequency_unit").terms])
def test_the_interval_is_asked_for_every_unit_but_three(unit):
    record = complete(
        update_frequency_unit=unit, update_frequency_unit_other="x", update_frequency_interval=""
    )
    exempt = vocabulary("update_frequency_unit").find(unit).key in {"realtime", "never", "unknown"}
    assert states(record)["update_frequency"] == ("ok" if exempt else "missing")


def test_fields_among_the_extras_count():
    record = complete()
    extras = [{"key": "data_source", "value": record.pop("data_source")}]
    extras += [{"key": "objective", "value": json.dumps(record.pop("objective"))}, "junk", {}]
    assert not_ok(flat({**record, "extras": extras})) == ((), ())
    assert states({**record, "extras": extras})["objective"] == "ok"


def test_a_stated_field_is_not_replaced_by_an_extra():
    record = complete(geo_coverage="จังหวัด", extras=[{"key": "geo_coverage", "value": "ผิด"}])
    assert states(record)["geo_coverage"] == "ok"
    blank = complete(geo_coverage="", extras=[{"key": "geo_coverage", "value": "จังหวัด"}])
    assert states(blank)["geo_coverage"] == "ok"


@given(st.sets(st.sampled_from(CODES)), st.sampled_from(CODES))
def test_filling_an_item_never_lowers_completeness(blank, filled):
    fields = {FIELD.get(code, code) for code in blank}
    before = complete(**dict.fromkeys(fields, ""))
    if "owner_org" in blank:
        before["organization"] = None
    full = complete()
    field = FIELD.get(filled, filled)
    after = {**before, field: full[field]}
    ok_before = {code for code, state in states(before).items() if state == "ok"}
    ok_after = {code for code, state in states(after).items() if state == "ok"}
    assert ok_before | {filled} == ok_after


@given(
    st.dictionaries(st.sampled_from([*complete(), "extras", "tag_string", "objective_other"]), JSON)
)
def test_no_json_makes_it_raise(changes):
    items = check({**complete(), **changes})
    assert [item.code for item in items] == list(CODES)
    assert all((item.state == "ok") == (item.reason is None) for item in items)
    missing, invalid = not_ok(flat({**complete(), **changes}))
    assert missing == tuple(i.code for i in items if i.state == "missing")
    assert invalid == tuple(i.code for i in items if i.state == "invalid")


@pytest.mark.parametrize("record", REAL, ids=lambda record: record["_id"])
def test_what_a_real_record_does_not_show_is_missing_and_nothing_it_shows_is(record):
    found = states(record)
    renamed = {"tag_string": "tags", "update_frequency_unit": "update_frequency"}
    for field in record["_mandatory_not_visible"]:
        if field == "owner_org" and record.get("organization"):
            continue
        if field != "update_frequency_interval":
            assert found[renamed.get(field, field)] == "missing"
    for code in CODES:
        stated = record.get({"tags": "tag_string"}.get(code, code))
        if stated and stated != "License not specified":
            assert found[code] == "ok", code


@pytest.mark.parametrize("address", ["a@b.go.th", "Data.Center+1@example.co.th"])
def test_an_email(address):
    assert states(complete(maintainer_email=address))["maintainer_email"] == "ok"


@pytest.mark.parametrize("address", ["", "a@b", "@b.go.th", "a b@c.go.th", "ก@ข.ไทย", "a@b.go.th."])
def test_no_email(address):
    assert states(complete(maintainer_email=address))["maintainer_email"] != "ok"
