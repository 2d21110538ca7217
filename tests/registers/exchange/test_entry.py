"""What may be written into an exchange, and what is refused with which sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.registers.exchange import entry
from ckanext.pcio.registers.exchange.fields import FIELDS
from ckanext.pcio.registers.exchange.page import Query
from ckanext.pcio.registers.exchange.words import words

TODAY = date(2025, 7, 1)
GOOD = {
    "partner": "สำนักงานสาธารณสุขจังหวัด",
    "tier": "จังหวัด",
    "method": "GDX",
    "status": "เชื่อมโยงแล้ว",
    "starts_on": "1 พ.ค. 2568",
}


def read(**changes):
    return entry.read({**GOOD, **changes}, TODAY)


def said(reading, language="th"):
    return {
        name: entry.named(name, problem).text(language)
        for name, problem in reading.problems.items()
    }


def test_thai_words_aliases_and_either_era_are_read():
    reading = read(
        ends_on="2571-04-30", signed_on="2025-04-01", told_records="15,000", told_on=TODAY
    )
    assert said(reading) == {}
    values = reading.values
    assert (values["tier"], values["method"], values["status"]) == ("province", "gdx", "linked")
    assert (values["starts_on"], values["ends_on"]) == (date(2025, 5, 1), date(2028, 4, 30))
    assert values["told_records"] == 15000
    assert values["told_calls"] is None


def test_the_surveys_wording_names_a_tier():
    for wording, key in (
        ("แลกเปลี่ยนข้อมูลในระดับจังหวัด", "province"),
        ("แลกเปลี่ยนข้อมูลกับกรมต้นสังกัด", "department"),
        ("อื่นๆ โปรดระบุ", "other"),
        ("อื่น ๆ", "other"),
        ("department", "department"),
    ):
        assert read(tier=wording).values["tier"] == key


@pytest.mark.parametrize(
    ("changes", "field", "words_said"),
    [
        ({"tier": ""}, "tier", "choose one"),
        ({"tier": "อำเภอ"}, "tier", '"อำเภอ" is not one of'),
        ({"method": "carrier pigeon"}, "method", '"carrier pigeon" is not one of'),
        ({"status": ["linked", "waiting"]}, "status", "is not one of"),
        ({"starts_on": ""}, "starts_on", "state the day"),
        ({"starts_on": "2025-07-02"}, "starts_on", "2 July 2025 has not come yet"),
        ({"starts_on": "31/02/2568"}, "starts_on", "names a day that does not exist"),
        ({"starts_on": "01/05/68"}, "starts_on", "short"),
        ({"ends_on": "2025-04-30"}, "ends_on", "the end, 30 April 2025, is before the start"),
        ({"approved_on": "2025-07-02"}, "approved_on", "has not come yet"),
        ({"signed_on": "2568-12-31"}, "signed_on", "has not come yet"),
        ({"told_calls": "5"}, "told_on", "state the day"),
        ({"told_calls": "-1", "told_on": TODAY}, "told_calls", "is not a whole number"),
        ({"told_calls": "1.5"}, "told_calls", "is not a whole number"),
        ({"told_calls": True}, "told_calls", "is not a whole number"),
        ({"told_records": "1,00"}, "told_records", "is not a whole number"),
        ({"told_records": "9" * 13}, "told_records", "is not a whole number"),
        ({"told_records": float("nan")}, "told_records", "is not a whole number"),
        ({"told_last_use": "2025-04-30", "told_on": TODAY}, "told_last_use", "before the start"),
        ({"told_last_use": "2025-06-30", "told_on": "2025-06-01"}, "told_last_use", "is after"),
        ({"told_on": "2025-07-02", "told_calls": 1}, "told_on", "has not come yet"),
        ({"partner": "ก" * 201}, "partner", "at most 200"),
        ({"purpose": {"a": 1}}, "purpose", "a text was expected"),
    ],
)
def test_refused_with_the_field_and_the_rule(changes, field, words_said):
    reading = read(**changes)
    english, thai = said(reading, "en"), said(reading)
    assert set(english) == {field}
    assert english[field].startswith(f"{FIELDS[field].label}: ")
    assert words_said in english[field]
    assert not thai[field].isascii()
    assert thai[field] != english[field]


def test_every_problem_is_told_at_once():
    reading = entry.read({"starts_on": "ไม่รู้", "told_calls": "ห้า"}, TODAY)
    assert set(reading.problems) == {"tier", "method", "status", "starts_on", "told_calls"}


def test_preparing_may_begin_later_and_linked_may_have_ended():
    assert said(read(status="preparing", starts_on="2026-01-01", ends_on="2027-01-01")) == {}
    ended = read(ends_on="2025-06-30")
    assert said(ended) == {}
    assert "30 June 2025" in " ".join(w.text("en") for w in entry.warnings(ended.values, TODAY))


def test_signing_before_the_approval_is_a_warning():
    found = read(approved_on="2025-05-02", signed_on="2025-05-01", legal_basis="MOU")
    assert said(found) == {}
    (warning,) = entry.warnings(found.values, TODAY)
    assert warning.text("en").startswith("The agreement was signed on 1 May 2025, before")
    found.values["signed_on"] = date(2025, 5, 2)
    assert list(entry.warnings(found.values, TODAY)) == []


def test_what_is_left_out_stays_and_a_blank_clears():
    stored = {**read(purpose="วางแผน", ends_on="2026-01-01").values}
    kept = entry.read({"ends_on": ""}, TODAY, stored).values
    assert (kept["purpose"], kept["ends_on"]) == ("วางแผน", None)
    assert kept["starts_on"] == stored["starts_on"]


def test_a_day_without_figures_is_dropped():
    assert read(told_on="2025-06-01").values["told_on"] is None


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["2568-05-01", "linked", "api", "province", "1,000", "\x00", "\ud800"]),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.dictionaries(st.sampled_from([f.name for f in entry.READ]), JUNK))
def test_whatever_is_written_is_stored_or_refused(raw):
    reading = entry.read(raw, TODAY)
    for problem in reading.problems.values():
        assert problem.text("th")
        assert problem.text("en")
    if reading.problems:
        return
    values = reading.values
    for name in ("tier", "method", "status"):
        assert words(name).by_key(values[name])
    for name in ("partner", "legal_basis", "purpose"):
        values[name].encode("utf-8")
        assert "\x00" not in values[name]
    start, end = values["starts_on"], values["ends_on"]
    assert not (start and end and end < start)
    assert values["status"] != "linked" or (start is not None and start <= TODAY)
    for name in ("approved_on", "signed_on", "told_last_use", "told_on"):
        assert values[name] is None or values[name] <= TODAY
    assert list(entry.warnings(values, TODAY)) is not None


@given(st.dates(date(2020, 1, 1), TODAY), st.integers(-900, 900))
def test_the_end_is_never_before_the_start(start, days):
    end = start + timedelta(days)
    reading = read(starts_on=start.isoformat(), ends_on=end.isoformat())
    assert ("ends_on" in reading.problems) is (days < 0)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8)))
def test_an_address_of_junk_is_the_whole_list(args):
    query = Query.from_args({**args, "page": "๑", "tier": "nobody", "status": "x", "level": "y"})
    assert query.page == 1
    assert not {"tier", "status", "level"} & set(query.filters)
    assert Query.from_args({k: str(v) for k, v in query.address().items()}) == query
