"""What is refused: with a sentence, and nothing written."""

from __future__ import annotations

import io

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.pcio.catalog.imports import files, job, lock, store
from ckanext.pcio.standard.workbook import writing

from .conftest import datasets, rows, run, sentences, show, site_user, take, upload, work

pytestmark = pytest.mark.usefixtures("empty")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"<html>", b"\xd0\xcf\x11\xe0"])
def test_a_file_that_is_no_workbook_is_a_sentence_and_leaves_nothing(content):
    file = FileStorage(io.BytesIO(content), filename="a.xlsx")
    with pytest.raises(tk.ValidationError) as refused:
        call_action("pcio_import_create", upload=file, organization="office")
    assert refused.value.error_dict["upload"][0]
    assert store.ids() == set()
    assert list(files.path_of("x").parent.glob("*.xlsx")) == []


@pytest.mark.ckan_config("ckanext.pcio.import_max_mb", 0)
def test_a_file_that_is_too_large_is_not_kept(workbook, ckan_config):
    ckan_config["ckanext.pcio.import_max_mb"] = 0
    with pytest.raises(tk.ValidationError, match="MB"):
        upload(workbook({}))
    assert list(files.path_of("x").parent.glob("*.xlsx")) == []


def test_a_workbook_lies_where_nobody_else_reads_it(workbook):
    made = upload(workbook({}))
    path = files.path_of(made["id"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_cell_that_cannot_be_read_refuses_its_row_and_says_where(workbook):
    path = workbook({"last_updated_date": "เมื่อวานนี้"}, {"name": "rice", "title": "ข้าว"})
    checked = work(upload(path))
    (refused,) = rows(checked, "refused")
    said = next(each for each in refused["remarks"] if each["refused"])
    assert (said["sheet"], said["row"], said["value"]) == ("Temp2_Meta_Record", 6, "เมื่อวานนี้")
    assert said["column"]
    assert said["label"]
    run(checked)
    assert set(datasets()) == {"rice"}


def test_a_deleted_dataset_s_name_is_refused(workbook):
    take(workbook({}))
    call_action("package_delete", {"user": "editor"}, id="tourists")
    (row,) = rows(work(upload(workbook({}))))
    assert row["outcome"] == "refused"


def test_a_public_dataset_never_gets_a_level_above_open(workbook):
    take(workbook({"data_classification": "เปิดเผย"}), publish=True)
    assert datasets()["tourists"]["private"] is False
    (row,) = rows(work(upload(workbook({"data_classification": "ลับ"}))))
    assert row["outcome"] == "refused"
    assert sentences(row)


def test_rows_of_other_owners_are_left_out_when_asked_and_told_when_not(workbook):
    path = workbook({}, {"name": "rice", "title": "ข้าว", "owner_org": "สำนักงานเกษตร"})
    told = {row["name"]: row for row in rows(work(upload(path)))}
    assert "สำนักงานเกษตร" in sentences(told["rice"])
    assert told["tourists"]["remarks"] == []
    checked = work(upload(path, owner_text="สำนักงานเกษตร"))
    assert {row["name"]: row["outcome"] for row in rows(checked)} == {
        "tourists": "skipped",
        "rice": "new",
    }


def test_who_lost_the_role_meanwhile_imports_nothing(workbook):
    checked = work(upload(workbook({})))
    call_action("organization_member_delete", site_user(), id="office", username="editor")
    try:
        store.change(checked["id"], state="queued")
        model.Session.commit()
        failed = work(checked)
        assert failed["state"] == "failed"
        assert failed["error"]
        assert datasets() == {}
    finally:
        call_action("organization_member_create", id="office", username="editor", role="editor")


def test_an_error_of_ours_is_a_sentence_and_the_import_can_go_on(workbook, monkeypatch):
    checked = work(upload(workbook({})))
    with monkeypatch.context() as broken:
        broken.setattr("ckanext.pcio.catalog.imports.writing._package", None)
        assert run(checked)["state"] == "failed"
    assert datasets() == {}
    assert run(checked)["state"] == "finished"
    assert set(datasets()) == {"tourists"}


def test_two_imports_of_an_office_wait_for_each_other(workbook):
    made = upload(workbook({}))
    office = model.Group.get("office").id
    with lock.of_office(office) as ours:
        assert ours
        assert lock.is_held(office)
        job.work(office)
        assert show(made["id"])["state"] == "waiting"
    assert not lock.is_held(office)
    assert work(made)["state"] == "checked"


def test_a_cancelled_import_writes_nothing_more(workbook):
    made = upload(workbook({}))
    call_action("pcio_import_cancel", id=made["id"])
    assert work(made)["state"] == "cancelled"
    with pytest.raises(tk.ValidationError):
        call_action("pcio_import_run", id=made["id"])
    assert datasets() == {}


def test_old_imports_go_with_their_files(workbook, ckan_config):
    made = upload(workbook({}))
    ckan_config["ckanext.pcio.import_keep_days"] = -1
    try:
        assert job.purge() == 1
    finally:
        ckan_config["ckanext.pcio.import_keep_days"] = 90
    assert not files.path_of(made["id"]).exists()
    with pytest.raises(tk.ObjectNotFound):
        show(made["id"])


def test_an_export_read_back_changes_nothing(workbook, tmp_path):
    take(
        workbook({"url": "https://www.example.go.th/"}, {"name": "b", "title": "ข"}, resources=[{}])
    )
    before = datasets()
    path = tmp_path / "export.xlsx"
    with path.open("wb") as target:
        writing.write(before.values(), target)
    checked = work(upload(path))
    assert [(row["outcome"], row["changes"]) for row in rows(checked)] == [("unchanged", [])] * 2
    run(checked)
    assert datasets() == before


def test_a_blank_clears_only_in_a_row_that_came_out_of_a_catalog(workbook, tmp_path):
    take(workbook({"url": "https://www.example.go.th/"}))
    (stored,) = datasets().values()
    path = tmp_path / "export.xlsx"
    with path.open("wb") as target:
        writing.write([{**stored, "url": ""}], target)
    checked = work(upload(path))
    (row,) = rows(checked)
    assert [(each["field"], each["new"]) for each in row["changes"]] == [("url", "")]
    run(checked)
    assert not datasets()["tourists"].get("url")
