"""Answers of the portal are counted by what they were."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.usage.reading import CURL, ask, counted, events, kinds

pytestmark = pytest.mark.usefixtures("nothing_counted")


def only(found):
    assert len(found) == 1, found
    ((name, number),) = found.items()
    assert number == 1
    return name


def test_a_dataset_page_is_a_view(portal, used_province):
    assert ask(portal, f"/dataset/{used_province.name}").status_code == 200
    name = only(events())
    assert (name.kind, name.access, name.account) == ("view", "regular", "")
    assert (name.dataset_id, name.resource_id) == (used_province.dataset, "")


def test_a_resource_page_is_a_view_of_the_resource(portal, used_province):
    ask(portal, f"/dataset/{used_province.name}/resource/{used_province.own}")
    name = only(events())
    assert (name.kind, name.dataset_id) == ("view", used_province.dataset)
    assert name.resource_id == used_province.own


@pytest.mark.parametrize("which", ["own", "external"])
def test_a_file_is_a_download(portal, used_province, which):
    resource = getattr(used_province, which)
    answer = ask(portal, f"/dataset/{used_province.name}/resource/{resource}/download")
    assert answer.status_code == {"own": 200, "external": 302}[which]
    name = only(events())
    assert (name.kind, name.dataset_id, name.resource_id) == (
        "download",
        used_province.dataset,
        resource,
    )


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("api", ["/api/action", "/api/3/action"])
@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("package_show", "api_metadata"),
        ("resource_show", "api_metadata"),
        ("datastore_search", "api_data"),
        ("datastore_search_sql", "api_data"),
    ],
)
def test_an_api_read_counts_once(portal, used_province, method, api, action, kind):
    asked = {
        "package_show": {"id": used_province.name},
        "resource_show": {"id": used_province.own},
        "datastore_search": {"resource_id": used_province.own},
        "datastore_search_sql": {"sql": f'SELECT * FROM "{used_province.own}"'},
    }[action]
    options = {"query_string": asked} if method == "get" else {"json": asked}
    answer = ask(portal, f"{api}/{action}", method=method, agent=CURL, **options)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    name = only(events())
    assert (name.kind, name.access) == (kind, "machine")
    assert name.dataset_id == used_province.dataset
    assert name.resource_id == ("" if action == "package_show" else used_province.own)


def test_a_dump_counts_once(portal, used_province):
    answer = ask(portal, f"/datastore/dump/{used_province.own}")
    assert "มกราคม" in answer.get_data(as_text=True)
    name = only(events())
    assert (name.kind, name.dataset_id, name.resource_id) == (
        "dump",
        used_province.dataset,
        used_province.own,
    )


@pytest.mark.parametrize("ending", ["ttl", "xml", "jsonld"])
def test_a_dataset_in_rdf_is_metadata(portal, used_province, ending):
    ask(portal, f"/dataset/{used_province.name}.{ending}")
    name = only(events())
    assert (name.kind, name.dataset_id) == ("api_metadata", used_province.dataset)


def test_the_catalog_in_rdf_is_metadata_of_no_dataset(portal):
    assert ask(portal, "/catalog.ttl").status_code == 200
    name = only(events())
    assert (name.kind, name.dataset_id) == ("api_metadata", "")


def test_all_counters_of_one_download(portal, used_province):
    ask(portal, f"/dataset/{used_province.name}/resource/{used_province.own}/download")
    found = {
        (name.kind, name.organization_id, name.dataset_id, name.resource_id): number
        for name, number in counted().items()
    }
    dataset, resource = used_province.dataset, used_province.own
    assert found == {
        ("download", "", dataset, resource): 1,
        ("unique_investigation", "", dataset, ""): 1,
        ("unique_request", "", dataset, ""): 1,
        ("visitor", "", dataset, resource): 1,
        ("visitor", "", dataset, ""): 1,
        ("visitor", used_province.organization, "", ""): 1,
        ("visitor", "", "", ""): 1,
    }


def test_nothing_else_counts(portal, used_province):
    for path in ("/", "/dataset/", "/dataset/?tags=x", "/organization/tourism", "/dataset/none"):
        ask(portal, path)
    for path in ("package_search", "organization_show?id=tourism", "package_list"):
        ask(portal, f"/api/3/action/{path}")
    ask(portal, f"/dataset/{used_province.private}")
    ask(portal, f"/dataset/{used_province.dataset}")  # goes on to its name
    assert kinds() == {}


@pytest.mark.parametrize("page", ["/dataset/{name}", "/dataset/{name}/resource/{external}"])
def test_links_to_a_file_elsewhere_lead_through_the_portal(portal, used_province, page):
    path = page.format(name=used_province.name, external=used_province.external)
    document = BeautifulSoup(ask(portal, path).get_data(), "html.parser")
    own = f"/dataset/{used_province.name}/resource/{used_province.external}/download"
    links = document.select("a.resource-url-analytics")

    assert own in {link["href"] for link in links}
    assert not document.select(f'a[href="{used_province.external_url}"]')
    answer = ask(portal, own)
    assert (answer.status_code, answer.location) == (302, used_province.external_url)
