"""One value: what is an id, a telephone number, an e-mail address, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.personal import values
from ckanext.pcio.standard.personal.rules import rules
from ckanext.pcio.standard.thai import arabic_digits
from tests.personal import made

ID = made.ids(1)[0]
GROUPS = (ID[0], ID[1:5], ID[5:10], ID[10:12], ID[12])


@pytest.mark.parametrize(
    "text",
    [
        ID,
        "-".join(GROUPS),
        " ".join(GROUPS),
        f"เลขประจำตัว {ID} ออกให้ ณ อำเภอ",
        f"{ID}.0",
        f"{ID[0]}.{ID[1:]}E+12",
        ID.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")),
        # Without a registered nationality: the number begins with 0 all the same.
        "001700203451" + str(values.check_digit("001700203451")),
        "012348900123" + str(values.check_digit("012348900123")),
    ],
)
def test_an_id_however_it_is_written(text):
    assert values.ids(arabic_digits(text), rules()).valid == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ID[:12] + str((int(ID[12]) + 1) % 10), "another last digit"),
        ("0105536000011", "a company's"),
        ("0994000158378", "an agency's"),
        ("9780306406157", "a book's"),
        (ID + "0", "14 digits"),
        (f"12{ID}", "part of a longer number"),
        (f"0.{ID}", "a fraction"),
        (f"{ID}.25", "an amount"),
        ("1.1017E+12", "its digits are lost"),
        ("10 20 30 40 50 60 7", "several numbers"),
    ],
)
def test_what_is_no_id(text, why):
    assert values.ids(text, rules()).valid == 0, why


@given(st.from_regex(r"[1-8]\d{11}", fullmatch=True))
def test_one_last_digit_of_ten_is_right(twelve):
    right = [last for last in "0123456789" if values.ids(twelve + last, rules()).valid]
    assert right == [str(values.check_digit(twelve))]


@given(st.from_regex(r"[1-8]\d{11}", fullmatch=True), st.sampled_from(["-", " ", ""]))
def test_groups_change_nothing(twelve, separator):
    number = twelve + str(values.check_digit(twelve))
    parts = (number[0], number[1:5], number[5:10], number[10:12], number[12])
    assert values.ids(separator.join(parts), rules()).valid == 1


@pytest.mark.parametrize(
    ("text", "mobile", "landline"),
    [
        ("0812345678", 1, 0),
        ("081-234-5678", 1, 0),
        ("08 1234 5678", 1, 0),
        ("(081) 234 5678", 1, 0),
        ("+66 81 234 5678", 1, 0),
        ("+66812345678", 1, 0),
        ("0066812345678", 1, 0),
        ("โทร. 0912345678 หรือ 061-234-5678", 2, 0),
        ("12/3 หมู่ 4 0812345678", 1, 0),
        ("044123456", 0, 1),
        ("044-123456", 0, 1),
        ("0 4412 3456", 0, 1),
        ("02-123-4567 ต่อ 12", 0, 1),
        ("08-12-2564 10:30", 0, 0),
        ("2564-08-12 10:30:00", 0, 0),
        ("100.0812345678", 0, 0),
        ("1-0812-34567-89-0", 0, 0),
        ("0512345678", 0, 0),
        ("30000", 0, 0),
        ("1669", 0, 0),
        ("812345678", 0, 0),
    ],
)
def test_telephone_numbers(text, mobile, landline):
    found = values.phones(text, named=False)
    assert (found.mobile, found.landline) == (mobile, landline)


def test_a_lost_nought_is_understood_where_the_column_is_of_telephones():
    assert values.phones("812345678", named=True).mobile == 1
    assert values.phones("812345678.0", named=True).mobile == 1


@pytest.mark.parametrize(
    ("text", "people", "offices"),
    [
        ("somchai@gmail.com", 1, 0),
        ("ติดต่อ a.b-c+d@mail.example.co.th ครับ", 1, 0),
        ("6512345@student.example.ac.th", 1, 0),
        ("saraban@moi.go.th", 0, 1),
        ("somchai.j@nso.go.th", 0, 1),
        ("info@hotel.example.com", 0, 1),
        ("a@gmail.com, saraban@korat.go.th", 1, 1),
        ("@twitter", 0, 0),
        ("a@b", 0, 0),
        ("ราคา 5@10", 0, 0),
    ],
)
def test_e_mail_addresses(text, people, offices):
    assert values.emails(text, rules()) == (people, offices)


@given(st.text(max_size=60))
def test_any_text_is_searched_without_an_error(text):
    values.ids(text, rules())
    values.phones(text, named=True)
    values.emails(text, rules())


@given(st.from_regex(r"[0-9๐-๙ ().+E/-]{0,30}", fullmatch=True))
def test_what_would_be_found_is_never_passed_over_by_the_quick_look(text):
    text = arabic_digits(text)
    ids, phones = values.ids(text, rules()), values.phones(text, named=True)
    if ids.persons or phones.mobile or phones.landline:
        assert values.MAY_HOLD_NUMBER.search(text)
