"""Answers of the portal are counted by what they were."""

from __future__ import annotations

import logging
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.common import config
from ckan.tests import helpers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ckanext.pcio.usage import attribution, buffer, capture
from tests.dashboard import builders
from tests.usage import reading
from tests.usage.reading import CURL, ask, counted, events, kinds
from tests.usage.redis_server import RedisServer

pytestmark = pytest.mark.usefixtures("nothing_counted")


@pytest.fixture(scope="module")
def off(used_province):
    """An application that does not count."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(config, "ckanext.pcio.usage.enabled", False)
        return helpers._get_test_app()


@contextmanager
def statements():
    """The SQL statements sent to CKAN's database within this."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)


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


@pytest.mark.parametrize("path", ["/dataset/{name}.ttl", "/catalog.ttl"])
def test_a_document_the_reader_has_already_is_metadata_too(portal, used_province, path):
    path = path.format(name=used_province.name)
    first = ask(portal, path)
    again = ask(portal, path, headers={"If-None-Match": first.headers["ETag"]}, address="192.0.2.2")
    assert again.status_code == 304
    assert kinds() == {"api_metadata": 2}
    dataset = "" if path.startswith("/catalog") else used_province.dataset
    assert {name.dataset_id for name in events()} == {dataset}


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


def test_what_programs_read_of_a_file_elsewhere_is_its_own_address(portal, used_province):
    asked = {"id": used_province.external}
    answer = ask(portal, "/api/3/action/resource_show", query_string=asked)
    assert answer.get_json()["result"]["url"] == used_province.external_url


def test_a_portal_that_does_not_count_leaves_links_as_they_are(portal, used_province, monkeypatch):
    monkeypatch.setitem(config, "ckanext.pcio.usage.enabled", False)
    page = ask(portal, f"/dataset/{used_province.name}").get_data(as_text=True)
    assert f'href="{used_province.external_url}"' in page


def _download(used_province, which="own"):
    resource = getattr(used_province, which)
    return f"/dataset/{used_province.name}/resource/{resource}/download"


@pytest.mark.parametrize(
    ("headers", "status", "number"),
    [
        ({"Range": "bytes=0-"}, 206, 1),
        ({"Range": "bytes=0-9"}, 206, 1),
        ({"Range": "bytes=10-19"}, 206, 0),
        ({"Range": "bytes=-5"}, 206, 0),
        ({"Range": "bytes=99999-"}, 416, 0),
    ],
)
def test_of_a_file_in_parts_the_first_counts(portal, used_province, headers, status, number):
    answer = ask(portal, _download(used_province), headers=headers)
    assert answer.status_code == status
    assert kinds() == ({"download": 1} if number else {})


def test_a_file_the_reader_has_already_counts(portal, used_province):
    first = ask(portal, _download(used_province))
    again = ask(
        portal,
        _download(used_province),
        headers={"If-None-Match": first.headers["ETag"]},
        address="192.0.2.2",
    )
    assert again.status_code == 304
    assert kinds() == {"download": 2}


@pytest.mark.parametrize("which", ["own", "external"])
def test_a_file_sent_to_a_reader_who_only_asks_about_it_does_not_count(
    portal, used_province, which
):
    ask(portal, _download(used_province, which), method="HEAD")
    ask(portal, f"/dataset/{used_province.name}", method="HEAD")
    assert kinds() == {}


@pytest.mark.parametrize(
    "header",
    [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "prefetch")],
)
def test_what_a_browser_fetches_in_case_does_not_count(portal, used_province, header):
    ask(portal, f"/dataset/{used_province.name}", headers=dict([header]))
    assert kinds() == {}


@pytest.mark.parametrize(
    ("site", "destination", "number"),
    [
        ("same-origin", "image", 0),
        ("same-origin", "empty", 0),
        ("same-origin", "document", 1),
        ("cross-site", "image", 1),
        ("none", "document", 1),
    ],
)
def test_a_file_a_page_of_ours_shows_is_part_of_the_page(
    portal, used_province, site, destination, number
):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination}
    ask(portal, _download(used_province), headers=headers)
    assert kinds() == ({"download": 1} if number else {})


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("package_show", {"id": "none"}),
        ("resource_show", {"id": "none"}),
        ("datastore_search", {"resource_id": "none"}),
        ("datastore_search", {"resource_id": "{own}", "limit": "many"}),
        ("datastore_search_sql", {"sql": 'SELECT none FROM "{own}"'}),
        ("package_show", {"id": "{private}"}),
        ("datastore_search", {"resource_id": "_table_metadata"}),
    ],
)
def test_a_call_that_fails_or_reads_no_dataset_does_not_count(portal, used_province, action, asked):
    asked = {key: value.format(**vars(used_province)) for key, value in asked.items()}
    ask(portal, f"/api/3/action/{action}", query_string=asked, agent=CURL)
    assert kinds() == {}


def test_one_query_over_two_resources_counts_each(portal, used_province):
    other = used_province.second_table
    sql = f'SELECT a._id FROM "{used_province.own}" a JOIN "{other}" b ON a._id = b._id'
    for _ in range(2):  # the second is a double click
        ask(portal, "/api/3/action/datastore_search_sql", query_string={"sql": sql}, agent=CURL)
    assert {name.resource_id for name in events()} == {used_province.own, other}
    assert {name.dataset_id for name in events()} == {used_province.dataset}
    assert kinds() == {"api_data": 2}


def test_another_body_is_another_address(portal, used_province):
    for offset in (0, 1, 1):
        asked = {"resource_id": used_province.own, "offset": offset}
        ask(portal, "/api/3/action/datastore_search", method="post", json=asked, agent=CURL)
    assert kinds() == {"api_data": 2}


def test_another_name_of_a_table_is_the_same_resource(portal, used_province):
    for called in ("tourists_by_month", used_province.own):
        asked = {"resource_id": called}
        ask(portal, "/api/3/action/datastore_search", query_string=asked, agent=CURL)
    ask(portal, "/datastore/dump/tourists_by_month")
    assert {name.resource_id for name in events()} == {used_province.own}
    assert kinds() == {"api_data": 2, "dump": 1}


def test_the_languages_are_one_address(portal, used_province):
    for language in ("", "/en", "/th"):
        ask(portal, f"{language}/dataset/{used_province.name}")
    assert kinds() == {"view": 1}


def test_a_script_of_a_page_that_calls_the_api_is_a_persons(portal, used_province):
    ask(portal, "/api/3/action/package_show", query_string={"id": used_province.name})
    assert only(events()).access == "regular"


def test_a_robot_is_counted_apart(portal, used_province):
    ask(portal, f"/dataset/{used_province.name}", agent="Googlebot/2.1")
    assert {name.access for name in counted()} == {"robot"}


def test_a_token_names_its_account_and_not_the_address(portal, used_province):
    for address in ("192.0.2.7", "192.0.2.8"):
        ask(
            portal,
            "/api/3/action/package_show",
            query_string={"id": used_province.private},
            headers={"Authorization": used_province.editor},
            agent=CURL,
            address=address,
        )
    name = only(events())
    assert name.account == used_province.editor_id
    assert name.dataset_id == used_province.private


def test_a_refused_token_is_nobodys(portal, used_province):
    ask(portal, f"/dataset/{used_province.name}", headers={"Authorization": "revoked"})
    assert only(events()).account == ""


def test_a_deleted_dataset_an_administrator_sees_does_not_count(portal, used_province):
    deleted = builders.create("tourism", 90)
    helpers.call_action(
        "package_delete", {"ignore_auth": True, "user": used_province.site_user}, id=deleted["id"]
    )
    headers = {"Authorization": used_province.sysadmin}
    for path in (f"/dataset/{deleted['name']}", f"/api/3/action/package_show?id={deleted['id']}"):
        assert ask(portal, path, headers=headers).status_code == 200
    assert kinds() == {}


def test_a_renamed_dataset_keeps_its_numbers(portal, used_province):
    dataset = builders.create("tourism", 91)
    context = {"ignore_auth": True, "user": used_province.site_user}
    ask(portal, f"/dataset/{dataset['name']}")
    helpers.call_action("package_patch", dict(context), id=dataset["id"], name="another-name")
    ask(portal, "/dataset/another-name")
    assert {name.dataset_id for name in events()} == {dataset["id"]}
    assert kinds() == {"view": 2}


PATHS = [
    "/dataset/{name}",
    "/dataset/{name}/resource/{own}",
    "/dataset/{name}/resource/{own}/download",
    "/dataset/{name}/resource/{external}/download",
    "/api/3/action/package_show?id={name}",
    "/api/3/action/resource_show?id={own}",
    "/api/3/action/datastore_search?resource_id={own}",
    "/datastore/dump/{own}",
    "/dataset/{name}.ttl",
    "/catalog.xml",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["", "editor", "sysadmin"])
def test_counting_asks_the_database_nothing(portal, off, used_province, path, token):
    path = path.format(**vars(used_province))
    headers = {"Authorization": getattr(used_province, token)} if token else {}
    ask(off, path, headers=headers)  # what is read once only, is read
    ask(portal, path, headers=headers)
    with statements() as without:
        ask(off, path, headers=headers)
    reading.forget()
    with statements() as counting:
        ask(portal, path, headers=headers)
    assert sum(kinds().values()) == 1
    assert len(counting) == len(without)


@pytest.mark.parametrize("path", PATHS)
def test_without_redis_pages_answer_as_before(portal, used_province, path, monkeypatch, tmp_path):
    path = path.format(**vars(used_province))
    server = RedisServer(tmp_path)  # never started
    usual = ask(portal, path).status_code
    monkeypatch.setitem(config, "ckan.redis.url", server.url)
    assert ask(portal, path).status_code == usual
    assert sum(buffer.breaker.take_lost().values()) == 1


def test_an_error_of_counting_reaches_nobody(portal, used_province, monkeypatch, caplog):
    monkeypatch.setattr(capture._log, "disabled", False)

    def broken(*_arguments):
        raise ValueError("192.0.2.1 Firefox")

    for place, name in ((buffer, "store"), (attribution, "uses")):
        with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
            patch.setattr(place, name, broken)
            assert ask(portal, f"/dataset/{used_province.name}").status_code == 200
    assert "Use was not counted: ValueError at " in caplog.text
    assert "192.0.2.1" not in caplog.text


def test_neither_address_nor_browser_is_kept_or_said(portal, used_province, caplog):
    with caplog.at_level(logging.DEBUG, logger="ckanext.pcio"):
        for path in PATHS:
            ask(
                portal,
                path.format(**vars(used_province)),
                agent="Telltale/1.0",
                address="198.51.100.77",
                headers={"X-Forwarded-For": "203.0.113.5"},
            )
    client, kept = buffer.connection(), [caplog.text]
    for key in client.scan_iter(f"{buffer.prefix()}*"):
        kept += [repr(key), repr(client.dump(key))]
    assert kinds()
    for secret in ("Telltale", "198.51.100", "203.0.113"):
        assert not any(secret in text for text in kept)


def test_a_portal_that_does_not_count_installs_nothing(off):
    app = off.flask_app
    functions = [
        function
        for kept in (app.before_request_funcs, app.after_request_funcs)
        for function in kept.get(None, [])
    ]
    assert not [f for f in functions if f.__module__ == capture.__name__]


def test_a_dump_that_breaks_off_does_not_count(portal, used_province, monkeypatch):
    """The table goes while its rows are on their way."""
    monkeypatch.setattr("ckanext.datastore.blueprint.PAGINATE_BY", 1)
    context = {"ignore_auth": True, "user": used_province.site_user}
    resource = helpers.call_action(
        "resource_create",
        dict(context),
        package_id=used_province.dataset,
        name="x",
        url="http://x.example/x.csv",
        format="CSV",
    )
    records = [{"a": 1}, {"a": 2}, {"a": 3}]
    helpers.call_action(
        "datastore_create", dict(context), resource_id=resource["id"], records=records, force=True
    )
    environ = EnvironBuilder(path=f"/datastore/dump/{resource['id']}").get_environ()
    parts, status, _headers = run_wsgi_app(portal.flask_app, environ)
    assert status == "200 OK"
    next(parts)
    helpers.call_action("datastore_delete", dict(context), resource_id=resource["id"], force=True)
    with pytest.raises(Exception, match=resource["id"]):
        list(parts)
    parts.close()
    assert kinds() == {}


def test_a_reader_who_leaves_a_dump_early_counts(portal, used_province):
    environ = EnvironBuilder(path=f"/datastore/dump/{used_province.own}").get_environ()
    parts, _status, _headers = run_wsgi_app(portal.flask_app, environ)
    next(iter(parts))
    assert kinds() == {}
    parts.close()
    assert kinds() == {"dump": 1}
