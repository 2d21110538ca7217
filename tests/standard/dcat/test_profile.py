"""The profile inside ckanext-dcat: what its users do with it."""

from __future__ import annotations

import json

import pytest
import rdflib
from bs4 import BeautifulSoup
from ckan.plugins import toolkit as tk
from ckanext.dcat.processors import RDFParser, RDFSerializer
from ckanext.dcat.profiles.euro_dcat_ap_3 import EuropeanDCATAP3Profile
from rdflib import DCAT, DCTERMS

from ckanext.pcio.standard.dcat.profile import ThGdcProfile
from ckanext.pcio.standard.fields import dataset_fields, resource_fields

from .test_round_trip import assert_same


@pytest.mark.parametrize("form", ["ttl", "xml", "jsonld"])
def test_ckanext_dcat_writes_and_reads_the_same_dataset(portal, samples, form):
    for record in samples[::10]:
        text = RDFSerializer().serialize_dataset(dict(record), form)
        parser = RDFParser()
        parser.parse(text, form)
        (found,) = parser.datasets()
        assert_same(record, found)
        assert {each["key"] for each in found["extras"]} <= {"uri", "identifier", "theme"} | {
            "publisher_uri",
            "publisher_name",
            "publisher_identifier",
        }


def test_what_is_read_can_be_saved_and_is_the_same(portal, record):
    first = portal.create(record, name="read-back")
    parser = RDFParser()
    parser.parse(RDFSerializer().serialize_dataset(first, "ttl"), "ttl")
    (found,) = parser.datasets()
    kept = (*resource_fields(), "mimetype", "size", "hash")
    found["resources"] = [
        {key: value for key, value in each.items() if key in kept} for each in found["resources"]
    ]
    known = {key: value for key, value in found.items() if key in (*dataset_fields(), "resources")}
    portal.call("package_delete", id=first["id"])
    second = portal.call("package_create", **known, tags=found["tags"]) | {"name": first["name"]}
    assert_same({**first, "state": "active"}, second)


def test_it_goes_on_from_the_profile_of_ckanext_dcat(portal, record):
    assert issubclass(ThGdcProfile, EuropeanDCATAP3Profile)
    extended = {
        **record,
        "version": "2.1",
        "extras": [{"key": "documentation", "value": '["https://a.example/doc"]'}],
    }
    serializer = RDFSerializer()
    serializer.graph_from_dataset(extended)
    said = {(str(p), str(o)) for _, p, o in serializer.g}
    assert (str(DCAT.version), "2.1") in said
    assert ("http://xmlns.com/foaf/0.1/page", "https://a.example/doc") in said
    titles = list(serializer.g.objects(None, DCTERMS.title))
    assert rdflib.Literal(record["title"], lang="th") in titles
    assert rdflib.Literal(record["title"]) not in titles


def test_serialising_changes_nothing_in_the_record(portal, record):
    before = json.dumps(record, sort_keys=True)
    RDFSerializer().serialize_dataset(record, "ttl")
    assert json.dumps(record, sort_keys=True) == before


def linked_data(app, dataset):
    page = BeautifulSoup(app.get(f"/dataset/{dataset['name']}").body, "html.parser")
    (script,) = page.find_all("script", type="application/ld+json")
    return json.loads(script.string)


def of_type(found, kind):
    return [each for each in found["@graph"] if each["@type"] == f"schema:{kind}"]


def test_a_dataset_page_tells_search_engines_what_it_is(app, portal, record):
    dataset = portal.create(record, name="for-search-engines")
    found = linked_data(app, dataset)
    (said,) = of_type(found, "Dataset")
    assert said["schema:name"] == record["title"]
    assert len(said["schema:description"]) >= 50
    assert said["schema:isAccessibleForFree"] is True
    assert said["schema:license"].startswith("https://opendatacommons.org/")
    assert said["schema:dateModified"].startswith(record["last_updated_date"])
    assert set(said["schema:keywords"]) == {tag["name"] for tag in record["tags"]}
    assert said["schema:creator"] == said["schema:publisher"]
    (office,) = of_type(found, "Organization")
    assert office["@id"] == said["schema:publisher"]["@id"]
    assert office["schema:name"] == portal.office["title"]
    (shape,) = of_type(found, "GeoShape")
    south, west, north, east = map(float, shape["schema:box"].split())
    assert south < north
    assert west < east
    files = of_type(found, "DataDownload")
    assert len(files) == len(record["resources"])
    for file in files:
        assert file["schema:contentUrl"].startswith("http")
        assert file["schema:license"] == said["schema:license"]
        assert file["schema:encodingFormat"]


def test_the_years_of_statistics_are_gregorian_for_search_engines(app, portal, published):
    record = next(each for each in published if each.get("first_year_of_data"))
    dataset = portal.create(record, name="for-search-engines-2")
    (said,) = of_type(linked_data(app, dataset), "Dataset")
    first, last = (int(record[f"{each}_year_of_data"]) - 543 for each in ("first", "last"))
    assert said["schema:temporalCoverage"] == f"{first}/{last}"


def test_markup_in_a_title_ends_no_script(app, portal, record):
    title = "น้ำ</script><script>alert(1)</script>"
    dataset = portal.create(record, name="hostile-title", title=title)
    (said,) = of_type(linked_data(app, dataset), "Dataset")
    assert said["schema:name"] == title


def test_the_profiles_are_those_of_the_settings(with_plugins):
    assert tk.config["ckanext.dcat.rdf.profiles"] == "th_gdc"
    assert [profile.name for profile in RDFParser()._profiles] == ["th_gdc"]
