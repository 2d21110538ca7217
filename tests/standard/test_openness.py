"""Formats, stars, structure, licences and dictionaries, from the settings file."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard import openness
from ckanext.pcio.standard.openness import (
    UnknownStarTableError,
    is_dictionary,
    is_dictionary_file,
    is_machine_readable,
    is_open_license,
    is_structured,
    load_table,
    normalize_format,
    resource_formats,
    restricts,
    stars,
)
from ckanext.pcio.standard.vocabulary import vocabulary
from ckanext.pcio.standard.yamlfile import SettingsFileError


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("csv", ("CSV",)),
        (".csv", ("CSV",)),
        ("*.CSV", ("CSV",)),
        (" Csv ", ("CSV",)),
        ("XLS/XLSX", ("XLS", "XLSX")),
        ("CSV, XLSX", ("CSV", "XLSX")),
        ("application/json", ("JSON",)),
        ("application/json; charset=utf-8", ("JSON",)),
        ("text/csv", ("CSV",)),
        ("GeoJSON", ("GEOJSON",)),
        ("geo json", ("GEOJSON",)),
        ("SHP", ("SHP",)),
        ("Shapefile", ("SHP",)),
        ("RDF/XML", ("RDF",)),
        ("JSON-LD", ("JSON-LD",)),
        ("jpg", ("JPEG",)),
        ("REST API", ("API",)),
        ("", ()),
        (" - ", ()),
        ("something new", ("SOMETHING NEW",)),
    ],
)
def test_formats_have_one_name(written, names):
    assert normalize_format(written) == names


def test_a_web_service_description_is_a_known_format():
    assert openness.is_known_format("WSDL")
    assert not openness.is_known_format("SOMETHING NEW")


@pytest.mark.parametrize(
    ("written", "dga", "nectec", "structured", "readable"),
    [
        ("TTL", 5, 5, True, True),
        ("CSV", 3, 3, True, True),
        ("JSON", 3, 3, True, True),
        ("GEOJSON", 3, 3, True, True),
        ("KML", 3, 3, True, False),
        ("API", 3, 0, True, True),
        ("XLS", 2, 2, True, True),
        ("XLSX", 2, 2, True, True),
        ("XLS/XLSX", 2, 2, True, True),
        ("SHP", 2, 2, True, False),
        ("PDF", 1, 1, False, False),
        ("DOCX", 1, 1, False, False),
        ("PNG", 1, 1, False, False),
        ("ZIP", 1, 1, False, False),
        ("TXT", 1, 1, False, False),
        ("WSDL", 0, 0, False, False),
        ("", 0, 0, False, False),
        ("something new", 0, 0, False, False),
    ],
)
def test_stars_and_structure(written, dga, nectec, structured, readable):
    assert stars([written]) == stars([written], "dga") == dga
    assert stars([written], "nectec") == nectec
    assert is_structured(written) is structured
    assert is_machine_readable(written) is readable


def test_a_dataset_has_the_stars_of_its_best_resource():
    assert stars(["PDF", "CSV", "XLSX"]) == 3
    assert stars([]) == 0


def test_the_table_has_a_name_to_show():
    assert "มรด. 8:2567" in load_table("dga").label("th")
    assert "NECTEC" in load_table("nectec").label("en")
    with pytest.raises(UnknownStarTableError) as refused:
        load_table("mine")
    assert "mine" in refused.value.message.text("th")


@pytest.mark.parametrize(
    ("resource", "names"),
    [
        ({"format": "CSV", "url": "https://x/a.pdf"}, ("CSV",)),
        ({"format": "", "mimetype": "text/csv", "url": "https://x/a.pdf"}, ("CSV",)),
        (
            {"format": None, "mimetype": "application/octet-stream", "url": "https://x/a.CSV?v=1"},
            ("CSV",),
        ),
        ({"url": "https://x/%E0%B8%81.geojson#top"}, ("GEOJSON",)),
        ({"format": " ", "url": "https://x/?smd_process_download=1&download_id=7169"}, ()),
        ({"format": "-", "url": "https://x.csv/"}, ()),
        ({"format": 5, "url": "https://[bad/a.csv"}, ()),
        ({}, ()),
    ],
)
def test_the_format_comes_first_then_the_mimetype_then_the_extension(resource, names):
    assert resource_formats(resource) == names


@pytest.mark.parametrize(
    ("resource", "is_one", "only_that"),
    [
        ({"name": "พจนานุกรมข้อมูลประชากร"}, True, True),
        ({"name": "พจนานุกรม ข้อมูล"}, True, True),
        ({"name": "population-data-dictionary.csv"}, True, True),
        ({"name": "DataDictionary"}, True, True),
        ({"resource_type": "data_dictionary"}, True, True),
        ({"name": "ข้อมูล", "description": "แนบ Data Dictionary ในแผ่นที่สอง"}, True, False),
        ({"description": "ไม่มีพจนานุกรมข้อมูล"}, False, False),
        ({"description": "no data dictionary"}, False, False),
        ({"name": "Casino data dictionary"}, True, True),
        ({"name": "ข้อมูลประชากร"}, False, False),
        ({"name": None, "description": ["data dictionary"]}, False, False),
    ],
)
def test_resources_marked_as_the_dictionary(resource, is_one, only_that):
    assert is_dictionary(resource) is is_one
    assert is_dictionary_file(resource) is only_that


def test_every_licence_is_open_not_open_or_unknown():
    said = {term.key: is_open_license(term.key) for term in vocabulary("license_id").terms}
    assert said.pop("other") is None
    assert said.pop("not_specified") is None
    assert None not in said.values()
    assert said["cc_by_nc"] is False
    assert said["open_data_common"] is True
    assert is_open_license(None) is None


@pytest.mark.parametrize("text", ["", "ไม่มี", "ไม่มี เงื่อนไข", "ไม่มีการจำกัดการเข้าถึงข้อมูล"])
def test_no_condition(text):
    assert not restricts(text)


def test_a_condition():
    assert restricts("GLO Public Used")


@given(st.text(max_size=80))
def test_machine_readable_is_always_structured(text):
    assert is_structured(text) or not is_machine_readable(text)
    assert 0 <= stars([text]) <= 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["machine_readable"].append(["PDF"]), "not structured: PDF"),
        (lambda c: c["structured"].append(["NEW"]), "not among the formats: NEW"),
        (lambda c: c["star_tables"]["dga"]["stars"].update({7: ["CSV"]}), "not a number of stars"),
        (lambda c: c["star_tables"]["dga"]["stars"].update({5: ["API"]}), "two rows"),
        (lambda c: c["star_tables"]["dga"].update(extends="mine"), "not above it"),
        (lambda c: c["licenses"]["open"].append("mine"), "not one licence"),
        (lambda c: c["formats"].append({"name": "TAB"}), "spells two formats"),
    ],
)
def test_a_broken_settings_file_is_refused(tmp_path, monkeypatch, change, said):
    content = yaml.safe_load(openness.FILE.read_text("utf-8"))
    change(content)
    path = tmp_path / "openness.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    monkeypatch.setattr(openness, "FILE", path)
    with pytest.raises(SettingsFileError) as refused:
        openness._openness.__wrapped__()
    assert said in str(refused.value)
