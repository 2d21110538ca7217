"""Addresses of lists, and the CSV they are sent as. No CKAN."""

from __future__ import annotations

import csv
import io

import pytest

from ckanext.pcio.dashboard import csv_export, listing
from ckanext.pcio.dashboard.measures import GROUPS, MEASURES, SLICES, TASKS, percent, remaining

ROW = {
    "title": "จำนวนประชากร",
    "organization": "statistics",
    "organization_title": "สำนักงานสถิติจังหวัด",
    "data_type": "record",
    "category": "public",
    "level": "open",
    "missing": ["objective"],
    "invalid": ["maintainer_email"],
    "stars": 3,
    "last_updated": "2026-03-02",
    "due_on": None,
    "private": False,
    "state": "active",
    "url": "https://example.go.th/dataset/population",
}


def test_address_round_trip():
    query = listing.parse("open", {"own": "1", "organization": "a", "sort": "-stars", "page": "3"})
    assert query.address() == {
        "slice_name": "open",
        "own": 1,
        "organization": "a",
        "sort": "-stars",
        "page": 3,
    }
    assert query.address(page=1, sort="title", own=False, organization=None) == {
        "slice_name": "open"
    }
    assert query.action_dict()["offset"] == 2 * listing.PAGE_SIZE


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1e3", "9" * 30, "٣", "1\n"])
def test_a_page_that_is_none_is_the_first(page):
    assert listing.parse("open", {"page": page}).page == 1


def test_an_unknown_order_is_the_usual_one():
    assert listing.parse("open", {"sort": "title; drop table"}).sort == "title"


@pytest.mark.parametrize("name", ["nope", "missing:", "missing:nope", "missing:title\n", "OPEN"])
def test_unknown_lists(name):
    with pytest.raises(listing.UnknownListError):
        listing.parse(name, {})


def test_every_missing_item_has_a_list():
    for item in ("title", "update_frequency", "tags", "license_id"):
        assert listing.slice_of(f"missing:{item}").name == f"missing:{item}"


def test_the_whole_list_is_fetched_whatever_the_portal_allows_at_once():
    everything = [{"n": n} for n in range(7)]

    def fetch(data_dict):
        start = data_dict["offset"]
        return {"count": 7, "results": everything[start : start + 3]}

    assert list(listing.every_row(listing.parse("open", {}), fetch)) == everything


def test_fetching_stops_when_rows_disappear_meanwhile():
    answers = iter([{"count": 5, "results": [{"n": 1}]}, {"count": 5, "results": []}])
    assert len(list(listing.every_row(listing.parse("open", {}), lambda _: next(answers)))) == 1


def test_file_names_are_ascii():
    query = listing.parse("missing:title", {"own": "1", "organization": "tourism"})
    assert query.file_name == "pcio-missing-title-own-tourism.csv"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, None), (0, 7, 0), (7, 7, 100), (1, 1000, 1), (999, 1000, 99), (2, 3, 66)],
)
def test_percent_never_says_all_or_nothing_wrongly(part, whole, shown):
    assert percent(part, whole) == shown


def test_every_measure_leads_to_a_list_and_stands_on_the_page_once():
    keys = [measure.key for measure in MEASURES]
    assert len(keys) == len(set(keys)) == 12
    assert set(keys) <= set(SLICES)
    assert {measure.whole for group in GROUPS for measure in group.measures} <= set(keys)
    assert {task.slice_name for task in TASKS} <= set(SLICES)


def test_what_is_left_is_the_part_without_the_done():
    counts = {"datasets": 10, "complete": 7, "disclosable": 5, "open": 5, "current": 0}
    left = {t.slice_name: remaining(t, {**counts, "with_dictionary": 1}) for t in TASKS}
    assert left == {"waiting": 0, "incomplete": 3, "stale": 10, "no_dictionary": 9}


def read(text):
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_in_thai_and_english():
    (thai,) = read(csv_export.document([ROW], "th"))
    (english,) = read(csv_export.document([ROW], "en"))
    assert thai["ชื่อชุดข้อมูล"] == english["Title"] == "จำนวนประชากร"
    assert thai["รายการที่ขาด"] == "วัตถุประสงค์"
    assert thai["สถานะ"].startswith("เผยแพร่")
    assert (english["Missing items"], english["Invalid items"]) == ("Objective", "Contact e-mail")
    assert english["Mandatory items (of 14)"] == "12"
    assert (english["Last update"], english["Update due"]) == ("2026-03-02", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝", "＠"])
def test_no_cell_is_a_formula(start):
    text = csv_export.document([{**ROW, "title": f'{start}cmd|" /C calc"!A1'}], "en")
    (row,) = read(text)
    # White space at the start of a title goes, and with it what it would have begun.
    assert row["Title"].startswith("cmd" if start.isspace() else f"'{start}cmd")


def test_states_in_words():
    for changes, shown in (
        ({"private": True}, "Private"),
        ({"state": "draft", "private": True}, "Draft"),
        ({}, "Published"),
    ):
        (row,) = read(csv_export.document([{**ROW, **changes}], "en"))
        assert row["State"] == shown
