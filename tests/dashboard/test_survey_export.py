"""The survey as files: who gets which, what is in them, and that a locked one stays as it was."""

from __future__ import annotations

import errno
import hashlib
import html
import io
import json
import tempfile
import zipfile
from typing import Any

import ckan.plugins.toolkit as tk
import jsonschema
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers

from ckanext.pcio.catalog.exports import slots
from ckanext.pcio.dashboard import survey_export
from ckanext.pcio.report import json_form
from ckanext.pcio.survey.response import evidence
from tests.dashboard import builders
from tests.dashboard.reading import get, statements
from tests.survey.response.conftest import EDITION, PDF, act, pdf

FORMATS = ("docx", "xlsx", "csv", "json", "zip")
MEMBERS = {
    "province": [("secretary", "admin")],
    "health": [("editor", "editor"), ("member", "member")],
    "transport": [("other", "editor")],
}
HIDDEN = "ลับของสาธารณสุข"
PLACE = "guidelines.data_catalog"
GUIDELINE = {"option": "done", "values": {"guidelines": ["data_catalog"]}}
PASSAGE = "หน้า 7 ของสาธารณสุข"


@pytest.fixture(scope="module")
def people(reset_db, migrate_db_for, reset_index):
    """Everybody by role with a token; a survey that is open, contributed to and half confirmed."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        with pytest.MonkeyPatch.context() as patch:
            settle(patch)
            found = made()
        yield {**found, "portal": helpers._get_test_app()}


@pytest.fixture(autouse=True)
def _settings(people, monkeypatch):
    """Settings are read anew for each test."""
    settle(monkeypatch)


def settle(patch):
    for name in ("secretary_organization", "provincial_office"):
        patch.setitem(tk.config, f"ckanext.pcio.survey.{name}", "province")
    patch.setitem(tk.config, "ckanext.pcio.province_name", "จังหวัดตัวอย่าง")


def made():
    found: dict[str, Any] = {
        name: factories.UserWithToken()
        for name in ("secretary", "editor", "member", "other", "stranger")
    }
    found["sysadmin"] = factories.SysadminWithToken()
    for name, members in MEMBERS.items():
        users = [{"name": found[who]["name"], "capacity": role} for who, role in members]
        factories.Organization(name=name, title=f"สำนักงาน {name}", image_url="", users=users)
    builders.create("health", 1)
    builders.create("health", 2, private=True, title=HIDDEN)
    act(found["secretary"], "pcio_survey_open", edition=EDITION)
    act(found["secretary"], "pcio_survey_assign", edition=EDITION, usual=True)
    attach(found["secretary"], "G1", "yes", "../../มติ\u202egpj.pdf")
    answer = {"edition": EDITION, "question": "G1", "answer": {"option": "yes"}, "version": 0}
    act(found["secretary"], "pcio_answer_update", **answer, confirm=True)
    attach(found["editor"], "P1.5", PLACE, "แนวปฏิบัติ.pdf", "health", PASSAGE)
    given = {"edition": EDITION, "question": "P1.5", "organization": "health", "version": 0}
    act(found["editor"], "pcio_contribution_update", **given, answer=GUIDELINE, send=True)
    return found


def attach(who, question, place, name, organization="", passage=""):
    given = {"question": question, "place": place, "passage": passage}
    given |= {"organization": organization} if organization else {}
    return act(who, "pcio_evidence_create", edition=EDITION, upload=pdf(name), url="", **given)


@pytest.fixture(scope="module")
def portal(people) -> Any:
    """One web application for all tests."""
    return people["portal"]


def address(form: str, **query: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/readiness/survey/{EDITION}/export/{form}" + (f"?{asked}" if asked else "")


def raw(portal, people, who, form, **query):
    response = get(portal, address(form, **query), people[who]["token"])
    return response.get_data()


class TestPermissions:
    @pytest.mark.parametrize("form", FORMATS)
    def test_who_gets_what(self, portal, people, form):
        for who in ("sysadmin", "secretary", "editor", "member", "other", "stranger"):
            refused = who == "stranger" or (form == "zip" and who not in ("sysadmin", "secretary"))
            response = get(portal, address(form), people[who]["token"], 403 if refused else 200)
            if not refused:
                assert (
                    response.headers["Content-Type"].partition(";")[0] == survey_export.TYPES[form]
                )
                assert response.headers["Cache-Control"] == "private, no-store"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert int(response.headers["Content-Length"]) == len(response.get_data())

    def test_a_visitor_is_asked_to_log_in(self, portal):
        response = portal.get(address("docx"), follow_redirects=False)
        assert response.status_code == 302
        assert "/user/login" in response.headers["Location"]

    @pytest.mark.parametrize(
        "url",
        [
            "/readiness/survey/pcio-9999/export/docx",
            "/readiness/survey/egov-2560/export/docx",
            f"/readiness/survey/{EDITION}/export/pdf",
            address("docx", lang="fr"),
            address("docx", digits="roman"),
        ],
    )
    def test_what_is_not_there(self, portal, people, url):
        get(portal, url, people["secretary"]["token"], 404)

    def test_the_schema_is_for_everybody(self, portal):
        response = get(portal, "/readiness/survey/schema.json")
        assert response.headers["Content-Type"].startswith("application/schema+json")
        assert json.loads(response.body) == json_form.schema()


class TestContents:
    def document(self, portal, people, who):
        found = json.loads(raw(portal, people, who, "json"))
        jsonschema.Draft202012Validator(json_form.schema()).validate(found)
        return found

    def test_others_see_that_there_is_evidence_and_not_what(self, portal, people):
        pieces = {}
        for who in ("secretary", "editor", "other"):
            document = self.document(portal, people, who)
            answers = {each["question"]: each for each in document["form"]["answers"]}
            (pieces[who],) = answers["P1.5"]["attachments"]
            assert answers["G1"]["attachments"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()
        assert pieces["secretary"] == pieces["editor"]
        assert pieces["secretary"]["passage"] == PASSAGE
        assert pieces["other"] | {"place": PLACE, "kind": "file"} == pieces["other"]
        assert not any(pieces["other"][name] for name in ("id", "url", "size", "sha256", "passage"))
        for form in ("docx", "xlsx", "csv", "json"):
            text = shown(raw(portal, people, "other", form, lang="th"))
            assert PASSAGE not in text
            assert "แนวปฏิบัติ.pdf" not in text

    def test_what_stands_in_a_draft_is_the_secretarys(self, portal, people):
        draft = {"option": "in_progress", "values": {"expected": "ร่างที่ยังไม่มีใครรู้"}}
        given = {"edition": EDITION, "question": "P1.4", "answer": draft, "version": 0}
        act(people["secretary"], "pcio_answer_update", **given)
        piece = attach(people["secretary"], "P1.4", "done", "ร่างมติลับ.pdf")
        for form in ("docx", "xlsx", "csv", "json"):
            for who, told in (("secretary", True), ("editor", False), ("other", False)):
                text = shown(raw(portal, people, who, form, lang="th"))
                assert ("ร่างที่ยังไม่มีใครรู้" in text) is told, (form, who)
                assert "ร่างมติลับ" not in text or told, (form, who)
        answers = self.document(portal, people, "other")["form"]["answers"]
        (found,) = [each for each in answers if each["question"] == "P1.4"]
        assert (found["state"], found["answer"], found["attachments"]) == ("draft", {}, [])
        act(people["secretary"], "pcio_evidence_delete", id=piece["id"])

    def test_datasets_a_reader_may_not_see_are_counted(self, portal, people):
        lists = {
            who: self.document(portal, people, who)["lists"]["P2.2.1.1"]
            for who in ("secretary", "editor", "other")
        }
        titles = {who: {row["title"] for row in each["datasets"]} for who, each in lists.items()}
        assert HIDDEN in titles["secretary"] & titles["editor"]
        assert HIDDEN not in titles["other"]
        assert {who: each["hidden"] for who, each in lists.items()} == {
            "secretary": 0,
            "editor": 0,
            "other": 1,
        }
        for form in ("xlsx", "csv"):
            assert HIDDEN not in shown(raw(portal, people, "other", form))

    def test_large_lists_are_read_a_question_at_a_time(self, portal, people, monkeypatch):
        small = raw(portal, people, "other", "json"), raw(portal, people, "secretary", "csv")
        monkeypatch.setattr(survey_export, "_AT_ONCE", 0)
        large = raw(portal, people, "other", "json"), raw(portal, people, "secretary", "csv")
        assert small == large

    def test_names_and_words(self, portal, people):
        response = get(portal, address("xlsx", lang="en"), people["editor"]["token"])
        name = response.headers["Content-Disposition"].partition("filename=")[2]
        assert name.startswith(f"{EDITION}-")
        assert name.endswith("-open.xlsx")
        text = shown(response.get_data())
        assert "Tables and matrices" in text
        assert "Open; answers may still change" in text

    def test_statements_do_not_grow_with_the_form(self, portal, people):
        with statements() as seen:
            get(portal, address("json"), people["other"]["token"])
        assert len(seen) < 60

    def test_the_bundle_is_opened_and_every_digest_checked(self, portal, people):
        archive, manifest = bundle(portal, people)
        assert (manifest["state"], manifest["missing"]) == ("open", [])
        pieces = {e["question"]: e for e in manifest["files"] if e["kind"] == "evidence"}
        assert set(pieces) == {"G1", "P1.5"}
        assert archive.read(pieces["P1.5"]["path"]) == PDF
        assert pieces["P1.5"]["passage"] == PASSAGE
        assert not [name for name in archive.namelist() if ".." in name or "\u202e" in name]
        assert HIDDEN in archive.read("datasets/P2.2.1.1.csv").decode()


def shown(data: bytes) -> str:
    """All text of a file, whatever its format."""
    if not data.startswith(b"PK"):
        return data.decode()
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    # Thai letters of a workbook stand there as numbers.
    return html.unescape("\n".join(parts))


def bundle(portal, people):
    archive = zipfile.ZipFile(io.BytesIO(raw(portal, people, "secretary", "zip")))
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    for each in manifest["files"]:
        assert hashlib.sha256(archive.read(each["path"])).hexdigest() == each["sha256"]
    assert {e["path"] for e in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    return archive, manifest


class TestWhatGoesWrong:
    @pytest.mark.parametrize("form", ["xlsx", "zip"])
    def test_a_full_disk_is_a_sentence_and_leaves_nothing(
        self, portal, people, monkeypatch, tmp_path, form
    ):
        made = []

        class Full(io.BytesIO):
            def __init__(self):
                super().__init__()
                made.append(self)

            def write(self, data):
                raise OSError(errno.ENOSPC, "no space left on device")

        monkeypatch.setattr(tempfile, "TemporaryFile", Full)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        response = get(portal, address(form), people["secretary"]["token"], 503)
        assert "สร้างไฟล์ไม่ได้" in response.body
        assert made
        assert all(file.closed for file in made)
        assert not list(tmp_path.iterdir())

    def test_no_place_for_files_at_all(self, portal, people, monkeypatch):
        def no_room():
            raise OSError(errno.EROFS, "read-only file system")

        monkeypatch.setattr(tempfile, "TemporaryFile", no_room)
        get(portal, address("csv"), people["secretary"]["token"], 503)

    def test_too_many_at_once_are_asked_to_wait(self, portal, people):
        with model.meta.engine.connect() as connection:
            for slot in slots.SIGNED_IN:
                key = sa.select(sa.func.pg_try_advisory_xact_lock(slots._LOCKS, slot))
                assert connection.scalar(key)
            response = get(portal, address("csv"), people["secretary"]["token"], 503)
            assert response.headers["Retry-After"] == "60"
            connection.rollback()
        get(portal, address("csv"), people["secretary"]["token"])

    def test_a_file_that_vanished_is_told(self, portal, people):
        (row,) = act(people["secretary"], "pcio_survey_show", edition=EDITION, question="G1")[
            "questions"
        ][0]["evidence"]
        path = evidence.path_of(row["id"])
        kept = path.read_bytes()
        path.unlink()
        try:
            archive, manifest = bundle(portal, people)
            path.write_bytes(b"another")
            altered = bundle(portal, people)[1]
        finally:
            path.write_bytes(kept)
        (lost,) = manifest["missing"]
        assert (lost["question"], lost["reason"]) == ("G1", "gone")
        assert lost["path"] in archive.read("README.txt").decode()
        assert [each["reason"] for each in altered["missing"]] == ["altered"]


class TestLocked:
    """From here on the survey is locked."""

    kept: dict[str, Any]

    def test_it_is_locked(self, portal, people):
        show = act(people["secretary"], "pcio_survey_show", edition=EDITION)
        lock = {"edition": EDITION, "version": show["version"]}
        done = act(people["secretary"], "pcio_survey_lock", **lock)
        files = {form: raw(portal, people, "secretary", form) for form in FORMATS}
        TestLocked.kept = {"digest": done["sha256"], **files}

    def test_later_changes_of_the_catalog_do_not_touch_it(self, portal, people):
        builders.create("health", 3)
        builders.create("transport", 4, title="มาทีหลัง")
        for form in FORMATS:
            assert raw(portal, people, "secretary", form) == self.kept[form], form
        _archive, manifest = bundle(portal, people)
        assert (manifest["state"], manifest["form_sha256"]) == ("locked", self.kept["digest"])

    def test_its_name_says_so(self, portal, people):
        response = get(portal, address("zip"), people["secretary"]["token"])
        assert "-locked.zip" in response.headers["Content-Disposition"]
        # Others still see of it what they may.
        assert PASSAGE not in shown(raw(portal, people, "other", "json"))
