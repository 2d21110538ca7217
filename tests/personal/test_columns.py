"""A column as a whole: what its name says, what its values say, and what chance would say."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.standard.personal.findings import letter
from ckanext.pcio.standard.personal.rules import rules
from tests.personal import made
from tests.personal.made import csv, found

NAMES = [f"ชื่อ{n} สกุล{n}" for n in range(10)]
TITLED = [f"นางสาวชื่อ{'กขคงจฉชซฌญ'[n]} สกุล" for n in range(10)]


@pytest.mark.parametrize(
    "name",
    [
        *("ชื่อ-สกุล", "ชื่อ - นามสกุล", "ชื่อสกุล", "นามสกุล", "คำนำหน้า", "คำนำหน้าชื่อ", "ชื่อตัว"),
        *("ชื่อผู้ป่วย", "ชื่อ-สกุล ผู้สูงอายุ", "ชื่อนักเรียน", "ชื่อเกษตรกร"),
        *("First Name", "last_name", "surname", "FNAME", "full name", "chue-sakul", "namsakul"),
    ],
)
def test_columns_of_names(name):
    assert "person" in rules().column(name).kinds


@pytest.mark.parametrize(
    "name",
    [
        *("ชื่อสถานประกอบการ", "ชื่ออำเภอ", "ชื่อโครงการ", "ชื่อโรงเรียน", "ชื่อหมู่บ้าน", "ชื่อวัด"),
        *("ชื่อผลิตภัณฑ์", "ชื่อสกุลเงิน", "ชื่อวิทยาศาสตร์", "ชื่อตัวชี้วัด", "ชื่อชุดข้อมูล", "ชื่อแหล่งท่องเที่ยว"),
        *("project name", "company_name", "file name", "district", "ชื่อกลุ่มเกษตรกร"),
    ],
)
def test_columns_of_other_names(name):
    assert not rules().column(name).kinds & {"person", "perhaps_person"}


def test_a_column_named_only_name_is_of_people_where_titles_or_surnames_say_so():
    assert found(csv(["ชื่อ", *NAMES])) == {}
    assert found(csv(["ชื่อ", *TITLED])) == {("ชื่อ", "name"): (10, "likely")}
    beside = found(csv(["ชื่อ", *(["ก"] * 10)], ["นามสกุล", *(["ข"] * 10)]))
    assert set(beside) == {("ชื่อ", "name"), ("นามสกุล", "name")}


def test_titles_tell_of_people_whatever_the_column_is_called():
    assert found(csv(["รายการ", *TITLED])) == {("รายการ", "name"): (10, "likely")}


@pytest.mark.parametrize(
    "word", ["นายก เทศมนตรี เมือง", "นายอำเภอ เมือง โคราช", "นางรอง บุรีรัมย์ ไทย", "คุณภาพ ชีวิต ดี"]
)
def test_words_that_begin_like_a_title(word):
    assert found(csv(["รายการ", *([word] * 10)])) == {}


def test_names_of_people_in_office_hold_nothing():
    assert found(csv(["ชื่อผู้รับผิดชอบโครงการ", *TITLED]))[("ชื่อผู้รับผิดชอบโครงการ", "name")] == (10, "note")


def test_numbers_with_the_right_last_digit_are_ids():
    assert found(csv(["รหัส", *made.ids(20)])) == {("รหัส", "national_id"): (20, "certain")}


def test_one_id_is_enough_where_the_column_is_named_so():
    content = csv(["เลขประจำตัวประชาชน", made.ids(1)[0], "ไม่มี"])
    assert found(content) == {("เลขประจำตัวประชาชน", "national_id"): (1, "certain")}


def test_a_few_ids_among_companies_and_serial_numbers():
    """Companies' numbers do not dilute people's; among serial numbers many people's stand out."""
    companies = [f"0105536{n:06}" for n in range(200)]
    assert found(csv(["เลขผู้เสียภาษี", *companies])) == {}
    mixed = found(csv(["เลขผู้เสียภาษี", *companies, *made.ids(5)]))
    assert mixed == {("เลขผู้เสียภาษี", "national_id"): (5, "certain")}
    serial = [str(8850000000000 + n) for n in range(100)]
    among = found(csv(["รหัส", *serial, *made.ids(60)]))
    assert among[("รหัส", "national_id")][1] == "likely"


@given(
    start=st.integers(1_000_000_000_000, 8_000_000_000_000),
    step=st.integers(1, 1000).filter(lambda step: step % 2 and step % 5 and step % 11),
    number=st.integers(20, 400),
)
@settings(max_examples=60, deadline=None)
def test_serial_numbers_are_no_ids(start, step, number):
    serial = [str(start + n * step) for n in range(number)]
    assert found(csv(["รหัส", *serial])) == {}


@given(st.integers(0, 10**6), st.integers(20, 300))
@settings(max_examples=60, deadline=None)
def test_random_numbers_are_not_taken_for_ids_with_certainty(seed, number):
    """The seed is what is searched, so numbers are random however cleverly it is searched."""
    draw = random.Random(seed)
    numbers = [str(draw.randint(10**12, 9 * 10**12 - 1)) for _ in range(number)]
    assert ("รหัส", "national_id") not in found(csv(["รหัส", *numbers]))


def test_barcodes_are_no_ids():
    def ean(twelve: str) -> str:
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(twelve))
        return twelve + str(-total % 10)

    assert found(csv(["barcode", *(ean(f"885{n * 7919:09}") for n in range(500))])) == {}


def test_a_landline_address_or_birthday_counts_beside_people():
    places = csv(["สถานที่", "ก", "ข"], ["ที่อยู่", "1", "2"], ["โทรศัพท์", "044123456", "044123457"])
    assert {certainty for _n, certainty in found(places).values()} == {"note"}
    people = csv(
        ["ชื่อ-สกุล", *TITLED[:2]], ["ที่อยู่", "1", "2"], ["โทรศัพท์", "044123456", "044123457"],
        ["วันเกิด", "1/2/2500", "3/4/2510"], ["โทรศัพท์สำนักงาน", "044123458", "044123459"],
    )  # fmt: skip
    certainties = {
        kind: c for (column, kind), (_n, c) in found(people).items() if "สำนักงาน" not in column
    }
    assert set(certainties) == {"name", "address", "landline", "birthday"}
    assert "note" not in certainties.values()
    assert found(people)[("โทรศัพท์สำนักงาน", "landline")][1] == "note"


def test_an_offices_numbers_and_mailboxes_hold_nothing():
    content = csv(
        ["เบอร์สำนักงาน", "0812345678", "044123456"],
        ["อีเมลหน่วยงาน", "office.korat@gmail.com", "saraban@korat.go.th"],
    )  # fmt: skip
    assert {certainty for _n, certainty in found(content).values()} == {"note"}


def test_codes_of_ten_digits_are_no_telephone_numbers():
    codes = [f"0{n:09}" for n in range(100000000, 100000050)]
    assert found(csv(["รหัสพัสดุ", *codes])) == {}


def test_coordinates_amounts_and_dates_are_nothing():
    content = csv(
        ["lat", "14.97992345678", "15.12345678901"], ["lon", "102.09776543210", "101.1234567890"],
        ["งบประมาณ", "1234567890123.55", "999999999.00"],
        ["วันที่", "2024-01-02 03:04:05", "01/02/2567"],
    )  # fmt: skip
    assert found(content) == {}


@pytest.mark.parametrize(
    ("position", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")]
)
def test_columns_without_names_have_letters(position, letters):
    assert letter(position) == letters
