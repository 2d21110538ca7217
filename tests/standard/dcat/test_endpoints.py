"""The addresses of the documents: what is given, to whom, and how little an unchanged one costs."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
import rdflib
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from rdflib import DCAT, DCTERMS, FOAF, RDF

from ckanext.pcio.standard.dcat import endpoints

FORMATS = {"ttl": "turtle", "xml": "xml", "rdf": "xml", "jsonld": "json-ld", "n3": "n3"}


@pytest.fixture
def dataset(portal, record):
    """A dataset of this test alone."""
    portal.number = getattr(portal, "number", 0) + 1
    return portal.create(record, name=f"dataset-{portal.number}", title=f"ชุดที่ {portal.number}")


def graph(response, form="ttl"):
    return rdflib.Graph().parse(data=response.body, format=FORMATS[form])


def get(app, path, **headers):
    return app.get(path, headers=headers)


def unchanged(app, path, response):
    return get(app, path, **{"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.fixture
def no_graphs(monkeypatch):
    """Let nothing build a graph, nor read a whole record."""

    def never(*_args, **_kwargs):
        raise AssertionError("a graph was built")

    def forbid():
        monkeypatch.setattr("ckanext.dcat.processors.RDFSerializer.__init__", never)

    return forbid


@pytest.mark.parametrize("form", FORMATS)
def test_a_dataset_is_given_in_every_format(app, dataset, form):
    response = get(app, f"/dataset/{dataset['id']}.{form}")
    found = graph(response, form)
    ref = rdflib.URIRef(f"{tk.config['ckan.site_url']}/dataset/{dataset['id']}")
    assert (ref, RDF.type, DCAT.Dataset) in found
    assert found.value(ref, DCTERMS.title) == rdflib.Literal(dataset["title"], lang="th")


@pytest.mark.parametrize("form", FORMATS)
def test_the_catalog_is_given_in_every_format(app, dataset, form):
    found = graph(get(app, f"/catalog.{form}"), form)
    catalog = rdflib.URIRef(tk.config["ckan.site_url"])
    assert len(list(found.objects(catalog, DCAT.dataset))) >= 1
    assert found.value(found.value(catalog, DCTERMS.publisher), FOAF.name)


@pytest.mark.parametrize("path", ["/catalog.foo", "/dataset/x.foo", "/catalog.html"])
def test_a_format_that_does_not_exist_is_not_found(app, portal, path):
    assert get(app, path).status_code == 404


def test_a_wrong_page_or_profile_is_refused_not_broken(app, portal):
    for query in ("page=x", "page=0", "modified_since=never", "profiles=no-such"):
        assert get(app, f"/catalog.ttl?{query}").status_code == 409


@pytest.mark.parametrize("kind", ["dataset", "catalog"])
def test_an_unchanged_document_builds_no_graph(app, dataset, no_graphs, kind):
    path = f"/dataset/{dataset['id']}.ttl" if kind == "dataset" else "/catalog.ttl"
    first = get(app, path)
    no_graphs()
    assert unchanged(app, path, first)
    again = get(app, path)
    assert again.body == first.body
    assert again.headers["Last-Modified"] == first.headers["Last-Modified"]
    by_time = get(app, path, **{"If-Modified-Since": first.headers["Last-Modified"]})
    assert by_time.status_code == 304


def test_an_unchanged_dataset_costs_three_statements_and_says_which_it_was(app, dataset):
    path = f"/dataset/{dataset['name']}.jsonld"
    first = get(app, path)
    said, statements = [], []
    noted = {"If-None-Match": first.headers["ETag"]}

    def count(_conn, _cursor, statement, *_):
        statements.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", count)
    try:
        with app.flask_app.test_request_context(path, headers=noted):
            response = app.flask_app.preprocess_request()
            assert response.status_code == 304
            from flask import g, request

            said.append((request.endpoint, g.pkg_dict["id"], g.pkg_dict["owner_org"]))
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", count)
    assert said == [("dcat.read_dataset", dataset["id"], dataset["owner_org"])]
    assert len(statements) <= 5, statements


def test_an_edited_dataset_is_a_new_document_everywhere(app, portal, dataset):
    path = f"/dataset/{dataset['id']}.ttl"
    before, catalog = get(app, path), get(app, "/catalog.ttl")
    portal.call("package_patch", id=dataset["id"], title="ชื่อใหม่")
    assert not unchanged(app, path, before)
    assert "ชื่อใหม่" in get(app, path).text
    assert not unchanged(app, "/catalog.ttl", catalog)
    assert "ชื่อใหม่" in get(app, "/catalog.ttl").text


def test_a_change_within_the_second_has_a_later_time(app, portal, dataset):
    path = f"/dataset/{dataset['id']}.ttl"
    times = []
    for title in ("หนึ่ง", "สอง", "สาม"):
        portal.call("package_patch", id=dataset["id"], title=title)
        response = get(app, path)
        assert title in response.text
        times.append(parsedate_to_datetime(response.headers["Last-Modified"]))
    assert times[0] < times[1] < times[2]


def test_a_renamed_office_is_renamed_in_what_stood_before(app, portal, dataset):
    path = f"/dataset/{dataset['id']}.ttl"
    before, catalog = get(app, path), get(app, "/catalog.ttl")
    portal.command("organization_patch", id=portal.office["id"], title="สำนักงานชื่อใหม่")
    for address, old in ((path, before), ("/catalog.ttl", catalog)):
        assert not unchanged(app, address, old)
        assert "สำนักงานชื่อใหม่" in get(app, address).text


@pytest.mark.parametrize("way", ["private", "deleted", "draft"])
def test_what_is_withdrawn_is_given_no_longer(app, portal, dataset, way):
    path = f"/dataset/{dataset['id']}.ttl"
    before, catalog = get(app, path), get(app, "/catalog.ttl")
    assert dataset["id"] in catalog.text
    if way == "deleted":
        portal.call("package_delete", id=dataset["id"])
    elif way == "private":
        portal.call("package_patch", id=dataset["id"], private=True)
    else:
        portal.command("package_patch", id=dataset["id"], state="draft")
    again = get(app, path, **{"If-None-Match": before.headers["ETag"]})
    assert again.status_code in (403, 404)
    assert dataset["title"] not in again.text
    assert not unchanged(app, "/catalog.ttl", catalog)
    assert dataset["id"] not in get(app, "/catalog.ttl").text


def test_a_member_reads_a_private_dataset_and_nobody_keeps_it(app, portal, dataset):
    portal.call("package_patch", id=dataset["id"], private=True)
    path = f"/dataset/{dataset['id']}.ttl"
    response = get(app, path, **portal.headers)
    assert dataset["title"] in response.text
    assert "private" in response.headers["Cache-Control"]
    assert "public" not in response.headers["Cache-Control"]
    assert get(app, path).status_code in (403, 404)
    assert dataset["id"] not in get(app, "/catalog.ttl", **portal.headers).text


def test_the_data_dictionary_comes_and_goes_with_the_datastore(app, portal, dataset):
    path, resource = f"/dataset/{dataset['id']}.ttl", dataset["resources"][0]["id"]
    before, catalog = get(app, path), get(app, "/catalog.ttl")
    fields = [{"id": "อำเภอ", "type": "text", "info": {"label": "อำเภอ"}}]
    portal.command("datastore_create", resource_id=resource, fields=fields, force=True)
    assert not unchanged(app, path, before)
    assert not unchanged(app, "/catalog.ttl", catalog)
    pages = {str(page) for page in graph(get(app, path)).objects(None, FOAF.page)}
    site = tk.config["ckan.site_url"]
    assert pages == {f"{site}/api/3/action/datastore_info?id={resource}"}
    with_table = get(app, path)
    portal.command("datastore_delete", resource_id=resource, force=True)
    assert not unchanged(app, path, with_table)
    assert not list(graph(get(app, path)).objects(None, FOAF.page))


def test_the_settings_are_part_of_the_document(app, dataset, ckan_config, monkeypatch):
    path = f"/dataset/{dataset['id']}.ttl"
    before, catalog = get(app, path), get(app, "/catalog.ttl")
    monkeypatch.setitem(tk.config, "ckan.site_title", "ศูนย์ข้อมูลใหม่")
    assert not unchanged(app, "/catalog.ttl", catalog)
    assert "ศูนย์ข้อมูลใหม่" in get(app, "/catalog.ttl").text
    assert not unchanged(app, path, before)


def test_a_group_makes_a_theme_at_once(app, portal, dataset):
    path = f"/dataset/{dataset['id']}.ttl"
    before, catalog = get(app, path), get(app, "/catalog.ttl")
    portal.command("group_create", name="category06", title="ด้านสิ่งแวดล้อม")
    portal.command(
        "member_create",
        id="category06",
        object=dataset["id"],
        object_type="package",
        capacity="public",
    )
    assert not unchanged(app, path, before)
    assert not unchanged(app, "/catalog.ttl", catalog)
    portal.call("package_patch", id=dataset["id"], title="อีกชื่อ")
    assert "data-theme/ENVI" in get(app, path).text


def test_searches_are_validated_but_not_kept(app, dataset, no_graphs):
    path = f"/catalog.ttl?q=title:{dataset['name']}"
    first = get(app, path)
    assert "Last-Modified" not in first.headers
    no_graphs()
    assert unchanged(app, path, first)
    with pytest.raises(AssertionError):
        get(app, path)


def test_another_question_has_another_tag(app, dataset):
    asked = ["/catalog.ttl", "/catalog.ttl?page=2", "/catalog.ttl?q=x", "/catalog.xml"]
    tags = [get(app, path).headers.get("ETag") for path in asked]
    assert None not in tags
    assert len(set(tags)) == len(asked)


def test_without_redis_documents_are_made_anew(app, dataset, monkeypatch):
    import redis

    def down():
        raise redis.ConnectionError("down")

    monkeypatch.setattr("ckanext.pcio.standard.dcat.store.connect_to_redis", down)
    path = f"/dataset/{dataset['id']}.ttl"
    first = get(app, path)
    assert first.status_code == 200
    assert unchanged(app, path, first)


def test_an_index_that_lags_is_not_kept(app, dataset, monkeypatch):
    monkeypatch.setattr(endpoints, "_indexed", lambda: (0, None))
    response = get(app, "/catalog.n3?page=1")
    assert response.status_code == 200
    assert "ETag" not in response.headers


def test_a_vanished_dataset_is_not_found(app, portal):
    assert get(app, "/dataset/no-such.ttl").status_code == 404
