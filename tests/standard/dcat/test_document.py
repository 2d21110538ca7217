"""Documents of other portals: read, warned about, or refused with a sentence; never a trace."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ckanext.pcio.standard.dcat import document
from ckanext.pcio.standard.dcat.cli import dcat
from ckanext.pcio.standard.dcat.document import FORMATS, UnreadableDocument, read_document

FOREIGN = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://a.example/d/1> a dcat:Dataset ;
  dct:title "Water levels"@en, "ระดับน้ำ"@th ; dct:description "Levels of rivers"@en ;
  dcat:keyword "น้ำ"@th, "river"@en ; dcat:landingPage <https://a.example/d/1.html> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
  dct:language <http://publications.europa.eu/resource/authority/language/THA>,
               <http://publications.europa.eu/resource/authority/language/SWE> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dct:license <http://creativecommons.org/licenses/by/4.0/> ;
  dct:modified "2026-02-03T20:00:00Z"^^xsd:dateTime ;
  dct:temporal [ dcat:startDate "2017"^^xsd:gYear ; dcat:endDate "2025-06-30"^^xsd:date ] ;
  dct:spatial [ dcat:bbox "POLYGON((97.3 20.4,105.6 20.4,105.6 5.6,97.3 5.6,97.3 20.4))" ] ;
  dcat:contactPoint [ vcard:fn "Data desk" ; vcard:hasEmail <mailto:data@a.example> ] ;
  dct:type <http://publications.europa.eu/resource/authority/dataset-type/SYNTHETIC_DATA> ;
  dcat:distribution [ a dcat:Distribution ; dct:title "2025" ; dcat:byteSize "120.0"^^xsd:decimal ;
    dcat:accessURL <https://a.example/d/1.html> ; dcat:downloadURL <https://a.example/d/1.csv> ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ] .
"""


def test_a_document_of_another_portal_is_understood_as_far_as_the_standard_goes():
    (found,) = read_document(FOREIGN.encode(), "ttl")
    (file,) = found.record.pop("resources")
    assert found.record == {
        "uri": "https://a.example/d/1",
        "title": "ระดับน้ำ",
        "notes": "Levels of rivers",
        "tags": [{"name": "river"}, {"name": "น้ำ"}],
        "url": "https://a.example/d/1.html",
        "update_frequency_unit": "เดือน",
        "update_frequency_interval": "1",
        "data_language": ["ไทย"],
        "data_classification": "เปิดเผย",
        "license_id": "Creative Commons Attributions",
        # The day it was in Thailand.
        "last_updated_date": "2026-02-04",
        "first_year_of_data": "2560",
        "last_year_of_data": "2568",
        "west_bound_longitude": "97.3",
        "east_bound_longitude": "105.6",
        "north_bound_longitude": "20.4",
        "south_bound_longitude": "5.6",
        "maintainer": "Data desk",
        "maintainer_email": "data@a.example",
    }
    assert file == {
        "name": "2025",
        "url": "https://a.example/d/1.csv",
        "format": "CSV",
        "mimetype": "text/csv",
        "size": 120,
    }
    said = [warning.text("en") for warning in found.warnings]
    assert [each.partition(":")[0] for each in said] == ["data_type", "data_language"]
    assert "SYNTHETIC_DATA" in said[0]
    assert "SWE" in said[1]


BOMB = "<!ENTITY a0 'lol'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
)
XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:about="http://a">'
    "<rdf:type rdf:resource='http://www.w3.org/ns/dcat#Dataset'/>"
    "<dct:title>{}</dct:title></rdf:Description></rdf:RDF>"
)


@pytest.mark.parametrize(
    ("content", "form", "said"),
    [
        (b"", "ttl", "no dataset"),
        (b"", "xml", "not well-formed"),
        (b"", "jsonld", "not well-formed"),
        (b"<html><body>404</body></html>", "ttl", "not well-formed"),
        (b"<html><body>404</body></html>", "xml", "no dataset"),
        (b"{}", "jsonld", "no dataset"),
        (b"\xff\xfe\x00", "ttl", "not well-formed"),
        (b"\x00" * 100, "jsonld", "not well-formed"),
        (b"@prefix dcat: <", "ttl", "not well-formed"),
        (b"[" * 100_000, "ttl", "not well-formed"),
        (b"[" * 100_000, "jsonld", "not well-formed"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "jsonld", "nested too deeply"),
        (b'{"@context": "http://127.0.0.1:9/c"}', "jsonld", "elsewhere"),
        (b'{"@graph": [{"@context": ["file:///etc/passwd"]}]}', "jsonld", "elsewhere"),
        (b'{"@context": {"@import": "http://127.0.0.1:9/c"}}', "jsonld", "elsewhere"),
        ((f"<!DOCTYPE r [{BOMB}]>" + XML.format("&a11;")).encode(), "xml", "entities"),
        ((f"<!DOCTYPE r [{BOMB}]>" + XML.format("&a11;")).encode("utf-16"), "xml", "entities"),
        (b"x", "exe", "not a format"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content, form, said):
    with pytest.raises(UnreadableDocument, match=said) as refused:
        read_document(content, form)
    for language in ("th", "en"):
        sentence = refused.value.message.text(language)
        assert "Traceback" not in sentence
        assert len(sentence) < 400


def test_no_file_of_ours_is_read_by_a_document(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("รหัสผ่าน")
    doctype = f"<!DOCTYPE r [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
    try:
        found = read_document((doctype + XML.format("a&x;b")).encode(), "xml")
        said = json.dumps([each.record for each in found], ensure_ascii=False)
    except UnreadableDocument as error:
        said = str(error)
    assert "รหัสผ่าน" not in said


def test_a_document_that_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(document, "LARGEST", 10)
    with pytest.raises(UnreadableDocument, match="at most"):
        read_document(b"x" * 11, "ttl")


@settings(max_examples=60, deadline=None)
@given(st.data())
@example(None)
def test_a_damaged_document_is_read_or_refused(data):
    content = FOREIGN.encode()
    if data is not None:
        at = data.draw(st.integers(0, len(content)))
        junk = data.draw(st.binary(max_size=8))
        content = content[:at] + junk + content[at + data.draw(st.integers(0, 40)) :]
    try:
        said = [json.dumps(each.record) for each in read_document(content, "ttl")]
    except UnreadableDocument as error:
        said = [str(error)]
    assert all(said)


@pytest.mark.parametrize(
    "statement",
    [
        'dcat:bbox "POLYGON((x y))"',
        "dct:temporal <https://a.example/d/1>",
        "dcat:distribution <https://a.example/d/1>",
        'dct:modified "31/02/2567"',
        'dct:temporal [ dcat:startDate "ปี ๒๕๖๗" ]',
        'dcat:contactPoint "ใครก็ได้"',
        'dct:spatial [ dcat:bbox "POLYGON((1 2,3))" ]',
        'dct:license "ฟรี"',
        "dct:publisher [ ]",
    ],
)
def test_nonsense_in_a_known_property_does_no_harm(statement):
    content = FOREIGN + f"<https://a.example/d/1> {statement} ."
    for each in read_document(content.encode(), "ttl"):
        assert each.record["title"]


def test_the_command_shows_datasets_and_warnings(tmp_path):
    file = tmp_path / "foreign.ttl"
    file.write_text(FOREIGN, "utf-8")
    done = CliRunner().invoke(dcat, ["read", str(file)])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["title"] == "ระดับน้ำ"
    assert "SWE" in done.stderr


def test_the_command_refuses_with_a_sentence(tmp_path):
    file = tmp_path / "page.html"
    file.write_text("<html>", "utf-8")
    done = CliRunner().invoke(dcat, ["read", str(file)])
    assert done.exit_code == 1
    assert ", ".join(FORMATS) in done.stderr
