"""Exports hold what their reader may see, read back unchanged, and ask a few questions only."""

from __future__ import annotations

import csv
import io
import json
import resource as limits
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import rebuild
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog.exports import records, selection, slots
from ckanext.pcio.catalog.exports.files import FORMS
from ckanext.pcio.catalog.exports.selection import Selection
from ckanext.pcio.catalog.importer import Importer
from ckanext.pcio.catalog.readers.file import read_file
from ckanext.pcio.standard.fields import dataset_fields, resource_fields
from ckanext.pcio.standard.workbook.reading import open_workbook
from tests.dashboard.builders import loaded_plugins
from tests.schema.records import TYPES, full, mandatory

EVERYTHING = {"ignore_auth": True}
PUBLIC = {f"open-{kind}" for kind in TYPES} | {"elsewhere"}


def create(owner, name, record):
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    data = {**record, "name": name, "title": f"ชุดข้อมูล {name}", "owner_org": owner}
    for resource in data.get("resources", ()):
        # CKAN guesses it when a dataset is saved a second time, and then keeps it.
        resource["mimetype"] = "text/csv"
    call_action("package_create", context, **data)


@pytest.fixture(scope="module")
def portal(reset_db, migrate_db_for, reset_index):
    """Two offices with a full dataset of each type, a private one, a draft, and an old one."""
    with loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        tokens = {"anonymous": None}
        for name in ("office", "other"):
            editor = factories.UserWithToken()
            tokens[name] = editor["token"]
            users = [{"name": editor["name"], "capacity": "editor"}]
            factories.Organization(name=name, title=f"สำนักงาน {name}", users=users, image_url="")
        tokens["sysadmin"] = factories.SysadminWithToken()["token"]
        for kind in TYPES:
            create("office", f"open-{kind}", full(kind))
        create("office", "hidden", mandatory(private=True))
        create("office", "draft", {"state": "draft", "notes": '=HYPERLINK("x")'})
        create("other", "elsewhere", mandatory())
        old = mandatory(license_id="Other (Attribution)", last_updated_date="ปลายปี")
        Importer().take(
            {**old, "name": "old", "title": "เก่า", "owner_org": "other", "private": True}
        )
        uploaded()
        yield {"tokens": tokens, "app": helpers._get_test_app()}


def uploaded():
    """Make the file of one dataset an upload, as CKAN stores it."""
    package = model.Package.get("open-mixed")
    found = package.resources[0]
    found.url_type, found.url = "upload", "ข้อมูล ปี 2567.csv"
    model.Session.commit()
    rebuild("open-mixed")


def names(content):
    return {json.loads(line)["name"] for line in content.splitlines()}


def get(portal, role, address, status=200):
    token = portal["tokens"][role]
    headers = {"Authorization": token} if token else {}
    return portal["app"].get(address, headers=headers, status=status)


def made(form, context=EVERYTHING, chosen=Selection()):  # noqa: B008 - never changed
    target = io.BytesIO()
    FORMS[form].write(records.read(context, selection.ids(context, chosen)), target, "th")
    return target.getvalue()


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("role", "seen"),
        [
            ("anonymous", PUBLIC),
            ("office", PUBLIC | {"hidden", "draft"}),
            ("other", PUBLIC | {"old"}),
            ("sysadmin", PUBLIC | {"hidden", "old", "draft"}),
        ],
    )
    def test_private_datasets_are_for_people_of_their_office(self, portal, role, seen):
        assert names(get(portal, role, "/export/file?format=jsonl").body) == seen
        public = get(portal, role, "/export/file?format=jsonl&public=1").body
        assert names(public) == PUBLIC

    def test_what_became_private_meanwhile_is_left_out(self, portal):
        found = selection.ids(EVERYTHING, Selection())
        visitor = {"user": "", "auth_user_obj": model.AnonymousUser()}
        assert {each["name"] for each in records.read(visitor, found)} == PUBLIC

    def test_one_office_and_one_type(self, portal):
        body = get(portal, "anonymous", "/export/file?format=jsonl&organization=other").body
        assert names(body) == {"elsewhere"}
        body = get(portal, "anonymous", "/export/file?format=jsonl&type=statistics").body
        assert names(body) == {"open-statistics"}

    def test_the_page_counts_what_its_visitor_may_see(self, portal):
        assert "สำนักงาน office (5)" in get(portal, "anonymous", "/export").body
        page = get(portal, "office", "/export?organization=other").body
        assert "สำนักงาน office (7)" in page
        assert '<option value="other" selected>' in page

    @pytest.mark.parametrize(
        "address",
        [
            "/export/file",
            "/export/file?format=pdf",
            "/export/file?format=jsonl&organization=none",
            "/export/file?format=jsonl&organization=%00",
            "/export/file?format=jsonl&type=%27",
        ],
    )
    def test_what_there_is_not_is_not_found(self, portal, address):
        get(portal, "anonymous", address, status=404)

    def test_editors_find_the_files_on_the_pages_of_their_office(self, portal):
        for page in ("/organization/office", "/readiness"):
            assert "/export" in get(portal, "office", page).body
            assert "/export" not in get(portal, "anonymous", page).body


class TestReadBack:
    def test_a_workbook_holds_every_field_that_package_show_tells(self, portal, tmp_path):
        path = tmp_path / "w.xlsx"
        path.write_bytes(made("workbook"))
        with open_workbook(path) as workbook:
            rows = {row.record["name"]: row.record for row in workbook.rows()}
            assert workbook.orphans() == ()
        assert rows.keys() == PUBLIC | {"hidden", "draft", "old"}
        for name, record in rows.items():
            shown = call_action("package_show", id=name)
            expected = told(shown, dataset_fields()) | {"owner_org": shown["organization"]["name"]}
            assert told(record, dataset_fields()) == expected
            assert (record["id"], record["private"]) == (shown["id"], shown["private"])
            assert {tag["name"] for tag in record.get("tags", ())} == {
                tag["name"] for tag in shown["tags"]
            }
            assert [told(each, resource_fields()) for each in record["resources"]] == [
                told(each, resource_fields()) for each in shown["resources"]
            ]

    @pytest.mark.parametrize("form", ["workbook", "jsonl"])
    def test_taking_an_export_back_changes_nothing(self, portal, tmp_path, form):
        path = tmp_path / f"export{FORMS[form].suffix}"
        path.write_bytes(made(form))
        before = stamps()
        if form == "workbook":
            with open_workbook(path) as workbook:
                found = [row.record for row in workbook.rows()]
        else:
            found = list(read_file(path).datasets)
        found = [record for record in found if record["name"] != "open-mixed"]
        importer = Importer()
        outcomes = {record["name"]: importer.take(record).outcome for record in found}
        assert outcomes == dict.fromkeys(outcomes, "unchanged")
        assert stamps() == before

    def test_an_upload_has_the_address_package_show_tells(self, portal):
        (record,) = [
            each
            for each in records.read(EVERYTHING, selection.ids(EVERYTHING, Selection()))
            if each["name"] == "open-mixed"
        ]
        shown = call_action("package_show", id="open-mixed")
        assert record["resources"][0]["url"] == shown["resources"][0]["url"]
        assert record["resources"][0]["url"].startswith("http")
        assert record["resources"][0]["url_type"] == "upload"

    def test_the_same_catalog_makes_the_same_workbook(self, portal):
        assert made("workbook") == made("workbook")

    def test_nothing_of_the_portal_s_own_is_told(self, portal):
        for line in made("jsonl").splitlines():
            record = json.loads(line)
            assert not {"pcio_labels", "creator_user_id"} & record.keys()


def told(record, fields):
    """What a record says in the fields of the schema, blanks left out."""
    return {name: record[name] for name in fields if record.get(name) not in (None, "", [])}


def stamps():
    model.Session.remove()
    query = sa.select(model.Package.name, model.Package.metadata_modified)
    return dict(tuple(row) for row in model.Session.execute(query))


class TestCsv:
    @pytest.mark.parametrize(("form", "number"), [("datasets", 9), ("resources", 5)])
    def test_a_spreadsheet_opens_it_in_thai_and_runs_nothing(self, portal, form, number):
        content = made(form)
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\r\n") == number + 1
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert len(rows) == number
        assert not any(
            cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values()
        )

    def test_lists_are_texts(self, portal):
        rows = csv.DictReader(io.StringIO(made("datasets").decode("utf-8-sig")))
        assert "ยุทธศาสตร์ชาติ, พันธกิจหน่วยงาน" in {row["วัตถุประสงค์"] for row in rows}


class TestCost:
    def test_more_datasets_ask_no_more_questions(self, portal):
        ids = selection.ids(EVERYTHING, Selection())
        with counted() as few:
            list(records.read(EVERYTHING, ids[:2]))
        with counted() as many:
            list(records.read(EVERYTHING, ids))
        assert len(many) == len(few) <= 8

    @pytest.mark.ckan_config("ckanext.pcio.export_rows_max", 3)
    def test_a_file_of_too_many_datasets_is_refused_with_a_sentence(
        self, portal, ckan_config, monkeypatch
    ):
        monkeypatch.setitem(ckan_config, "ckanext.pcio.export_rows_max", 3)
        body = get(portal, "anonymous", "/export/file?format=workbook", status=400).body
        assert "ส่งออกได้ครั้งละไม่เกิน 3 ชุดข้อมูล" in body

    def test_visitors_cannot_keep_the_portal_busy(self, portal):
        engine = model.meta.engine
        with engine.connect() as first, engine.connect() as second:
            for connection, slot in zip((first, second), slots.ANONYMOUS, strict=True):
                taken = sa.select(sa.func.pg_try_advisory_xact_lock(slots._LOCKS, slot))
                assert connection.execute(taken).scalar()
            answer = get(portal, "anonymous", "/export/file?format=jsonl", status=503)
            assert answer.headers["Retry-After"] == "60"
            assert "โปรดลองอีกครั้งในหนึ่งนาที" in answer.body
            get(portal, "office", "/export/file?format=jsonl")
        get(portal, "anonymous", "/export/file?format=jsonl")

    def test_no_cache_keeps_what_only_some_may_see(self, portal):
        answer = get(portal, "office", "/export/file?format=jsonl")
        assert answer.headers["Cache-Control"] == "private, no-store"


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


class TestTemplate:
    @pytest.mark.parametrize(("prefix", "heading"), [("", "ชื่อชุดข้อมูล *"), ("/en", "Dataset name *")])
    def test_everybody_gets_the_empty_workbook(self, portal, tmp_path, prefix, heading):
        path = tmp_path / "t.xlsx"
        answer = get(portal, "anonymous", f"{prefix}/export/template.xlsx")
        path.write_bytes(answer.data)
        with open_workbook(path) as workbook:
            assert list(workbook.rows()) == []
        assert heading in sheet_texts(path)


def sheet_texts(path):
    from openpyxl import load_workbook

    book = load_workbook(path)
    return {cell.value for cell in book["Temp2_Meta_Record"][4]}


class TestCommand:
    @pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl"])
    def test_the_name_of_the_file_says_its_kind(self, portal, cli, tmp_path, suffix):
        path = tmp_path / f"office{suffix}"
        result = run(cli, path, "--organization", "office", "--lang", "en")
        assert result.exit_code == 0, result.output
        assert f"7 datasets written to {path}." in result.output
        assert path.stat().st_size > 500
        assert list(tmp_path.iterdir()) == [path]

    def test_only_what_is_public(self, portal, cli, tmp_path):
        path = tmp_path / "all.jsonl"
        run(cli, path, "--public-only")
        assert names(path.read_bytes()) == PUBLIC

    @pytest.mark.parametrize("arguments", [["x.pdf"], ["x.xlsx", "--organization", "none"]])
    def test_what_it_cannot_do_is_told(self, portal, cli, tmp_path, arguments):
        result = run(cli, tmp_path / arguments[0], *arguments[1:])
        assert result.exit_code == 2
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl"])
    def test_a_full_disk_leaves_the_old_file_and_nothing_else(self, portal, cli, tmp_path, suffix):
        path = tmp_path / f"catalog{suffix}"
        path.write_bytes(b"old")
        before = limits.getrlimit(limits.RLIMIT_FSIZE)
        limits.setrlimit(limits.RLIMIT_FSIZE, (2000, before[1]))
        try:
            result = run(cli, path, "--lang", "en")
        finally:
            limits.setrlimit(limits.RLIMIT_FSIZE, before)
        assert result.exit_code == 1
        assert "could not be written" in result.output
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]


def run(cli, path, *arguments):
    from ckan.cli.cli import ckan

    return cli.invoke(ckan, ["pcio", "export", str(path), *arguments])
