"""The protocol, spoken by pysolr with a real process."""

from __future__ import annotations

import json
import threading
from xml.etree.ElementTree import fromstring

import pysolr
import pytest
import requests

from tests.search.helpers import CKAN_QUERY, dataset


def test_add_search_delete(solr):
    solr.add([dataset("a", "สถิตินักท่องเที่ยว", tags=["x"]), dataset("b", "Rivers")])
    assert solr.search("*:*").hits == 0
    solr.commit(waitSearcher=False)
    found = solr.search("ท่องเที่ยว", fl="name", **CKAN_QUERY)
    assert (found.hits, found.docs) == (1, [{"name": "a"}])
    solr.delete(q='+entity_type:package AND +(id:"id-a" OR name:"id-a")', commit=True)
    assert [doc["name"] for doc in solr.search("*:*")] == ["b"]
    solr.delete(id=["index-b"], commit=True)
    assert solr.search("*:*").hits == 0


def test_xml_update_and_field_types(solr):
    solr.add([dataset("a", "<Title> & co", tags=["x", "y"])], boost={}, commit=True)
    (doc,) = solr.search("name:a").docs
    assert doc["tags"] == ["x", "y"]
    assert doc["title"] == "<Title> & co"


def test_commit_in_the_address_and_soft_commit_and_commit_within(solr):
    for n, option in enumerate(({"commit": True}, {"softCommit": True}, {"commitWithin": 5000})):
        solr.add([dataset(f"d{n}")], **option)
        assert solr.search("*:*").hits == n + 1


def test_deleting_by_query_reaches_what_is_not_yet_committed(solr):
    solr.add([dataset("a"), dataset("b")])
    solr.delete(q="name:a")
    solr.commit()
    assert [doc["name"] for doc in solr.search("*:*")] == ["b"]


def test_long_queries_go_by_post(solr):
    solr.add([dataset("a")], commit=True)
    labels = " OR ".join(f'"member-{n}"' for n in range(400))
    assert solr.search("*:*", fq=[f'+permission_labels:("public" OR {labels})']).hits == 1


def test_repeated_parameters(solr):
    solr.add([dataset("a", tags=["x"]), dataset("b", tags=["y"])], commit=True)
    found = solr.search(
        "*:*", **{"facet": "true", "facet.field": ["tags", "state"], "facet.mincount": 1}
    )
    assert found.facets["facet_fields"] == {"tags": ["x", 1, "y", 1], "state": ["active", 2]}
    assert solr.search("*:*", fq=["+tags:x", "+state:active"]).hits == 1


def test_cores_are_apart(service):
    one, two = service.solr("one"), service.solr("two")
    one.add([dataset("a")], commit=True)
    assert (one.search("*:*").hits, two.search("*:*").hits) == (1, 0)
    assert not (service.directory / "two").exists()


def test_schema_says_a_version_ckan_accepts(service):
    base = f"http://127.0.0.1:{service.port}/solr/ckan"
    for address in ("/schema?wt=schema.xml", "/admin/file/?file=schema.xml"):
        assert fromstring(requests.get(base + address, timeout=5).text).get("name") == "ckan-2.12"
    assert requests.get(f"{base}/schema", timeout=5).json()["schema"]["uniqueKey"] == "index_id"
    assert json.loads(service.solr().ping())["status"] == "OK"


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"q": "name:("}, "Cannot parse 'name:('"),
        ({"q": "*:*", "sort": "name"}, "Can't determine a Sort Order"),
        ({"q": "*:*", "rows": "x"}, "whole number"),
        ({"q": "{!knn f=v}1"}, "Unknown query parser 'knn'"),
    ],
)
def test_a_broken_query_is_an_answer_with_a_reason(solr, params, says):
    with pytest.raises(pysolr.SolrError, match="HTTP 400") as caught:
        solr.search(**params)
    assert says in str(caught.value)


def test_a_refused_document_leaves_the_index_as_it_was(solr):
    with pytest.raises(pysolr.SolrError, match="multiple values encountered"):
        solr.add([dataset("a"), dataset("b", organization=["x", "y"])], commit=True)
    solr.commit()
    assert solr.search("*:*").hits == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'{"explode": {}}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"<add><doc>", "text/xml", 400),
        (b"<explode/>", "text/xml", 400),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><add/>', "text/xml", 400),
        (b"<commit/>", "text/plain", 400),
        (b"<commit/>", "text/xml", 200),
        (b'{"add": {"doc": {"index_id": "1", "id": "1", "site_id": "s"}}}', "text/json", 200),
        (b'{"delete": {"query": "*:*"}, "commit": {}}', "application/json", 200),
        (b"", "text/xml", 200),
    ],
)
def test_update_messages(service, body, kind, status):
    answer = requests.post(
        f"http://127.0.0.1:{service.port}/solr/messages/update",
        data=body,
        headers={"Content-Type": kind},
        timeout=10,
    )
    assert answer.status_code == status
    assert ("error" in answer.json()) == (status != 200)


@pytest.mark.parametrize(
    "path",
    ["/", "/solr/../../etc/select", "/solr/%2e%2e/select", "/solr/a b/select", "/solr/x/mlt"],
)
def test_other_addresses_are_not_found(service, path):
    answer = requests.get(f"http://127.0.0.1:{service.port}{path}", timeout=5)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == 404


def test_a_page_in_a_browser_cannot_update(service):
    """A form on a web page can only send what the service refuses."""
    base = f"http://127.0.0.1:{service.port}/solr/ckan/update"
    assert requests.get(base, params={"commit": "true"}, timeout=5).status_code == 405
    assert requests.post(base, data={"a": "b"}, timeout=5).status_code == 400


def test_many_at_once(solr, service):
    """Writers and readers in parallel: nothing lost, no answer but a good one."""
    failures: list[Exception] = []

    def write(base: int) -> None:
        own = pysolr.Solr(solr.url, timeout=30)
        try:
            for n in range(15):
                own.add([dataset(f"w{base}-{n}", "น้ำ", tags=["น้ำ"])], commit=n % 3 == 0)
                found = own.search("น้ำ", **CKAN_QUERY, **{"facet": "true", "facet.field": ["tags"]})
                assert found.facets["facet_fields"]["tags"] in ([], ["น้ำ", found.hits])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(base,)) for base in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    solr.commit()
    assert failures == []
    assert solr.search("*:*").hits == 90
