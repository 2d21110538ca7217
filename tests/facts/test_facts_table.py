"""The facts table is kept in step with CKAN, in the dataset's own transaction."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.model import TABLE

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


def call_action(name: str, /, **arguments):
    """Call an action as the site's own user: activities need somebody who did it."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return helpers.call_action(name, {"user": user, "ignore_auth": True}, **arguments)


def row(package_id: str):
    query = sa.select(TABLE).where(TABLE.c.package_id == package_id)
    return model.Session.execute(query).mappings().one_or_none()


def test_a_new_dataset_has_its_row(make_dataset, office):
    dataset = make_dataset("water")
    stored = row(dataset["id"])
    assert stored["name"] == "water"
    assert stored["organization_id"] == office["id"]
    assert stored["category"] == "public"
    assert stored["missing"] == []
    assert stored["permission_labels"] == ["public"]


def test_an_update_changes_the_row(make_dataset):
    dataset = make_dataset("water")
    call_action("package_patch", id=dataset["id"], private=True)
    stored = row(dataset["id"])
    assert stored["private"] is True
    assert stored["permission_labels"] == [f"member-{dataset['owner_org']}"]


def test_a_resource_changes_the_row(make_dataset):
    dataset = make_dataset("water")
    assert row(dataset["id"])["structured"] is False
    resource = call_action(
        "resource_create",
        package_id=dataset["id"],
        name="ข้อมูล",
        url="http://x.example/a.csv",
        format="CSV",
    )
    assert row(dataset["id"])["structured"] is True
    assert row(dataset["id"])["formats"] == ["CSV"]
    call_action("resource_delete", id=resource["id"])
    assert row(dataset["id"])["resources"] == 0


def test_a_deleted_or_purged_dataset_has_no_row(make_dataset):
    deleted, purged = make_dataset("a-one"), make_dataset("a-two")
    call_action("package_delete", id=deleted["id"])
    call_action("dataset_purge", id=purged["id"])
    assert row(deleted["id"]) is None
    assert row(purged["id"]) is None


def test_a_dataset_that_comes_back_has_its_row_again(make_dataset):
    dataset = make_dataset("water")
    call_action("package_delete", id=dataset["id"])
    call_action("package_patch", id=dataset["id"], state="active")
    assert row(dataset["id"])["state"] == "active"


def test_a_dataset_moved_to_another_office(make_dataset):
    other = factories.Organization(name="other")
    dataset = make_dataset("water")
    call_action("package_owner_org_update", id=dataset["id"], organization_id=other["id"])
    assert row(dataset["id"])["organization_id"] == other["id"]


def test_bulk_update_changes_the_rows(make_dataset, office):
    datasets = [make_dataset(f"water-{number}") for number in range(3)]
    call_action(
        "bulk_update_private", org_id=office["id"], datasets=[each["id"] for each in datasets]
    )
    assert all(row(each["id"])["private"] for each in datasets)


def test_a_refused_dataset_leaves_no_row(make_dataset):
    with pytest.raises(tk.ValidationError):
        make_dataset("water", data_type="ไม่มีประเภทนี้")
    assert model.Session.execute(sa.select(sa.func.count()).select_from(TABLE)).scalar() == 0


def test_a_rolled_back_dataset_leaves_no_row(make_dataset, monkeypatch):
    """The row is in the dataset's transaction: when the commit fails both are gone."""
    written = []
    real = sync.write

    def write_then_fail(ids):
        real(ids)
        written.extend(ids)
        raise RuntimeError("the database went away")

    monkeypatch.setattr(sync, "write", write_then_fail)
    with pytest.raises(RuntimeError):
        make_dataset("water")
    model.Session.rollback()
    assert written
    assert row(written[0]) is None
    assert model.Package.get(written[0]) is None


def test_the_data_dictionary_is_seen(make_dataset):
    dataset = make_dataset("water")
    resource = call_action(
        "resource_create",
        package_id=dataset["id"],
        name="ข้อมูล",
        url="http://x.example/a.csv",
        format="CSV",
    )
    fields = [{"id": "ปี", "type": "int", "info": {"label": "ปี", "notes": "ปีพุทธศักราช"}}]
    call_action("datastore_create", resource_id=resource["id"], force=True, fields=fields)
    stored = row(dataset["id"])
    assert stored["datastore"] is True
    assert stored["dictionary"] is True
    assert sync.check() == []


def test_a_dictionary_changed_later_is_seen(make_dataset):
    dataset = make_dataset("water")
    resource = call_action(
        "resource_create",
        package_id=dataset["id"],
        name="ข้อมูล",
        url="http://x.example/a.csv",
        format="CSV",
    )
    fields = [{"id": "ปี", "type": "int"}]
    call_action("datastore_create", resource_id=resource["id"], force=True, fields=fields)
    assert row(dataset["id"])["dictionary"] is False
    fields = [{"id": "ปี", "type": "int", "info": {"label": "ปี", "notes": "ปีพุทธศักราช"}}]
    call_action("datastore_create", resource_id=resource["id"], force=True, fields=fields)
    assert row(dataset["id"])["dictionary"] is True
    call_action("datastore_delete", resource_id=resource["id"], force=True)
    assert row(dataset["id"])["dictionary"] is False
    assert sync.check() == []


def test_check_finds_what_does_not_fit(make_dataset):
    changed, missing = make_dataset("changed"), make_dataset("missing")
    make_dataset("fine")
    model.Session.execute(
        sa.update(TABLE).where(TABLE.c.package_id == changed["id"]).values(title="x", stars=9)
    )
    model.Session.execute(sa.delete(TABLE).where(TABLE.c.package_id == missing["id"]))
    stray = dict(row(changed["id"])) | {"package_id": "stray", "name": "stray"}
    model.Session.execute(sa.insert(TABLE).values(**stray))
    model.Session.commit()
    found = {difference.name: difference.problem for difference in sync.check()}
    assert found == {"changed": "title, stars", "missing": "missing", "stray": "left over"}


def test_rebuild_makes_the_table_equal_again(make_dataset):
    make_dataset("one")
    make_dataset("two", private=True)
    model.Session.execute(sa.delete(TABLE))
    model.Session.commit()
    assert sync.rebuild() == 2
    assert sync.check() == []


def test_the_command_line_says_whether_the_table_fits(cli, make_dataset):
    from ckan.cli.cli import ckan

    make_dataset("one")
    assert cli.invoke(ckan, ["pcio", "facts", "check"]).exit_code == 0
    model.Session.execute(sa.delete(TABLE))
    model.Session.commit()
    refused = cli.invoke(ckan, ["pcio", "facts", "check"])
    assert refused.exit_code == 1
    assert "one" in refused.output
    assert cli.invoke(ckan, ["pcio", "facts", "rebuild"]).exit_code == 0
    assert cli.invoke(ckan, ["pcio", "facts", "check"]).exit_code == 0


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not in the table"), ("th", "ยังไม่อยู่ในตาราง")]
)
def test_the_command_line_speaks_the_terminals_language(
    cli, make_dataset, monkeypatch, language, words
):
    """There is no request on a command line, and CKAN's own translation would say English."""
    from ckan.cli.cli import ckan

    make_dataset("one")
    model.Session.execute(sa.delete(TABLE))
    model.Session.commit()
    monkeypatch.setenv("PCIO_LANG", language)
    assert words in cli.invoke(ckan, ["pcio", "facts", "check"]).output


def test_an_organization_that_is_renamed_touches_no_row(make_dataset, office):
    make_dataset("one")
    call_action("organization_patch", id=office["id"], title="ชื่อใหม่")
    assert sync.check() == []
    assert call_action("pcio_counts_show")["organizations"][0]["title"] == "ชื่อใหม่"


def test_the_migration_goes_down_and_up(make_dataset):
    from ckan.cli.db import _run_migrations

    make_dataset("one")
    model.Session.commit()
    model.Session.remove()
    _run_migrations("pcio", "base", False)
    inspector = sa.inspect(model.meta.engine)
    assert not inspector.has_table("pcio_dataset_facts")
    _run_migrations("pcio", "head")
    assert sync.rebuild() == 1


def test_the_migration_makes_what_the_model_says():
    """A column added to one and forgotten in the other is found here."""
    inspector = sa.inspect(model.meta.engine)
    columns = {column["name"]: column for column in inspector.get_columns(TABLE.name)}
    assert set(columns) == {column.name for column in TABLE.columns}
    for column in TABLE.columns:
        assert columns[column.name]["nullable"] == column.nullable, column.name
