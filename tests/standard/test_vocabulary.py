"""The vocabularies of the standard: verbatim values, folded aliases, a checked file."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard import vocabulary as module
from ckanext.pcio.standard.vocabulary import read_vocabularies, vocabularies, vocabulary
from ckanext.pcio.standard.yamlfile import SettingsFileError

FIELDS = [
    "data_type",
    "objective",
    "update_frequency_unit",
    "geo_coverage",
    "data_format",
    "data_category",
    "data_classification",
    "license_id",
    "data_support",
    "data_collect",
    "data_language",
    "disaggregate",
    "unit_of_multiplier",
    "geographic_data_set",
    "equivalent_scale",
    "allow_harvest",
    "high_value_dataset",
    "reference_data",
    "official_statistics",
    "linkage_method",
    "linkage_status",
]


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_with_a_list_has_a_vocabulary(name):
    assert vocabulary(name).terms
    assert vocabulary(name).label("th")
    assert vocabulary(name).label("en").isascii()


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("data_type", "record statistics geospatial mixed other"),
        ("data_category", "public internal personal security secret"),
        ("data_classification", "open internal confidential secret top_secret"),
        ("linkage_method", "api web_service gdx file_transfer other"),
        ("linkage_status", "linked preparing waiting"),
    ],
)
def test_keys_are_those_the_rules_compare(name, keys):
    assert " ".join(term.key for term in vocabulary(name).terms) == keys


@pytest.mark.parametrize(
    ("name", "spelled", "key"),
    [
        ("data_type", "ข้อมูลรายทะเบียน", "record"),
        ("data_type", "สถิติทางการ", "statistics"),
        ("data_type", "ข้อมูลประเภทอื่น ๆ", "other"),
        ("objective", "อื่น ๆ", "other"),
        ("objective", "แผนระดับที่ ๓ (มติครม. ๔ ธ.ค. ๒๕๖๐)", "third_level_plan"),
        ("geo_coverage", "องค์กรปกครองส่วนท้องถิ่น", "local_government"),
        ("geo_coverage", "เเทศบาล/อบต.", None),
        ("geo_coverage", "อํ" + "าเภอ", "district"),  # nikhahit and sara aa for sara am
        ("disaggregate", "สถานภาพการทางาน", "work_status"),
        ("data_category", "ข้อมูลใช้ภายในหน่วยงาน", "internal"),
        ("data_category", "ข้อมูล\u200bสาธารณะ\u00a0", "public"),
        ("data_classification", "ชั้นเปิดเผย (Open)", "open"),
        ("data_classification", "เผยแพร่ในองค์กร", "internal"),
        ("data_classification", "ลับมาก", "secret"),
        ("license_id", "open data  COMMON", "open_data_common"),
        ("license_id", "CC BY 4.0", "cc_by"),
        ("license_id", "Creative Commons Non-Commercial", "cc_nc"),
        ("license_id", "Other (Attribution)", None),
        ("data_format", "XLS/XLSX", "spreadsheet"),
        ("unit_of_multiplier", "เเสน", "hundred_thousand"),  # sara e twice for sara ae
        ("data_type", "", None),
        ("data_type", None, None),
    ],
)
def test_find_folds_spelling_and_aliases(name, spelled, key):
    found = vocabulary(name).find(spelled)
    assert (found.key if found else None) == key


def test_every_value_and_alias_finds_its_own_term():
    for words in vocabularies().values():
        for term in words.terms:
            assert all(words.find(text) is term for text in (term.value, *term.aliases))
            assert words.by_key(term.key) is term


def test_versions_and_the_value_that_is_no_choice():
    licenses = vocabulary("license_id")
    assert [t.key for t in licenses.terms if t.not_present] == ["not_specified"]
    assert licenses.by_key("gfdl").versions == ("2.1",)
    assert vocabulary("data_category").by_key("internal").versions == ("2.2",)
    assert vocabulary("data_category").by_key("public").versions == ("2.1", "2.2")


@given(st.text(max_size=40), st.sampled_from(sorted(vocabularies())))
def test_find_takes_any_text(text, name):
    found = vocabulary(name).find(text)
    assert found is None or found in vocabulary(name).terms


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v["data_type"]["values"][0].pop("key"), "'key' is a required property"),
        (lambda v: v["data_type"]["values"][1].update(key="record"), "'record' is used twice"),
        (lambda v: v["data_type"]["values"][1].update(value="ข้อมูล ระเบียน"), "spells two values"),
        (lambda v: v["data_type"].update(used_by=["objective"]), "two vocabularies"),
        (lambda v: v["data_type"].update(colour="red"), "colour"),
    ],
)
def test_a_broken_file_is_refused_and_named(tmp_path, change, said):
    content = yaml.safe_load((module.SCHEMAS_DIR / "vocabularies.yaml").read_text("utf-8"))
    change(content["vocabularies"])
    path = tmp_path / "vocabularies.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(SettingsFileError) as refused:
        read_vocabularies(path)
    assert said in str(refused.value)
    assert "vocabularies.yaml" in refused.value.message.text("th")


def test_a_file_that_is_no_yaml_is_refused(tmp_path):
    path = tmp_path / "vocabularies.yaml"
    path.write_text("a: [", "utf-8")
    with pytest.raises(SettingsFileError):
        read_vocabularies(path)
