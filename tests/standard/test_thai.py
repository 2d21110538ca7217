"""Thai text made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.thai import arabic_digits, clean, fold, normalize, sort_key


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("น\u0e49\u0e4d\u0e32", "น้ำ"),
        ("น\u0e4d\u0e49\u0e32", "น้ำ"),
        ("\u0e40\u0e40ม่", "แม่"),
        ("ข้อ\u200bมูล", "ข้อมูล"),
        ("\ufeffข้อมูล", "ข้อมูล"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_one_right_form(written, right):
    assert normalize(written) == right


def test_clean_folds_every_kind_of_space():
    assert clean(" ข้อมูล\u00a0\u3000\tเปิด\n") == "ข้อมูล เปิด"


def test_digits():
    assert arabic_digits("๒๕๖๗ 12") == "2567 12"


@given(
    st.text(
        st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B)
        | st.sampled_from("Aa \u200b\u00a0.")
    )
)
def test_normalizing_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


def test_words_stand_where_a_thai_dictionary_has_them():
    words = [
        *("10 อันดับ", "CKAN", "data", "กก", "กา", "ก้า", "การ", "เกษตร", "แก", "โกดัง", "ใกล้"),
        *("ไก่", "ขนส่ง", "ท้องถิ่น", "เทศบาล", "แรงงาน", "โรงเรียน", "สถิติ", "เศรษฐกิจ"),
        *("องค์การ", "อำเภอ", "ไอที"),
    ]
    right = ["10 อันดับ", "CKAN", "data", "กก", "กา", "ก้า", "การ", "เกษตร", "แก", "โกดัง", "ใกล้"]
    right += ["ไก่", "ขนส่ง", "ท้องถิ่น", "เทศบาล", "แรงงาน", "โรงเรียน", "เศรษฐกิจ", "สถิติ"]
    right += ["องค์การ", "อำเภอ", "ไอที"]
    assert sorted(words, key=sort_key) == right


@given(st.text())
def test_the_sort_key_takes_any_text(text):
    assert sort_key(text) == sort_key(f" {text} ")
