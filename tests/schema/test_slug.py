"""A Thai title makes a readable name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.slug import MAX_LENGTH, slugify, unique_slug

NAME = re.compile(r"[a-z0-9_\-]{2,70}")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("สถิติ", "sathiti"),
        ("จำนวนนักท่องเที่ยว", "chamnuan-nakthongthiao"),
        ("รายชื่อ OTOP ปี ๒๕๖๗ (XLSX)", "raichue-otop-pi-2567-xlsx"),
        ("ครั้งที่ 8–10", "khrang-thi-8-10"),
        ("Air Quality Index", "air-quality-index"),
        ("Café_5", "cafe-5"),
        ("", "dataset"),
        ("!!!", "dataset"),
        ("new", "dataset-new"),
        ("A", "dataset-a"),
    ],
)
def test_names(title, name):
    assert slugify(title) == name


def test_a_long_title_is_cut_at_a_word():
    name = slugify("น้ำ" * 60)
    assert len(name) <= MAX_LENGTH
    assert name.endswith("-nam")


def test_taken_names_are_numbered():
    taken = {"sathiti", "sathiti-2"}
    assert unique_slug("สถิติ", taken.__contains__) == "sathiti-3"
    long = "a" * MAX_LENGTH
    assert unique_slug(long, {long}.__contains__) == "a" * (MAX_LENGTH - 2) + "-2"


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=200)
    | st.text("กขคงเแโะาิีุูเ่้๊๋์ๆฯ๐ -.,a1", max_size=80)
)
def test_always_a_name_ckan_accepts(title):
    assert NAME.fullmatch(slugify(title))
