"""Refusal and acceptance tables: value -> stored as, or refused because."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard import values
from ckanext.pcio.standard.vocabulary import vocabulary


def term(value):
    return values.term(vocabulary("data_type"), value)


def terms(value):
    return values.terms(vocabulary("data_format"), value)


def level(value):
    return values.term(vocabulary("data_classification"), value)


def license_id(value):
    return values.term(vocabulary("license_id"), value)


def interval(value):
    return values.whole_number(value, 1, 9999)


def longitude(value):
    return values.coordinate(value, -180, 180)


def title(value):
    return values.text(value, 150)


def email(value):
    return values.email(value, 50)


ACCEPTED = [
    (title, "  ก\u200b ", "ก"),
    (title, "น้ํา", "น้ำ"),
    (title, 2567, "2567"),
    (title, "   ", ""),
    (term, "ข้อมูลสถิติ", "ข้อมูลสถิติ"),
    (term, "สถิติ", "ข้อมูลสถิติ"),
    (term, "ข้อมูลรายทะเบียน", "ข้อมูลระเบียน"),
    (term, ["ข้อมูลสถิติ"], "ข้อมูลสถิติ"),
    (term, "", ""),
    (terms, ["CSV", "XLS"], ["CSV", "XLS"]),
    (terms, "CSV", ["CSV"]),
    (terms, "CSV, XLS", ["CSV", "XLS"]),
    (terms, '["CSV", "อื่นๆ"]', ["CSV", "อื่นๆ"]),
    (terms, "อื่น ๆ", ["อื่นๆ"]),
    (terms, ["CSV", "csv", ""], ["CSV"]),
    (terms, [], []),
    (terms, "", []),
    (level, "เผยแพร่ภายในองค์กร", "ชั้นเผยแพร่ภายในองค์กร"),
    (level, "ชั้นลับ", "ลับ"),
    (
        license_id,
        "Creative Commons Attribution No-Derivs",
        "Creative Commons Attribution No-Derivs",
    ),
    (license_id, "GNU Free Documentation License", "GNU Free Documentation License"),
    (license_id, "License not specified", "License not specified"),
    (values.boolean, "True", "True"),
    (values.boolean, "False", "False"),
    (values.boolean, "", ""),
    (values.boolean, "true", "True"),
    (values.boolean, False, "False"),
    (interval, "1", "1"),
    (interval, "๑๒", "12"),
    (interval, 3, "3"),
    (interval, "", ""),
    (longitude, "98.9123", "98.9123"),
    (longitude, "๙๘.๕", "98.5"),
    (longitude, 100, "100"),
    (longitude, "-180", "-180"),
    (email, "data@example.go.th", "data@example.go.th"),
    (email, " test@test.local ", "test@test.local"),
    (values.url, "https://example.go.th/ชุดข้อมูล", "https://example.go.th/ชุดข้อมูล"),
    (values.url, "", ""),
    (values.year, "2568", "2568"),
    (values.year, "๒๕๖๘", "2568"),
    (values.year, 2568, "2568"),
    (values.year, "2500", "2500"),
    (values.year, "", ""),
    (values.iso_date, "2025-07-09", "2025-07-09"),
    (values.iso_date, "2568-07-09", "2025-07-09"),
    (values.iso_date, "๒๕๖๘-๐๗-๐๙", "2025-07-09"),
    (values.iso_date, "2567-02-29", "2024-02-29"),
    (values.iso_date, "2025-07-09T10:00:00", "2025-07-09"),
    (values.iso_date, "9 กรกฎาคม 2568", "2025-07-09"),
    (values.iso_date, "31/12/2568", "2025-12-31"),
    (values.iso_date, "", ""),
]

REFUSED = [
    (title, "ก" * 151, "150"),
    (title, {"th": "ก"}, "ต้องเป็นข้อความ"),
    (term, "ข้อมูลอะไรก็ไม่รู้", "ข้อมูลระเบียน, ข้อมูลสถิติ"),
    (term, ["ข้อมูลสถิติ", "ข้อมูลระเบียน"], "ไม่อยู่ในรายการ"),
    (terms, ["CSV", "กระดาษ", "หิน"], '“กระดาษ", "หิน”'),
    (terms, {"CSV": 1}, "ไม่อยู่ในรายการ"),
    (license_id, "MIT", "Open Data Common"),
    (values.boolean, "yes", "True"),
    (values.boolean, "ใช่", "ใช่"),
    (interval, "0", "1 ถึง 9999"),
    (interval, "สาม", "จำนวนเต็ม"),
    (interval, "1.5", "จำนวนเต็ม"),
    (interval, True, "จำนวนเต็ม"),
    (longitude, "181", "-180 ถึง 180"),
    (longitude, "98,5", "พิกัด"),
    (longitude, "nan", "พิกัด"),
    (email, "data", "อีเมล"),
    (email, "-", "อีเมล"),
    (email, "a@b", "อีเมล"),
    (email, "a@example.go.th, b@example.go.th", "อีเมล"),
    (email, "a" * 50 + "@x.th", "50"),
    (values.url, "www.example.go.th", "http://"),
    (values.url, "javascript:alert(1)", "http://"),
    (values.url, "http://", "http://"),
    (values.url, "http://[::1", "http://"),
    (values.url, "https://a\x01b.example/", "http://"),
    (values.url, "https://x\ufffe.example/", "http://"),
    (values.url, "https://x.example/\u202egro.knab", "http://"),
    (values.url, f"https://{'a' * 64}.example/", "http://"),
    (values.url, "https://a..example/", "http://"),
    (values.year, "2025", "พุทธศักราช"),
    (values.year, "68", "พุทธศักราช"),
    (values.year, "2567-2568", "พุทธศักราช"),
    (values.year, "3000", "พุทธศักราช"),
    (values.iso_date, "09/07/2025", "09/07/2025"),
    (values.iso_date, "9/7/68", "9/7/68"),
    (values.iso_date, "2025-02-30", "2025-02-30"),
    (values.iso_date, "1482-01-01", "1482"),
    (values.iso_date, "เมื่อวาน", "เมื่อวาน"),
]


@pytest.mark.parametrize(("read", "value", "stored"), ACCEPTED)
def test_accepted(read, value, stored):
    assert read(value) == stored


@pytest.mark.parametrize(("read", "value", "because"), REFUSED)
def test_refused(read, value, because):
    with pytest.raises(values.Refused) as refused:
        read(value)
    assert because in refused.value.message.text("th")
    assert refused.value.message.text("en") != refused.value.message.text("th")


@given(
    st.sampled_from([read for read, *_ in ACCEPTED]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
        ),
        max_leaves=4,
    ),
)
def test_anything_is_stored_or_refused_with_a_sentence(read, value):
    try:
        stored = read(value)
    except values.Refused as refused:
        message, kept = refused.message, refused.kept
    else:
        assert read(stored) == stored
        return
    assert message.text("th")
    assert isinstance(kept, (str, list))
