"""A record described in RDF and read back is the same record."""

from __future__ import annotations

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.pcio.standard.dcat import graph
from ckanext.pcio.standard.dcat.describe import describe
from ckanext.pcio.standard.dcat.reading import differences, read, resource_differences
from tests.standard.records import REAL

from .records import datasets, place


def assert_same(record, read_back):
    assert differences(record, read_back) == set()
    assert len(record["resources"]) == len(read_back["resources"])
    for one, other in zip(record["resources"], read_back["resources"], strict=True):
        assert resource_differences(one, other) == set()
        for fact in ("size", "mimetype", "hash"):
            assert one.get(fact) == other.get(fact)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(datasets())
def test_every_valid_record_comes_back_as_it_was(record):
    found = read(describe(record, place(record)))
    assert_same(record, found.record)
    assert found.warnings == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(datasets(), st.sampled_from(["turtle", "pretty-xml", "json-ld", "nt"]))
def test_and_so_it_does_through_every_format(record, form):
    written = rdflib.Graph()
    ref = graph.add(written, describe(record, place(record)))
    text = written.serialize(format=form)
    found = rdflib.Graph().parse(data=text, format="xml" if form == "pretty-xml" else form)
    result = read(graph.node_of(found, ref))
    assert_same(record, result.record)
    assert result.warnings == []


def test_the_whole_sample_province_comes_back(samples):
    written = rdflib.Graph()
    refs = {each["id"]: graph.add(written, describe(each, place(each))) for each in samples}
    found = rdflib.Graph().parse(data=written.serialize(format="turtle"), format="turtle")
    for each in samples:
        result = read(graph.node_of(found, refs[each["id"]]))
        assert_same(each, result.record)
        assert result.warnings == []


def test_whole_records_of_real_portals_come_back():
    """Whatever they hold: aliases, blanks, codes nobody knows, a Buddhist year in a date."""
    seen = 0
    for real in REAL:
        record = {key: value for key, value in real.items() if not key.startswith("_")}
        record.setdefault("id", "x")
        record.setdefault("name", "x")
        record["resources"] = [
            {**each, "id": each.get("id") or str(number)}
            for number, each in enumerate(record.get("resources") or ())
            if isinstance(each, dict)
        ]
        record["tags"] = [each for each in record.get("tags") or () if isinstance(each, dict)]
        assert_same(record, read(describe(record, place(record))).record)
        seen += 1
    assert seen == len(REAL)


@pytest.mark.parametrize(
    "changes",
    [
        {"data_type": "ข้อมูลอะไรก็ไม่รู้"},
        {"objective": ["พันธกิจหน่วยงาน", "เพื่อทดลอง"]},
        {"update_frequency_unit": "เดือน", "update_frequency_interval": "5"},
        {"update_frequency_unit": "ปี", "update_frequency_interval": ""},
        {"update_frequency_unit": "", "update_frequency_interval": "3"},
        {"update_frequency_unit": "ทุกครั้งที่เปลี่ยน"},
        {"license_id": "License not specified"},
        {"license_id": "CC BY 4.0"},
        {"data_classification": "ลับมาก"},
        {"data_classification": ""},
        {"first_year_of_data": "2500-2567", "last_year_of_data": "2024"},
        {"last_updated_date": "2567-01-15"},
        {"data_release_date": "15 มกราคม 2567"},
        {"west_bound_longitude": "105", "east_bound_longitude": "97"},
        {"west_bound_longitude": ""},
        {"maintainer_email": "-"},
        {"maintainer_email": "ฝ่ายข้อมูล@ตัวอย่าง.ไทย"},
        {"url": "ดูที่ศาลากลาง"},
        {"url": "https://data.example.go.th/dataset/other"},
        {"reference_url_catalog": "https://a.go.th/dataset/<ก>?q={x}"},
        {"high_value_dataset": ""},
        {"high_value_dataset": "ใช่"},
        {"allow_harvest": "False"},
        {"notes": ""},
        {"notes": "แหล่งท่องเที่ยวของจังหวัดพร้อมพิกัดและสิ่งอำนวยความสะดวก"},
        {"notes": 'a "b"\n\n\tค\\ง <d> & ]]> \'\'\' """'},
        {"data_language": ["ไทย", "ไม่ทราบ", "อื่นๆ"]},
        {"state": "draft"},
        {"owner_org": ""},
        {"tags": []},
    ],
)
def test_what_no_list_knows_is_kept_as_well(record, changes):
    changed = {**record, **changes}
    assert_same(changed, read(describe(changed, place(changed))).record)


def test_characters_no_document_may_hold_are_dropped_and_nothing_else(record):
    changed = {**record, "notes": "น้ำ\x00\x0b\ud800ท่วม\ufffe"}
    written = rdflib.Graph()
    ref = graph.add(written, describe(changed, place(changed)))
    found = rdflib.Graph().parse(data=written.serialize(format="xml"), format="xml")
    assert read(graph.node_of(found, ref)).record["notes"] == "น้ำท่วม"
