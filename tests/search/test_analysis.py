"""Text to words, Thai and Latin."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.search.analysis import (
    fold,
    grams,
    index_words,
    members,
    normalise,
    query_words,
    sort_key,
)


def terms(text):
    return [word.term for word in query_words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("สถิตินักท่องเที่ยวจังหวัดเชียงใหม่", ["สถิติ", "นักท่องเที่ยว", "จังหวัด", "เชียงใหม่"]),
        ("จำนวนประชากรแยกตามอำเภอ", ["จำนวน", "ประชากร", "แยก", "ตาม", "อำเภอ"]),
        ("พ.ศ. ๒๕๖๖", ["พศ", "2566"]),
        ("อบต.บางพลี กทม. สพฐ", ["อบต", "บาง", "พลี", "กทม", "สพฐ"]),
        ("คนจน ถนน", ["คนจน", "ถนน"]),
        ("PM2.5ในอากาศ", ["pm", "2", "5", "ใน", "อากาศ"]),
        ("Running Countries' DATA", ["run", "countri", "data"]),
        ("country-sweden PowerShot", ["countri", "sweden", "power", "shot"]),
        ("John's Café naïve", ["john", "cafe", "naiv"]),
        ("?!… — ๆ", []),
        ("", []),
    ],
)
def test_words(text, words):
    assert terms(text) == words
    assert list(index_words(text).main) == words


@pytest.mark.parametrize(
    ("typed", "proper"),
    [
        ("น\u0e4d\u0e49า", "น้ำ"),
        ("น\u0e49\u0e4dา", "น้ำ"),
        ("ค\u0e4dา", "คำ"),
        ("เเม่", "แม่"),
        ("ที\u0e48\u0e48", "ที่"),
        ("ท\u0e48ี", "ที่"),
        ("น้ำ\u200bฝน", "น้ำฝน"),
        ("๑๒๓", "123"),
    ],
)
def test_one_spelling_for_what_looks_the_same(typed, proper):
    assert normalise(typed) == proper


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("นักท่องเที่ยว", ("นัก", "ท่อง", "เที่ยว")),
        ("โรงพยาบาล", ("โรง", "พยาบาล")),
        ("ผู้สูงอายุ", ("ผู้", "สูงอายุ")),
        # Only look like compounds: "province" holds "a cold", "income" is one idea.
        ("จังหวัด", ("จังหวัด",)),
        ("ตากลม", ("ตากลม",)),
        ("ตำบล", ("ตำบล",)),
    ],
)
def test_compounds(word, parts):
    assert members(word) == parts


def test_joined_forms_are_kept_beside():
    assert ("wifi",) in index_words("wi-fi").parts
    assert ("powershot",) in index_words("PowerShot").parts


def test_thai_sorts_as_in_a_dictionary():
    words = ["เชียงใหม่", "กรุงเทพ", "แพร่", "ขอนแก่น", "ไทย", "Apple", "banana", "ก่อน", "กอน"]
    assert sorted(words, key=sort_key) == [
        *("Apple", "banana", "กรุงเทพ", "กอน", "ก่อน", "ขอนแก่น", "เชียงใหม่", "ไทย", "แพร่")
    ]


@pytest.mark.parametrize(
    "text", ["ท" * 20000, "กา" * 10000, "สถานการณ์ตากลม" * 1500, "ะ" * 20000, "x" * 200000]
)
def test_hostile_text_takes_no_time(text):
    began = time.perf_counter()
    index_words(text)
    query_words(text)
    assert time.perf_counter() - began < 2


@given(st.text(max_size=200))
def test_no_text_breaks_analysis_and_no_word_holds_white_space(text):
    words = index_words(text)
    for word in (*words.main, *(w for part in words.parts for w in part)):
        assert word
        assert len(word.split()) == 1
    assert list(words.main) == terms(text)
    sort_key(text)
    grams(text)


@given(st.text(st.characters(min_codepoint=0xE00, max_codepoint=0xE5B), max_size=60))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


def test_plain_folding_does_not_stem():
    assert fold("Countries", False) == "countries"
