"""The pages of imports: what they cost, and what they say when the background worker is away."""

from __future__ import annotations

from contextlib import contextmanager

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.lib import jobs, redis
from ckan.tests import factories, helpers

from ckanext.pcio.catalog.imports import files, store

from .conftest import activities, datasets, run, show, upload, work

pytestmark = pytest.mark.usefixtures("empty")


@pytest.fixture(scope="module")
def site(portal):
    """The test application and the token of an administrator."""
    return helpers._get_test_app(), factories.SysadminWithToken()["token"]


def get(site, address):
    app, token = site
    return app.get(address, headers={"Authorization": token}, status=200)


@contextmanager
def counted():
    statements = []

    def note(_conn, _cursor, statement, *_args):
        statements.append(statement)

    model.Session.remove()
    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)


def cost(site, address):
    get(site, address)
    with counted() as statements:
        get(site, address)
    return len(statements)


def test_the_report_costs_the_same_for_two_rows_and_for_twenty(site, workbook):
    few = work(upload(workbook({}, {"name": "b", "title": "ข"})))
    many = work(upload(workbook(*({"name": f"d{n}", "title": f"ชุดที่ {n}"} for n in range(20)))))
    assert cost(site, f"/import/{few['id']}") == cost(site, f"/import/{many['id']}") > 0


def test_the_list_costs_the_same_for_one_import_and_for_ten(site, workbook):
    path = workbook({})
    work(upload(path))
    one = cost(site, "/import")
    for _ in range(9):
        work(upload(path))
    assert cost(site, "/import") == one > 0


@pytest.fixture
def redis_down(monkeypatch):
    """Redis does not answer: its address is one where nobody listens."""
    monkeypatch.setitem(config, "ckan.redis.url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(redis, "_connection_pool", None)
    jobs._queues.clear()
    yield
    redis._connection_pool = None
    jobs._queues.clear()


def test_redis_down_is_a_sentence_and_the_workbook_waits(site, workbook, request):
    app, token = site
    path = workbook({})
    request.getfixturevalue("redis_down")
    with path.open("rb") as content:
        page = app.post(
            "/en/import",
            data={"organization": "office", "upload": (content, "a.xlsx")},
            headers={"Authorization": token},
            follow_redirects=True,
        )
    assert page.status_code == 200
    assert "Redis does not answer" in page.body
    (import_id,) = store.ids()
    assert files.path_of(import_id).exists()
    waiting = show(import_id)
    assert waiting["state"] == "waiting"

    checked = work(waiting)
    assert checked["state"] == "checked"
    told = tk.get_action("pcio_import_run")(
        {"user": "editor", "ignore_auth": True}, {"id": import_id}
    )
    assert (told["state"], told["queued"]) == ("queued", False)
    assert work(told)["state"] == "finished"
    assert set(datasets()) == {"tourists"}


def test_what_was_uploaded_while_redis_was_down_is_done_with_the_next(site, workbook, request):
    path = workbook({})
    request.getfixturevalue("redis_down")
    lost = upload(path)
    assert lost["queued"] is False
    later = upload(path)
    work(later)
    assert show(lost["id"])["state"] == "checked"
    assert run(lost)["state"] == "finished"


def test_search_down_is_told_and_the_rest_is_announced_later(workbook, monkeypatch):
    checked = work(upload(workbook({})))
    with monkeypatch.context() as down:
        down.setitem(config, "solr_url", "http://127.0.0.1:1/solr/ckan")
        failed = run(checked)
    assert failed["state"] == "failed"
    assert failed["error"]
    (written,) = datasets().values()
    assert activities(written["id"]) == []
    assert run(failed)["state"] == "finished"
    found = helpers.call_action("package_search", include_private=True)
    assert [each["name"] for each in found["results"]] == ["tourists"]
    assert activities(written["id"]) == [("new package", "editor")]
