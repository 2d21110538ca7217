"""Rows of links follow the resources, in the dataset's own transaction."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.links import queries, store
from ckanext.pcio.catalog.links.model import LINK

from .conftest import rows

A, B = "https://x.example/a.csv", "https://x.example/b.csv"


def set_state(url: str, state: str) -> None:
    with model.meta.engine.begin() as connection:
        connection.execute(sa.update(LINK).where(LINK.c.url == url).values(state=state, failures=2))


def call(name: str, **arguments):
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return call_action(name, {"user": user, "ignore_auth": True}, **arguments)


def test_new_resources_are_unchecked_and_due(make):
    dataset = make("water", A, B)
    found = rows()
    assert {row["state"] for row in found.values()} == {"unchecked"}
    assert {row["package_id"] for row in found.values()} == {dataset["id"]}
    assert not found[A]["upload"]


def test_only_a_changed_address_is_checked_anew(make):
    dataset = make("water", A, B)
    set_state(A, "broken")
    set_state(B, "ok")
    first, second = dataset["resources"]
    call("resource_patch", id=first["id"], url="https://x.example/c.csv")
    call("resource_patch", id=second["id"], description="อธิบายแล้ว")
    found = rows()
    assert found.keys() == {"https://x.example/c.csv", B}
    assert found["https://x.example/c.csv"]["state"] == "unchecked"
    assert found["https://x.example/c.csv"]["failures"] == 0
    assert found[B]["state"] == "ok"


def test_what_is_gone_leaves_no_row(make):
    dataset = make("water", A, B)
    call("resource_delete", id=dataset["resources"][0]["id"])
    assert rows().keys() == {B}
    call("package_delete", id=dataset["id"])
    assert rows() == {}


def test_a_purged_dataset_leaves_no_row(make):
    call("dataset_purge", id=make("water", A)["id"])
    assert rows() == {}


def test_a_save_that_fails_leaves_no_row(make, monkeypatch):
    real = sync.write

    def write_then_fail(ids):
        real(ids)
        raise RuntimeError("the database went away")

    monkeypatch.setattr(sync, "write", write_then_fail)
    with pytest.raises(RuntimeError):
        make("water", A)
    model.Session.rollback()
    assert rows() == {}


def test_a_rebuild_of_the_facts_brings_the_rows_back(make):
    make("water", A)
    make("roads", B)
    with model.meta.engine.begin() as connection:
        connection.execute(sa.delete(LINK).where(LINK.c.url == A))
        connection.execute(
            sa.insert(LINK).values(resource_id="gone", package_id="gone", url="http://gone.example")
        )
    sync.rebuild()
    assert rows().keys() == {A, B}
    assert store.follow() is False
    model.Session.commit()


def test_facts_and_links_are_written_once_for_each_save(make, monkeypatch):
    """CKAN tells of the dataset and of each of its resources after one and the same flush."""
    written = []
    real = sync.write
    monkeypatch.setattr(sync, "write", lambda ids: (written.extend(ids), real(ids))[1])
    dataset = make("water", A, B)
    assert written == [dataset["id"]]
    call("package_patch", id=dataset["id"], title="ชื่อใหม่")
    assert written == [dataset["id"]] * 2
    assert sync.check() == []


def test_a_change_after_a_savepoint_is_written_too(make):
    dataset = make("water", A)
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context = {"user": user, "ignore_auth": True, "defer_commit": True}
    with model.Session.begin_nested():
        tk.get_action("package_patch")(dict(context), {"id": dataset["id"], "title": "หนึ่ง"})
    tk.get_action("package_patch")(dict(context), {"id": dataset["id"], "title": "สอง"})
    model.repo.commit()
    assert sync.check() == []


def test_counts_for_lists(make):
    water, roads = make("water", A, B), make("roads", "https://x.example/c.csv")
    set_state(A, "broken")
    set_state(B, "ok")
    ids = [water["id"], roads["id"], "no-such-dataset"]
    assert queries.counts(ids)[water["id"]] == (1, 1, 0, 0, 0)
    assert queries.counts(ids)["no-such-dataset"] == (0, 0, 0, 0, 0)
    assert queries.broken(ids) == {water["id"]: 1}
    having = sa.select(model.Package.name).where(queries.has_broken(model.Package.id))
    assert list(model.Session.scalars(having)) == ["water"]
    (state,) = queries.states(roads["id"]).values()
    assert (state.url, state.state) == ("https://x.example/c.csv", "unchecked")
