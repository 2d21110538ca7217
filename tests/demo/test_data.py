"""The data files: enough of everything, believable, and nobody's personal data."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from datetime import date, timedelta

import pytest
import yaml

from ckanext.pcio.catalog.facts import UNITS_WITHOUT_DUE_DATE
from ckanext.pcio.portal.demo.generator import sample_datasets, sample_groups, sample_offices
from ckanext.pcio.portal.demo.source import DATA, province, read_province
from ckanext.pcio.standard import consistency
from ckanext.pcio.standard.freshness import due_on
from ckanext.pcio.standard.tags import tag_problem
from ckanext.pcio.standard.vocabulary import vocabularies
from ckanext.pcio.standard.yamlfile import SettingsFileError

THAI = re.compile("[ก-ฮ]")


def test_enough_offices_of_both_kinds():
    offices = province().offices
    assert len(offices) >= 24
    kinds = Counter(office["kind"] for office in offices)
    assert kinds["provincial"] >= 18
    assert kinds["local"] >= 5
    assert len({office["name"] for office in sample_offices()}) == len(offices)
    assert len({office["title"] for office in sample_offices()}) == len(offices)


def test_every_office_publishes_something(samples):
    publishing = {dataset.entry["office"] for dataset in samples.values()}
    assert publishing == {office["name"] for office in province().offices}


def test_seven_groups_that_are_no_offices(samples):
    groups = {group["name"] for group in sample_groups()}
    assert len(groups) == 7
    assert not groups & {office["name"] for office in sample_offices()}
    used = Counter(dataset.entry["group"] for dataset in samples.values())
    assert len(used) >= 6


def test_at_least_130_datasets_of_all_five_types(samples):
    assert len(samples) >= 130
    kinds = Counter(dataset.entry["type"] for dataset in samples.values())
    assert set(kinds) == {"record", "statistics", "geospatial", "mixed", "other"}
    assert min(kinds.values()) >= 5


def test_titles_and_descriptions_are_thai_and_each_different(samples):
    entries = [dataset.entry for dataset in samples.values()]
    for field in ("name", "title", "notes"):
        assert len({entry[field] for entry in entries}) == len(entries)
    for entry in entries:
        assert len(THAI.findall(entry["title"])) >= 6, entry["name"]
        assert len(entry["notes"]) >= 30, entry["name"]
        assert len(THAI.findall(entry["notes"])) >= 20, entry["name"]


def test_tags_are_thai_and_the_portal_takes_them(samples):
    used: Counter[str] = Counter()
    for dataset in samples.values():
        tags = [tag["name"] for tag in dataset.package.get("tags", [])]
        assert sum(bool(THAI.search(tag)) for tag in dataset.entry["tags"]) >= 1, dataset.name
        assert len(tags) == len(set(tags))
        assert [tag for tag in tags if tag_problem(tag)] == [], dataset.name
        used.update(tags)
    for tag in ("ท่องเที่ยว", "สถิติ", "น้ำ"):  # CKAN alone refuses these
        assert used[tag] >= 5
    assert used["ข้อมูลตัวอย่าง"] == len(samples) - 1  # one has no tags at all


def test_values_belong_to_their_vocabularies(samples):
    for dataset in samples.values():
        old = "old_vocabulary" in dataset.entry["situation"]
        for field, words in vocabularies().items():
            value = dataset.package.get(field)
            for text in value if isinstance(value, list) else [value] if value else []:
                term = words.find(text)
                assert term is not None, f"{dataset.name}: {field} = {text}"
                today = term.value == text and ("2.2" in term.versions or term.not_present)
                assert old or today, f"{dataset.name}: {field} = {text}"


def test_fields_do_not_contradict_each_other(samples):
    lists = [
        (name, name)
        for name in vocabularies()
        if any(term.key == "other" for term in vocabularies()[name].terms)
        and name not in ("linkage_method",)
    ]
    for dataset in samples.values():
        found = consistency.dataset_problems(dataset.package, lists)
        # Licences that are not open are part of the picture; they are remarked on.
        assert [p for p in found if p.kind != "warning"] == [], dataset.name


def test_only_open_datasets_show_files_to_everybody(samples):
    for dataset in samples.values():
        if dataset.entry.get("access", "open") != "open" and not dataset.package["private"]:
            assert dataset.package["resources"] == [], dataset.name


def test_no_personal_data(samples):
    """No name of a person, no national id or telephone number, no address of a real host."""
    units = {office["unit"] for office in province().offices} | {"-"}
    for dataset in samples.values():
        text = json.dumps(dataset.package, ensure_ascii=False)
        text += json.dumps(dataset.rows_for_datastore, ensure_ascii=False)
        assert not re.search(r"(?<![ก-๙])(นางสาว|นาง|นาย|ด\.ช\.|ด\.ญ\.)\s?[ก-ฮ]", text), (
            dataset.name
        )
        assert not re.search(r"\b\d{13}\b|\b0\d{8,9}\b|\d-\d{4}-\d{5}-\d{2}-\d", text), dataset.name
        assert dataset.package.get("maintainer", "-") in units
        for host in re.findall(r"(?:https?://|@)([\w.-]+)", text):
            assert host.endswith(("example.org", "example.com")), dataset.name


def test_dates_follow_the_base_date():
    early, late = date(2025, 2, 28), date(2025, 2, 28) + timedelta(days=400)
    dates = ("last_updated_date", "created_date", "data_release_calendar", "data_release_date")
    for first, second in zip(sample_datasets(early), sample_datasets(late), strict=True):
        assert first.id == second.id
        for field in dates:
            if field in first.package:
                moved = date.fromisoformat(second.package[field])
                assert moved - date.fromisoformat(first.package[field]) == timedelta(days=400)
        unchanged = {k for k in first.package if k not in (*dates, "resources")} - {
            *("first_year_of_data", "last_year_of_data")
        }
        assert {k: first.package[k] for k in unchanged} == {k: second.package[k] for k in unchanged}


def test_no_dataset_was_updated_after_the_base_date(samples):
    for dataset in samples.values():
        assert dataset.updated <= dataset.base_date
        years = [row[k] for row in dataset.table.rows for k in ("year", "fiscal_year") if k in row]
        assert all(2560 < year <= dataset.updated.year + 543 for year in years)


@pytest.fixture
def copy_of_data(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"office": "nobody"}, "nobody"),
        ({"group": "nothing"}, "nothing"),
        ({"notes": "สั้น"}, "notes"),
        ({"files": ["csv", "floppy"]}, "floppy"),
        ({"situation": ["perfect"]}, "perfect"),
        ({"columns": ["year", "elsewhere"]}, "elsewhere"),
        ({"updated": -3}, "updated"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_data_file_is_refused_and_named(copy_of_data, change, says):
    file = copy_of_data / "datasets" / "tourism.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["datasets"][0].update(change)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SettingsFileError, match=says) as raised:
        read_province(copy_of_data)
    assert "visitor-statistics" in str(raised.value)


def test_two_datasets_of_one_title_are_refused(copy_of_data):
    file = copy_of_data / "datasets" / "tourism.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["datasets"][1]["title"] = content["datasets"][0]["title"]
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SettingsFileError, match="used 2 times"):
        read_province(copy_of_data)


def test_what_is_stale_is_stale_whatever_the_day_of_loading(samples):
    """Months differ in length and offices rest at weekends: the offsets must allow for both."""
    wrong = set()
    for dataset in samples.values():
        text = dataset.package.get("update_frequency_unit")
        unit = vocabularies()["update_frequency_unit"].find(text)
        if unit is None or unit.key in UNITS_WITHOUT_DUE_DATE:
            continue
        interval = int(dataset.package["update_frequency_interval"])
        for day in (date(2027, 1, 1) + timedelta(days=n) for n in range(740)):
            updated = day - timedelta(days=dataset.entry["updated"])
            due = due_on(updated, unit.key, interval)
            assert due is not None
            if (day > due) != ("stale" in dataset.entry["situation"]):
                wrong.add((dataset.name, unit.key, dataset.entry["updated"]))
    assert sorted(wrong) == []
