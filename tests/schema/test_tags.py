"""Thai tags are accepted, punctuation is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.tags import normalize_tag, split_tags, tag_problem

ACCEPTED = [
    "สถิติ",
    "ท่องเที่ยว",
    "น้ำ",
    "กำลังแรงงาน",
    "ข้อมูลสาธารณะ",
    "เด็กๆ",
    "ปี ๒๕๖๘",
    "OTOP-5_ดาว v1.0",
    "ฯลฯ",
]
REFUSED = ["#กำลังแรงงาน", "a@b", "ก/ข", "น้ำ!", "a\n", "a\tb", "“ก”", "ก", "", "฿100", "ก" * 101]


@pytest.mark.parametrize("tag", ACCEPTED)
def test_accepted(tag):
    assert tag_problem(tag) is None


@pytest.mark.parametrize("tag", REFUSED)
def test_refused_with_a_thai_sentence(tag):
    problem = tag_problem(tag)
    assert problem is not None
    assert "คำสำคัญ" in problem.text("th")
    assert problem.text("en") != problem.text("th")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("ท่องเที่ยว, รายได้", ["ท่องเที่ยว", "รายได้"]),
        ("ท่องเที่ยว，รายได้、อำเภอ;ตำบล", ["ท่องเที่ยว", "รายได้", "อำเภอ", "ตำบล"]),
        (" ,ก ข,, ก ข ,", ["ก ข"]),
        ("น้ํา", ["น้ำ"]),
        ("", []),
    ],
)
def test_splitting(text, tags):
    assert split_tags(text) == tags


@given(st.lists(st.sampled_from(ACCEPTED), unique=True))
def test_what_is_joined_is_split_again(tags):
    assert split_tags(", ".join(tags)) == [normalize_tag(tag) for tag in tags]
