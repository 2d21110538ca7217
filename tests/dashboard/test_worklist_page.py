"""`/readiness/worklist` as offices meet it: their own first, at the field, and as files."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers
from openpyxl import load_workbook

from ckanext.pcio.catalog.links.model import LINK
from ckanext.pcio.catalog.personal.model import SCAN
from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
from ckanext.pcio.dashboard import worklist
from ckanext.pcio.survey.work import KINDS
from tests.dashboard import builders
from tests.dashboard.reading import get, number, soup, statements

PATH = "/readiness/worklist"
QUESTIONS = {"P2.2.1.1": {"metadata": "Metadata"}, "P2.2.3.1": {"available": "Available"}}


class TestAddress:
    def test_round_trip(self):
        asked = {"organization": "a", "kind": "fill", "question": "P2.2.1.1", "own": "1"}
        asked |= {"part": "metadata"}
        query = worklist.parse({**asked, "sort": "title", "page": "3"}, "mine", QUESTIONS)
        assert query.action_dict()["part"] == "metadata"
        again = {name: str(value) for name, value in query.address().items()}
        assert worklist.parse(again, "mine", QUESTIONS) == query
        assert query.action_dict()["offset"] == 50
        assert query.file_name == "pcio-worklist-a-fill-P2.2.1.1-metadata-own"

    def test_a_part_is_one_of_its_question(self):
        for question, part in (("P2.2.1.1", "available"), ("", "metadata"), ("P9", "metadata")):
            asked = {"question": question, "part": part}
            assert worklist.parse(asked, None, QUESTIONS).part == ""
        chosen = worklist.parse({"question": "P2.2.1.1", "part": "metadata"}, None, QUESTIONS)
        assert "part" not in chosen.address(question="P2.2.3.1")

    def test_the_readers_office_is_chosen_until_another_is(self):
        assert worklist.parse({}, "mine", QUESTIONS).organization == "mine"
        assert worklist.parse({"organization": ""}, "mine", QUESTIONS).organization is None
        assert worklist.parse({"organization": "a"}, "mine", QUESTIONS).organization == "a"
        assert worklist.WorkQuery().address() == {"organization": ""}

    @pytest.mark.parametrize("wrong", ["", "x", "0", "-1", "9" * 20, "²"])
    def test_what_makes_no_sense_is_the_usual(self, wrong):
        args = {"kind": wrong, "question": wrong, "sort": wrong, "page": wrong, "own": wrong}
        assert worklist.parse(args, None, QUESTIONS) == worklist.WorkQuery()


@pytest.fixture(scope="module")
def offices(province) -> dict[str, Any]:
    """The small province, with an office that has no dataset and one that needs nothing."""
    lone, stranger = factories.UserWithToken(), factories.UserWithToken()
    for name in ("empty", "fine"):
        users = [{"name": lone["name"], "capacity": "editor"}] if name == "empty" else []
        factories.Organization(name=name, title=f"สำนักงาน {name}", image_url="", users=users)
    builders.create(
        "fine",
        9,
        linkage_method=[builders.value("linkage_method", "api")],
        resources=[
            {"name": "ข้อมูล", "url": "https://a.example/a.csv", "format": "CSV"},
            {
                "name": "พจนานุกรมข้อมูล (Data Dictionary)",
                "url": "https://a.example/d.csv",
                "format": "CSV",
            },
        ],
    )
    return {**province, "lone": lone["token"], "stranger": stranger["token"]}


@pytest.fixture(scope="module")
def app(offices) -> Any:
    return helpers._get_test_app()


class TestWhoReads:
    def test_a_visitor_is_led_to_the_login_with_a_sentence(self, app):
        for path in (PATH, f"{PATH}/offices", f"{PATH}/file.csv"):
            answer = app.get(path, follow_redirects=False)
            assert answer.status_code == 302
            assert "/user/login?came_from=" in answer.headers["Location"]
        assert "เข้าสู่ระบบเพื่อดูงานที่ยังเหลือ" in app.get(PATH).body

    def test_a_stranger_is_told_whom_to_ask(self, app, offices):
        page = soup(get(app, PATH, offices["stranger"], status=403))
        assert "ท่านเข้าสู่ระบบแล้ว" in page.text or page.select_one(".pcio-empty")

    def test_an_office_meets_its_own_datasets_first(self, app, offices):
        page = soup(get(app, PATH, offices["editor"]))
        chosen = page.select_one("#filter-organization option[selected]")
        assert chosen["value"] == "tourism"
        assert len(page.select(".pcio-row")) == number(page.select_one(".pcio-result strong").text)
        assert len(page.select(".pcio-row")) == 4
        whole = soup(get(app, f"{PATH}?organization=", offices["editor"]))
        assert len(whole.select(".pcio-row")) == 5
        assert not whole.select("#filter-organization option[selected]")

    def test_an_administrator_meets_the_province(self, app, offices):
        page = soup(get(app, PATH, offices["sysadmin"]))
        assert not page.select("#filter-organization option[selected]")
        assert number(page.select_one(".pcio-result strong").text) == 6

    def test_links_to_forms_are_for_who_may_change_the_dataset(self, app, offices):
        page = soup(get(app, f"{PATH}?organization=statistics", offices["editor"]))
        assert page.select(".pcio-row")
        assert not page.select(".pcio-steps a")
        assert "เฉพาะผู้แก้ไขของหน่วยงาน" in page.select_one(".pcio-row").text


class TestRows:
    def test_each_step_leads_to_its_field(self, app, offices):
        page = soup(get(app, f"{PATH}?kind=linkage", offices["editor"]))
        links = [a["href"] for a in page.select(".pcio-steps a")]
        assert any(link.endswith("#field-linkage_method") for link in links)
        for link in dict.fromkeys(link.partition("#")[0] for link in links):
            get(app, link, offices["editor"])
        edit = next(link for link in links if link.endswith("#field-linkage_method"))
        form = soup(get(app, edit.partition("#")[0], offices["editor"]))
        assert form.select_one("#field-linkage_method, [id^=field-linkage_method]")

    def test_what_other_rooms_found_leads_to_their_pages(self, app, offices):
        shown = helpers.call_action("package_show", id="pcio-dataset-tourism-1")
        ids = {"package_id": shown["id"], "resource_id": shown["resources"][0]["id"]}
        told = {"name": "", "source": "service", "error": ""}
        rows = (
            (LINK, {**ids, "url": "http://x", "state": "broken"}),
            (REGISTRATION, {"package_id": shown["id"], "state": "REJECT", **told}),
            (
                SCAN,
                {**ids, "state": "found", "holds": False, "due": False, "content": ""}
                | {"requested_at": datetime.now(timezone.utc)},
            ),
        )
        for table, values in rows:
            model.Session.execute(table.delete().where(table.c.package_id == shown["id"]))
            model.Session.execute(table.insert().values(**values))
        model.Session.commit()
        try:
            page = soup(get(app, PATH, offices["editor"]))
            first = page.select_one(".pcio-row")
            assert shown["title"] in first.h2.text
            assert first.select_one(".pcio-chip-bad")
            links = {a["href"].partition("?")[0] for a in first.select(".pcio-steps a")}
            file = f"/dataset/{shown['name']}/resource/{ids['resource_id']}"
            assert links >= {
                f"{file}/edit#field-url",
                f"{file}/dictionary/edit",
                f"/dataset/{shown['name']}#pcio-registration",
            }
            assert any(ids["resource_id"] in link and "/dataset/" not in link for link in links)
            for link in links:
                get(app, link.partition("#")[0], offices["editor"])
        finally:
            for table, _values in rows:
                model.Session.execute(table.delete().where(table.c.package_id == shown["id"]))
            model.Session.commit()

    def test_what_a_dataset_gains_is_told_in_words(self, app, offices):
        page = soup(get(app, f"{PATH}?kind=publish", offices["editor"]))
        (row,) = page.select(".pcio-row")
        gains = [each.text for each in row.select(".pcio-gains li")]
        assert any("P2.2.1.1" in text and "เผยแพร่ครบถ้วนแล้ว" in text for text in gains)
        assert row.select_one(".pcio-steps a[href$='#field-private']")

    def test_filters_narrow_and_a_finished_filter_is_praised(self, app, offices):
        page = soup(get(app, f"{PATH}?kind=correct", offices["editor"]))
        assert not page.select(".pcio-row")
        done = page.select_one(".pcio-done")
        assert "งานส่วนนี้เสร็จครบแล้ว" in done.text
        get(app, done.select_one("a")["href"], offices["editor"])

    def test_an_office_that_needs_nothing_is_thanked(self, app, offices):
        page = soup(get(app, f"{PATH}?organization=fine", offices["sysadmin"]))
        assert "งานเสร็จครบทุกชุดข้อมูลแล้ว" in page.select_one(".pcio-done").text
        assert "1 จาก 1" in page.select_one(".pcio-progress").text
        for link in page.select(".pcio-done a"):
            get(app, link["href"], offices["sysadmin"])

    def test_an_office_without_datasets_is_told_how_to_begin(self, app, offices):
        page = soup(get(app, PATH, offices["lone"]))
        assert page.select_one(".pcio-empty h2")
        assert not page.select(".pcio-row")

    def test_addresses_nobody_links_to(self, app, offices):
        get(app, f"{PATH}?organization=nothing", offices["sysadmin"], status=404)
        get(app, f"{PATH}/file.pdf", offices["sysadmin"], status=404)
        late = soup(get(app, f"{PATH}?organization=&page=99", offices["sysadmin"]))
        assert late.select_one(".pcio-callout a")


class TestOffices:
    def test_each_number_leads_to_as_many_rows(self, app, offices):
        page = soup(get(app, f"{PATH}/offices", offices["sysadmin"]))
        links = page.select("td a")
        assert len(links) > 4
        for link in links:
            shown = soup(get(app, link["href"], offices["sysadmin"]))
            assert len(shown.select(".pcio-row")) == number(link.find(string=True, recursive=False))

    @pytest.mark.parametrize("sort", ["title", "datasets", "todo", "publish", "nothing"])
    def test_the_table_is_sorted(self, app, offices, sort):
        page = soup(get(app, f"{PATH}/offices?sort={sort}", offices["sysadmin"]))
        rows = page.select("tbody tr")
        assert len(rows) == 3
        if sort in ("datasets", "todo"):
            column = [number(row.select("td")[sort == "todo"].text) for row in rows]
            assert column == sorted(column, reverse=True)


class TestFiles:
    def rows(self, app, token, **asked):
        text = get(app, f"{PATH}/file.csv?{'&'.join(f'{k}={v}' for k, v in asked.items())}", token)
        content = text.data.decode("utf-8")
        assert content.startswith("\ufeff")
        assert "\r\n" in content
        return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline="")))

    def test_a_line_for_each_thing_to_do(self, app, offices):
        page = soup(get(app, f"{PATH}?organization=", offices["sysadmin"]))
        rows = self.rows(app, offices["sysadmin"], organization="")
        assert len(rows) == len(page.select(".pcio-steps li"))
        assert [row["ลำดับ"] for row in rows] == sorted((r["ลำดับ"] for r in rows), key=int)
        assert all(row["ทำได้ที่"].startswith("http") for row in rows)

    def test_one_kind(self, app, offices):
        rows = self.rows(app, offices["editor"], kind="linkage")
        assert {row["ประเภทงาน"] for row in rows} == {"ระบุวิธีการเชื่อมโยง"}
        assert len(rows) == 4

    def test_the_workbook_holds_the_same(self, app, offices):
        answer = get(app, f"{PATH}/file.xlsx", offices["editor"])
        sheet = load_workbook(io.BytesIO(answer.data)).active
        lines = [[cell or "" for cell in line] for line in sheet.iter_rows(values_only=True)]
        rows = self.rows(app, offices["editor"])
        assert lines[0] == list(rows[0])
        assert [str(line[6]) for line in lines[1:]] == [row["สิ่งที่ต้องทำ"] for row in rows]
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_title_is_no_formula(self, app, offices):
        created = builders.create("statistics", 8, title="=HYPERLINK(1)")
        try:
            rows = self.rows(app, offices["sysadmin"], organization="statistics")
            assert any(row["ชุดข้อมูล"] == "'=HYPERLINK(1)" for row in rows)
            answer = get(app, f"{PATH}/file.xlsx?organization=statistics", offices["sysadmin"])
            sheet = load_workbook(io.BytesIO(answer.data)).active
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        finally:
            user = helpers.call_action("get_site_user")["name"]
            context = {"user": user, "ignore_auth": True}
            helpers.call_action("package_delete", context, id=created["id"])


class TestWaysThere:
    def test_answers_lead_to_the_work_that_helps_them(self, app, offices):
        page = soup(get(app, "/readiness", offices["editor"]))
        links = [a["href"] for a in page.select(f"a[href*='{PATH}?']")]
        assert any("question=P2.2.1.1" in link for link in links)
        for link in links:
            get(app, link, offices["editor"])
        assert PATH not in get(app, "/readiness").body

    def test_an_offices_page_leads_there_for_its_editors(self, app, offices):
        link = f"{PATH}?organization=tourism"
        assert link in get(app, "/organization/tourism", offices["editor"]).body
        assert link not in get(app, "/organization/tourism").body
        assert link not in get(app, "/organization/tourism", offices["lone"]).body


def test_a_page_asks_the_database_as_often_for_one_row_as_for_many(app, offices):
    counts = []
    for kind in ("publish", "linkage"):
        get(app, f"{PATH}?organization=&kind={kind}", offices["sysadmin"])
        with statements() as seen:
            get(app, f"{PATH}?organization=&kind={kind}", offices["sysadmin"])
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len(KINDS) == 12
