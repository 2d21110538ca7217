"""Every description keeps the official shapes of DCAT-AP 3, and what does not is seen."""

from __future__ import annotations

import pytest
import rdflib
from ckanext.dcat.processors import RDFSerializer
from hypothesis import HealthCheck, given, settings
from rdflib import DCAT, DCTERMS, RDF

from ckanext.pcio.standard.dcat import graph
from ckanext.pcio.standard.dcat.describe import describe

from .records import SITE, datasets, place
from .shapes import violations


def described(record):
    found = rdflib.Graph()
    graph.add(found, describe(record, place(record)))
    return found


def test_the_whole_sample_province_keeps_the_shapes(portal, published):
    """As ckanext-dcat writes the catalog, with its paging."""
    assert len(published) > 100
    serializer = RDFSerializer()
    assert [profile.name for profile in serializer._profiles] == ["th_gdc"]
    serializer.serialize_catalog({}, [dict(each) for each in published], "ttl", {"count": 113})
    found = rdflib.Graph()
    for triple in serializer.g:
        found.add(triple)
    assert len(set(found.subjects(RDF.type, DCAT.Dataset))) == len(published)
    assert violations(found) == []


def test_datasets_that_are_not_public_keep_them_as_well(samples):
    found = rdflib.Graph()
    for record in samples:
        graph.add(found, describe(record, place(record)))
    assert violations(found) == []


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(datasets())
def test_any_valid_record_keeps_them(record):
    assert violations(described(record)) == []


REF = rdflib.URIRef(f"{SITE}/dataset/x")


@pytest.mark.parametrize(
    ("prop", "values"),
    [
        (DCTERMS.title, []),
        (DCTERMS.description, []),
        (DCTERMS.publisher, [rdflib.Literal("สำนักงาน")]),
        (DCTERMS.accessRights, [rdflib.URIRef("http://a"), rdflib.URIRef("http://b")]),
        (DCTERMS.accrualPeriodicity, [rdflib.Literal("รายปี")]),
        (DCTERMS.issued, [rdflib.Literal("วันนี้"), rdflib.Literal("เมื่อวาน")]),
        (DCAT.theme, [rdflib.Literal("เศรษฐกิจ")]),
        (DCAT.distribution, [rdflib.Literal("file.csv")]),
    ],
)
def test_a_violation_is_seen(record, prop, values):
    found = described({**record, "id": "x"})
    assert violations(found) == []
    found.remove((REF, prop, None))
    for value in values:
        found.add((REF, prop, value))
    assert any(str(prop) in each for each in violations(found))
