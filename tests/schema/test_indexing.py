"""What the search finds and the facets count."""

import pytest

from ckanext.pcio.standard import indexing

from .records import full, mandatory


def test_lists_become_multi_valued_fields():
    document = indexing.index_fields(
        {
            "objective": '["ยุทธศาสตร์ชาติ", "เหตุผลเก่า"]',
            "data_format": "CSV, XLS",
            "data_language": "[]",
        }
    )
    assert document["vocab_objective"] == ["ยุทธศาสตร์ชาติ", "เหตุผลเก่า"]
    assert document["vocab_data_format"] == ["CSV", "XLS"]
    assert "vocab_data_language" not in document
    assert document["extras_objective"] == "ยุทธศาสตร์ชาติ, เหตุผลเก่า"


def test_aliases_share_a_facet_value():
    assert indexing.index_fields({"data_type": "สถิติ"})["data_type"] == "ข้อมูลสถิติ"
    assert indexing.index_fields({"data_type": "แบบเก่า"})["data_type"] == "แบบเก่า"


def test_the_document_given_is_left_alone():
    given = {"data_type": "สถิติ", "high_value_dataset": ""}
    assert "high_value_dataset" not in indexing.index_fields(given)
    assert given == {"data_type": "สถิติ", "high_value_dataset": ""}


@pytest.mark.parametrize("odd", [None, "", [], {}, 7, True, [None], "[", '{"a": 1}'])
def test_anything_can_be_indexed(odd):
    indexing.index_fields(dict.fromkeys(("objective", "data_type", "high_value_dataset"), odd))


def test_titles_and_values_are_in_the_reader_s_language():
    assert indexing.facet_titles("th")["data_type"] == "ประเภทชุดข้อมูล"
    facets = {
        "data_type": {"items": [{"name": "ข้อมูลสถิติ", "display_name": "ข้อมูลสถิติ"}]},
        "vocab_linkage_method": {"items": [{"name": "อื่นๆ", "display_name": "อื่นๆ"}]},
        "high_value_dataset": {"items": [{"name": "True", "display_name": "True"}]},
        "tags": {"items": [{"name": "น้ำ", "display_name": "น้ำ"}]},
    }
    indexing.name_facet_values(facets, "en")
    assert facets["data_type"]["items"][0]["display_name"] == "Statistics"
    assert facets["vocab_linkage_method"]["items"][0]["display_name"] == "Other"
    assert facets["high_value_dataset"]["items"][0]["display_name"] == "Yes"
    assert facets["tags"]["items"][0]["display_name"] == "น้ำ"


def test_the_search_finds_values_and_counts_them(office):
    office.create({**full("statistics"), "name": "figures", "title": "จำนวนประชากร"})
    office.create({**mandatory("record"), "name": "register", "data_format": ["Database"]})

    def names(**query):
        return {row["name"] for row in office.call("package_search", **query)["results"]}

    assert names(q="Statistics") == {"figures"}
    assert names(q="TSIC") == {"figures"}
    assert names(fq='vocab_data_format:"CSV"') == {"figures"}
    assert names(fq='data_type:"ข้อมูลระเบียน"') == {"register"}
    facets = office.call("package_search", rows=0, **{"facet.field": '["vocab_data_format"]'})
    counted = {i["name"]: i["count"] for i in facets["search_facets"]["vocab_data_format"]["items"]}
    assert counted == {"CSV": 1, "Database": 2}


def test_the_dataset_list_offers_our_facets_in_the_reader_s_language(office, app):
    office.create(mandatory(title="ข้อมูลที่มีตัวกรอง"))
    thai = app.get("/dataset/").body
    assert "ประเภทชุดข้อมูล" in thai
    assert "/dataset/?data_type=" in thai
    english = app.get("/en/dataset/").body
    assert "Record data" in english


def test_ckan_s_own_facets_stay():
    facets = indexing.with_facets({"organization": "หน่วยงาน", "tags": "คำสำคัญ"}, "th")
    assert next(iter(facets)) == "organization"
    assert list(facets)[-1] == "tags"
    assert set(indexing.FACETS) <= set(facets)
