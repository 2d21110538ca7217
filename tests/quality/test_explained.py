"""The quality of one dataset: numbers, and the reasons for them."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
from ckanext.pcio.standard import measures
from ckanext.pcio.standard.columns import Column, from_fields
from ckanext.pcio.standard.completeness import CODES
from ckanext.pcio.standard.links import NO_LINKS, LinkState
from ckanext.pcio.standard.openness import UnknownStarTableError
from ckanext.pcio.standard.quality import assess
from ckanext.pcio.standard.quality_settings import MEASURES, quality_settings
from tests.catalog.test_extract import JSON, RESOURCES
from tests.standard.records import REAL, complete

TODAY = date(2024, 6, 21)
NOON = datetime(2024, 6, 20, 5, 0, tzinfo=timezone.utc)
DESCRIBED = (Column("year", "integer", description="ปีงบประมาณ"),)


def resource(**fields):
    return {
        "id": "r-1",
        "name": "ข้อมูล",
        "description": "รายอำเภอ",
        "format": "CSV",
        "url": "https://x.example/a.csv",
        **fields,
    }


def quality(record=None, links=(), dictionaries=None, star_table="dga", **changes):
    return assess(
        complete(**changes) if record is None else record,
        links={link.resource_id: link for link in links},
        dictionaries=dictionaries or {},
        today=TODAY,
        star_table=star_table,
    )


def link(state="ok", **changes):
    known = {"resource_id": "r-1", "url": "https://x.example/a.csv", "checked_at": NOON}
    return LinkState(**{**known, "state": state, **changes})


def measure(found, key):
    for dimension in found.dimensions:
        for each in dimension.measures:
            if each.setting.key == key:
                return each
    raise KeyError(key)


def ratio(found, key):
    each = measure(found, key)
    return each.numerator, each.denominator


def said(found, key):
    return [(f.field, f.resource_id, f.message.text("en")) for f in measure(found, key).findings]


def scores(found):
    return {each.setting.key: each.score for each in found.dimensions}


def test_a_dataset_without_fault():
    found = quality(resources=[resource()], links=[link()], dictionaries={"r-1": DESCRIBED})
    assert [item.state for item in found.items] == ["ok"] * 14
    assert scores(found) == {
        "accuracy": 1.0,
        "consistency": 1.0,
        "relevancy": None,
        "timeliness": 1.0,
        "availability": 1.0,
    }
    assert all(not each.findings for d in found.dimensions for each in d.measures)
    assert (found.stars.number, found.stars.table.name) == (3, "dga")
    assert found.dictionary.present
    assert found.link_counts.ok == 1


def test_the_five_dimensions_bear_the_names_of_the_standard():
    names = [each.setting.label.th for each in quality().dimensions]
    assert names == [
        *("ความถูกต้องและสมบูรณ์", "ความสอดคล้องกัน", "ตรงตามความต้องการของผู้ใช้"),
        *("ความเป็นปัจจุบัน", "ความพร้อมใช้"),
    ]
    assert [each.setting.code for each in quality().dimensions] == ["AC", "CO", "RE", "TI", "AV"]


def test_what_a_catalog_cannot_measure_has_no_number():
    """Users are not asked by a form about metadata: that is no nought, it is nothing."""
    relevancy = quality().dimensions[2]
    assert relevancy.score is None
    assert relevancy.measures == ()
    assert relevancy.setting.beyond.en


def test_an_empty_record_is_measured_where_it_can_be():
    found = quality({})
    assert scores(found) == {
        "accuracy": 0.0,
        "consistency": None,
        "relevancy": None,
        "timeliness": 0.0,
        "availability": 0.0,
    }
    assert ratio(found, "items_filled") == (0, 14)
    assert said(found, "items_valid") == [("", "", "no item is filled in yet")]


def test_each_missing_item_leads_to_its_field():
    found = quality(maintainer="-", maintainer_email="no", tags=[])
    assert ratio(found, "items_filled") == (12, 14)
    assert ratio(found, "items_valid") == (11, 12)
    assert {f.field for f in measure(found, "items_filled").findings} == {
        "maintainer",
        "tag_string",
    }
    assert [f.field for f in measure(found, "items_valid").findings] == ["maintainer_email"]


def test_files_are_described():
    found = quality(resources=[resource(), resource(id="r-2", description="-")])
    assert ratio(found, "files_described") == (1, 2)
    assert said(found, "files_described") == [("description", "r-2", "“ข้อมูล” has no description")]


def test_rules_between_fields():
    found = quality(
        created_date="2024-03-01",
        west_bound_longitude="101",
        east_bound_longitude="100",
        data_classification="ลับ",
        resources=[resource(resource_first_year_of_data="2566", resource_last_year_of_data="2560")],
    )
    assert ratio(found, "rules_kept") == (0, 4)
    fields = [(f.field, f.resource_id) for f in measure(found, "rules_kept").findings]
    assert fields == [
        ("data_classification", ""),
        ("west_bound_longitude", ""),
        ("last_updated_date", ""),
        ("resource_first_year_of_data", "r-1"),
    ]


@pytest.mark.parametrize(
    ("level", "licence", "expected"),
    [
        ("เปิดเผย", "Open Data Common", (2, 2)),
        ("ลับ", "Open Data Common", (1, 2)),
        ("ลับ", "License not specified", (1, 1)),
    ],
)
def test_a_licence_has_to_fit_the_level(level, licence, expected):
    category = "ข้อมูลสาธารณะ" if level == "เปิดเผย" else "ข้อมูลความมั่นคง"
    found = quality(data_category=category, data_classification=level, license_id=licence)
    assert ratio(found, "rules_kept") == expected


@pytest.mark.parametrize(
    ("stated", "formats", "expected"),
    [
        (["CSV"], ["CSV"], (1, 1)),
        (["XLS"], ["XLSX"], (1, 1)),
        (["CSV"], ["CSV", "PDF"], (1, 2)),
        (["CSV"], ["API"], (1, 1)),
        (["Database"], ["PDF"], (0, 0)),
        (["CSV", "อื่นๆ"], ["PDF"], (0, 0)),
        (["CSV"], [""], (0, 0)),
        ([], ["CSV"], (0, 0)),
        ('["PDF"]', ["CSV"], (0, 1)),
    ],
)
def test_the_files_formats_agree_with_the_stated_ones(stated, formats, expected):
    resources = [resource(id=f"r-{name}", format=name, url="x") for name in formats]
    found = quality(data_format=stated, resources=resources)
    assert ratio(found, "formats_declared") == expected


@pytest.mark.parametrize(
    ("unit", "updated", "state", "current", "late"),
    [
        ("ปี", "2024-01-15", "current", (1, 1), 0),
        ("ปี", "2023-06-21", "current", (1, 1), 0),
        ("ปี", "2023-06-20", "late", (0, 1), 1),
        ("ตามเวลาจริง", "2001-01-01", "not_due", (0, 0), 0),
        ("ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล", "2001-01-01", "not_due", (0, 0), 0),
        ("ไม่ทราบ", "2024-01-15", "not_due", (0, 0), 0),
        ("ปี", "", "unknown", (0, 1), 0),
        ("ทุกครั้งที่ว่าง", "2024-01-15", "unknown", (0, 0), 0),
    ],
)
def test_freshness(unit, updated, state, current, late):
    found = quality(update_frequency_unit=unit, last_updated_date=updated, resources=[resource()])
    assert (found.freshness.state, found.freshness.days_late) == (state, late)
    assert ratio(found, "current") == current
    assert found.freshness.reason.text("en")


def test_grace_days_put_the_due_date_off():
    record = complete(last_updated_date="2023-06-20")
    found = assess(record, links={}, dictionaries={}, today=TODAY, grace_days=1)
    assert found.freshness.state == "current"


def test_a_frequency_that_is_not_known_is_not_told():
    assert ratio(quality(update_frequency_unit="ไม่ทราบ"), "frequency_told") == (0, 1)
    assert ratio(quality(update_frequency_interval=""), "frequency_told") == (0, 1)
    assert ratio(quality(), "frequency_told") == (1, 1)


def test_stars_say_by_which_table():
    record = {"resources": [resource(format="API", url="https://x.example/api")]}
    by_dga, by_nectec = quality(**record), quality(**record, star_table="nectec")
    assert (by_dga.stars.number, by_nectec.stars.number) == (3, 0)
    assert by_dga.stars.table.label("en") != by_nectec.stars.table.label("en")
    assert ratio(by_dga, "open_enough") == (1, 1)
    assert ratio(by_nectec, "open_enough") == (0, 1)
    assert by_nectec.stars.table.label("en") in said(by_nectec, "open_enough")[0][2]
    with pytest.raises(UnknownStarTableError):
        quality(star_table="michelin")


def test_what_may_not_be_opened_needs_no_stars():
    found = quality(data_category="ข้อมูลส่วนบุคคล", data_classification="ลับ")
    assert ratio(found, "open_enough") == (0, 0)


def test_a_dictionary_with_a_gap_says_which_column():
    told = (*DESCRIBED, Column("amount", "number"), Column("x", ""))
    found = quality(resources=[resource()], dictionaries={"r-1": told})
    assert ratio(found, "dictionary") == (0, 1)
    assert (found.dictionary.columns_described, found.dictionary.columns) == (1, 3)
    ((field, identifier, message),) = said(found, "dictionary")
    assert (field, identifier) == ("dictionary", "r-1")
    assert "amount, x" in message


def test_links():
    files = [resource(), resource(id="r-2"), resource(id="r-3"), resource(id="r-4")]
    broken = link("broken", resource_id="r-2", reason="not_found", status=404)
    unknown = link("unknown", resource_id="r-3", reason="forbidden", status=403)
    found = quality(resources=files, links=[link(), broken, unknown])
    assert ratio(found, "links_answer") == (1, 2)
    ((field, identifier, message),) = said(found, "links_answer")
    assert (field, identifier) == ("url", "r-2")
    assert "404" in message
    assert [each.resource_id for each in found.links] == ["r-1", "r-2", "r-3"]
    # What nobody asked yet is no nought.
    assert ratio(quality(resources=files), "links_answer") == (0, 0)


def test_every_sentence_is_there_in_both_languages():
    for record in (complete(), {}, complete(resources=[]), *REAL):
        found = quality(record)
        for dimension in found.dimensions:
            for each in dimension.measures:
                assert each.measured or each.findings
                assert each.findings or each.numerator == each.denominator
                for finding in each.findings:
                    assert finding.message.text("th")
                    assert finding.message.text("en")


# ---- the same numbers for one dataset and for lists

FIELDS = (
    *("data_format", "data_category", "data_classification", "update_frequency_unit"),
    *("update_frequency_interval", "last_updated_date", "created_date", "license_id"),
    *("first_year_of_data", "last_year_of_data", "west_bound_longitude", "east_bound_longitude"),
    *("title", "tags", "objective", "organization", "extras"),
)
LINKS = st.sampled_from(["ok", "broken", "unknown", "refused", "unchecked"])


def numbers_of_both(record, states, table):
    """The measures as a list over stored facts has them, and as the page has them."""
    facts = facts_from_dataset(record, FactsSettings(star_table=table))
    resources = [r for r in record.get("resources") or [] if isinstance(r, dict)]
    ids = [r.get("id") for r in resources if isinstance(r.get("id"), str)]
    links = {each: link(state, resource_id=each) for each, state in zip(ids, states, strict=False)}
    dictionaries = {
        r["id"]: from_fields(r.get("datastore_fields"))
        for r in resources
        if isinstance(r.get("id"), str)
    }
    found = assess(record, links=links, dictionaries=dictionaries, today=TODAY, star_table=table)
    listed = measures.ratios(facts, found.link_counts, TODAY, quality_settings())
    shown = tuple(ratio(found, key) for key in MEASURES)
    return listed, shown


@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON),
    RESOURCES,
    st.lists(LINKS, max_size=3),
    st.sampled_from(["dga", "nectec"]),
)
def test_lists_and_pages_have_the_same_numbers(changes, resources, states, table):
    for number, each in enumerate(resources):
        if isinstance(each, dict):
            each["id"] = f"r-{number}"
            # CKAN keeps a table's columns as texts; other shapes are another reader's.
            each.pop("datastore_fields", None)
    record = {**complete(), **changes, "resources": resources}
    listed, shown = numbers_of_both(record, states, table)
    assert listed == shown


@pytest.mark.parametrize("kind", ["int4", "numeric", "text", "timestamp without time zone", "geo"])
@pytest.mark.parametrize("info", [{}, {"notes": "จำนวน"}, {"label": "จำนวน"}, {"notes": "-"}])
def test_lists_and_pages_see_the_same_dictionary(kind, info):
    fields = [{"id": "_id", "type": "int"}, {"id": "amount", "type": kind, "info": info}]
    record = complete(resources=[resource(datastore_fields=fields)])
    listed, shown = numbers_of_both(record, [], "dga")
    assert listed == shown


@given(st.data())
def test_a_score_is_a_share_or_nothing_and_never_falls_when_an_item_is_filled(data):
    taken = data.draw(st.sets(st.sampled_from(CODES)))
    names = {"tags": "tags", "update_frequency": "update_frequency_unit"}
    bare = complete(**{names.get(code, code): ... for code in taken})
    if "owner_org" in taken:
        bare["organization"] = None
    before, after = scores(quality(bare)), scores(quality())
    for key, score in before.items():
        assert score is None or 0 <= score <= 1
        if key == "accuracy" and score is not None:
            assert score <= after[key]


def test_weights_are_those_of_the_settings():
    settings = quality_settings()
    taken = dict(zip(MEASURES, [(0, 0)] * len(MEASURES), strict=True))
    taken |= {"items_filled": (7, 14), "items_valid": (7, 7)}
    figures = tuple(taken[key] for key in MEASURES)
    assert measures.scores(figures, settings) == (0.75, None, None, None, None)
    assert NO_LINKS.ok == 0
