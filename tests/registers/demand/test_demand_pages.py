"""The register's pages as visitors and officers see them; no page needs JavaScript."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timezone

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests.helpers import call_action
from openpyxl import load_workbook

from ckanext.pcio.registers import spam

HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> {{7*7}}"


@pytest.fixture
def get(app):
    def opened(url, user=None, status=200):
        headers = {"Authorization": user["token"]} if user else {}
        answer = app.get(url, headers=headers, status=status)
        return BeautifulSoup(answer.body, "html.parser")

    return opened


@pytest.fixture
def post(app):
    def sent(url, user=None, status=200, **data):
        headers = {"Authorization": user["token"]} if user else {}
        answer = app.post(url, data=data, headers=headers, status=status)
        return BeautifulSoup(answer.body, "html.parser")

    return sent


def met(demand, **given):
    given = {"answer": "fulfilled", **given}
    call_action("pcio_demand_answer", id=demand["id"], version=demand["version"], **given)


class TestList:
    def test_an_empty_register_invites_to_ask(self, get, people):
        page = get("/demand")
        assert "ยังไม่มีผู้ขอข้อมูล" in page.select_one(".pcio-empty").text
        assert page.select_one(".pcio-empty a")["href"].endswith("/demand/new")
        assert "Nobody has asked" in get("/en/demand").select_one(".pcio-empty").text

    def test_filters_numbers_and_pages(self, get, people, make_demand, make_dataset, monkeypatch):
        monkeypatch.setattr("ckanext.pcio.registers.demand.listing.PAGE_SIZE", 2)
        dataset = make_dataset()
        for number in range(3):
            met(make_demand(f"น้ำ {number}", year="2567"), dataset=dataset["id"])
        make_demand("ถนน", year="2568", organization="roads")
        make_demand("รอ", moderation="waiting")
        page = get("/demand")
        assert page.select_one("[role=status] strong").text == "4 คำขอ"
        assert len(page.select(".pcio-demand-row")) == 2
        assert page.select_one("a[rel=next]")["href"].endswith("page=2")
        page = get("/demand?page=9")
        assert "รายการสิ้นสุด" in page.text or page.select_one(".pcio-callout a")

        table = page.select(".pcio-demand-years tbody tr")
        assert [[cell.text for cell in row.select("td")] for row in table] == [
            ["1", "0", "0", "0"],
            ["3", "3", "3", "1"],
        ]
        # Every number leads to as many requests.
        for link in page.select(".pcio-demand-years a"):
            there = get(link["href"])
            assert there.select_one("[role=status] strong").text == f"{link.text} คำขอ"
        for address, count in (
            ("q=ถนน", 1),
            ("q=น้ำ+2", 1),
            ("organization=roads", 1),
            ("state=open", 1),
            ("state=waiting", 4),  # not a state of this list: ignored
            ("year=2567&state=fulfilled", 3),
            ("year=abc&page=-1&sort=x", 4),
        ):
            there = get(f"/demand?{address}")
            assert there.select_one("[role=status] strong").text == f"{count} คำขอ", address
        get("/demand?organization=nowhere", status=404)
        assert get("/demand?q=ช้าง").select_one(".pcio-callout a[href*='title=']")

    def test_thai_pages_leave_no_english_sentence(self, get, people, make_demand):
        demand = make_demand(organization="water")
        address = f"/demand/{demand['id']}"
        boss = people.sysadmin
        for url in (
            *("/demand", "/demand/new", "/demand/thanks", "/demand/moderation", "/demand/import"),
            *(address, f"{address}/answer", f"{address}/edit", f"{address}/delete"),
        ):
            main = get(url, boss).select_one("[role=main]").get_text(" ", strip=True)
            assert re.findall(r"\b[A-Z]?[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", main) == [], url

    def test_hostile_words_are_shown_as_words(self, get, people, make_demand, make_dataset):
        values = {"title": HOSTILE, "description": HOSTILE, "purpose": HOSTILE}
        demand = make_demand(**values, organization="water")
        met(demand, answer="refused", note=HOSTILE)
        address = f"/demand/{demand['id']}"
        for url in (
            *("/demand", address, f"{address}/answer", f"{address}/edit", f"{address}/delete"),
            f"/demand?q={HOSTILE}",
            f"/demand/new?title={HOSTILE}",
        ):
            page = get(url, people.sysadmin)
            assert "alert(1)" in page.text or page.select_one("input[value*='alert(1)']"), url
            assert not [s for s in page.select("script") if "alert(" in s.text], url
            assert not page.select("img[onerror]"), url
            assert "49" not in page.select_one("[role=main]").text, url


class TestAsking:
    def test_a_visitor_asks(self, get, post, people, monkeypatch):
        monkeypatch.setattr(spam, "SECONDS_AT_LEAST", 0)
        page = get("/demand/new?title=น้ำท่วม")
        assert page.select_one("[name=title]")["value"] == "น้ำท่วม"
        token = page.select_one(f"[name={spam.TOKEN}]")["value"]
        form = {"description": "รายตำบล", "asker": "researcher", spam.TOKEN: token}
        again = post("/demand/new", title="", **form)
        assert "ข้อมูลที่ต้องการ" in again.select_one("#pcio-refusal").text
        assert again.select_one("[name=description]").text == "รายตำบล"
        page = post("/demand/new", title="น้ำท่วม", **form)
        assert "ได้รับคำขอของท่านแล้ว" in page.h1.text
        found = call_action("pcio_demand_list", state="waiting")["results"]
        assert [(row["title"], row["asker"]) for row in found] == [("น้ำท่วม", "researcher")]

    def test_an_automatic_sender_is_refused_and_too_many_are(self, get, post, api, people):
        token = get("/demand/new").select_one(f"[name={spam.TOKEN}]")["value"]
        for form in ({}, {spam.TOKEN: token}, {spam.TOKEN: token, spam.HONEYPOT: "x"}):
            assert post("/demand/new", title="น้ำ", **form).select_one("#pcio-refusal")
        assert call_action("pcio_demand_list", state="waiting")["count"] == 0
        for _ in range(5):
            api("pcio_demand_create", title="น้ำ")
        assert spam.FIELD in api("pcio_demand_create", None, 409, title="น้ำ")
        api("pcio_demand_create", people.stranger, title="น้ำ")
        assert call_action("pcio_demand_list", state="waiting")["count"] == 6


class TestSupporting:
    def test_a_visitor_supports_with_a_plain_form_once_a_day(self, get, post, people, make_demand):
        demand = make_demand()
        address = f"/demand/{demand['id']}"
        button = get(address).select_one(f"form[action$='{address}/support']")
        assert button["method"] == "post"
        assert button.select_one("button[type=submit]")
        page = post(f"{address}/support")
        assert page.select_one(".pcio-support strong").text == "1"
        assert "ท่านสนับสนุนแล้ว" in page.select_one(".pcio-support").text
        page = post(f"{address}/support")
        assert "ไว้แล้ว" in page.text
        assert page.select_one(".pcio-support strong").text == "1"
        get(f"{address}/support", status=404)
        page = post(f"{address}/support", people.stranger)
        assert page.select_one(".pcio-support strong").text == "2"
        page = post(f"{address}/unsupport", people.stranger)
        assert page.select_one(".pcio-support strong").text == "1"
        post(f"{address}/unsupport", status=403)
        post("/demand/nothing/support", status=404)


class TestForgery:
    def test_a_form_of_another_site_changes_nothing(self, app, people, make_demand, monkeypatch):
        """Also after a visitor asked for the view, which frees it from CKAN's own check."""
        monkeypatch.setitem(app.flask_app.config, "WTF_CSRF_ENABLED", True)
        demand = make_demand()
        address = f"/demand/{demand['id']}"
        with app.flask_app.test_client() as client:
            for action in ("support", "moderate", "delete", "answer", "edit"):
                assert client.post(f"{address}/{action}").status_code == 400
            page = BeautifulSoup(client.get(address).text, "html.parser")
            field = page.select_one("form[action$='/support'] [name=_csrf_token]")
            token = {field["name"]: field["value"]}
            answer = client.post(f"{address}/support", data=token)
            assert answer.status_code == 302
            with client.session_transaction() as session:
                user = model.User.get("boss")
                session["_user_id"] = user.get_id()
                session["_fresh"] = True
                session["last_active"] = datetime.now(timezone.utc)
            assert client.get(f"{address}/delete").status_code == 200
            assert client.post(f"{address}/delete").status_code == 400
            moderation = {"moderation": "hidden"}
            assert client.post(f"{address}/moderate", data=moderation).status_code == 400
        shown = call_action("pcio_demand_show", id=demand["id"])
        assert (shown["state"], shown["supports"]) == ("open", 1)


class TestOffice:
    def test_who_sees_the_pages_of_officers(self, get, people, make_demand):
        demand = make_demand(organization="water")
        address = f"/demand/{demand['id']}"
        for user in (None, people.stranger):
            for url in ("/demand/moderation", "/demand/export.csv", "/demand/export.xlsx"):
                get(url, user, 403)
            for url in (f"{address}/answer", f"{address}/edit", f"{address}/delete"):
                get(url, user, 403)
            assert not get(address, user).select(".pcio-demand-office")
        get(f"{address}/edit", people.roads_editor, 403)
        get(f"{address}/delete", people.water_editor, 403)
        get(f"{address}/edit", people.water_editor)

    def test_checking(self, get, post, people, make_demand):
        demand = make_demand("รอตรวจ", moderation="waiting", email="a@example.org")
        page = get("/demand/moderation", people.water_editor)
        assert "a@example.org" in page.select_one(".pcio-row").text
        publish = {"moderation": "public", "next": "moderation"}
        page = post(f"/demand/{demand['id']}/moderate", people.water_editor, **publish)
        assert "เผยแพร่คำขอแล้ว" in page.text
        assert "รอตรวจ" in get("/demand").select_one(".pcio-demand-row").text
        post(f"/demand/{demand['id']}/moderate", people.stranger, 403, **publish)

    def test_answering_and_being_told_of_another(self, get, post, people, make_demand):
        demand = make_demand(organization="water")
        address = f"/demand/{demand['id']}"
        page = get(f"{address}/answer", people.water_editor)
        version = page.select_one("[name=version]")["value"]
        met(demand, answer="refused", note="คำตอบของผู้อื่น")
        form = {"answer": "refused", "note": "คำตอบของฉัน"}
        page = post(f"{address}/answer", people.water_editor, version=version, **form)
        assert "มีผู้อื่นแก้ไข" in page.select_one("#pcio-refusal").text
        assert "คำตอบของผู้อื่น" in page.select_one(".pcio-callout").text
        assert page.select_one("[name=note]").text == "คำตอบของฉัน"
        version = page.select_one("[name=version]")["value"]
        page = post(f"{address}/answer", people.water_editor, version=version, **form)
        assert "คำตอบของฉัน" in page.select_one(".pcio-callout").text
        assert len(page.select(".pcio-demand-history li")) == 2

    def test_correcting_and_passing_on(self, get, post, people, make_demand):
        demand = make_demand(organization="water")
        page = get(f"/demand/{demand['id']}/edit", people.water_editor)
        form = {
            field["name"]: field.get("value", "")
            for field in page.select("form.pcio-form [name]")
            if field["name"] != "organization"
        }
        form |= {"title": "ชื่อใหม่", "asker": "media", "organization": "roads"}
        page = post(f"/demand/{demand['id']}/edit", people.water_editor, **form)
        assert "ชื่อใหม่" in page.h1.text
        shown = call_action("pcio_demand_show", id=demand["id"])
        assert (shown["organization"]["name"], shown["asker"]) == ("roads", "media")

    def test_deleting_asks_once_more(self, get, post, people, make_demand):
        demand = make_demand()
        address = f"/demand/{demand['id']}"
        assert "ลบถาวร" in get(f"{address}/delete", people.sysadmin).text
        get(address)
        post(f"{address}/delete", people.water_editor, 403)
        post(f"{address}/delete", people.sysadmin)
        get(address, status=404)

    def test_files_hold_no_formula_and_no_address_of_an_asker(
        self, app, people, make_demand, make_dataset
    ):
        dataset = make_dataset()
        demand = make_demand("=HYPERLINK(1)", email="a@example.org", organization="water")
        met(demand, dataset=dataset["id"], note="+1\nสอง\tสาม")
        headers = {"Authorization": people.roads_editor["token"]}
        text = app.get("/demand/export.csv?year=&q=", headers=headers).body
        assert text.startswith("\ufeff")
        assert "\r\n" in text
        assert "a@example.org" not in text
        heads, row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        record = dict(zip(heads, row, strict=True))
        assert record["ข้อมูลที่ต้องการ"] == "'=HYPERLINK(1)"
        assert record["คำตอบ"] == "'+1 สอง สาม"
        assert record["ชุดข้อมูล"] == dataset["title"]
        content = app.get("/demand/export.xlsx", headers=headers).data
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet.max_row == 2
        assert "f" not in {cell.data_type for cell in sheet[2]}
        assert sheet[2][2].value == "'=HYPERLINK(1)"


class TestElsewhere:
    def test_a_dataset_shows_the_requests_it_meets(self, get, make_demand, make_dataset):
        dataset = make_dataset()
        assert not get(f"/dataset/{dataset['name']}").select("#demands-heading")
        met(make_demand("ขอสถิติน้ำ"), dataset=dataset["id"])
        page = get(f"/dataset/{dataset['name']}")
        assert "ขอสถิติน้ำ" in page.select_one("[aria-labelledby=demands-heading]").text

    def test_a_search_without_result_offers_to_ask(self, get, make_dataset):
        make_dataset()
        link = get("/dataset/?q=ไดโนเสาร์").select_one(".pcio-ask a")
        assert get(link["href"]).select_one("[name=title]")["value"] == "ไดโนเสาร์"
        assert not get("/dataset/").select(".pcio-ask")

    def test_a_dataset_that_is_private_or_gone_is_not_named(
        self, get, people, make_demand, make_dataset
    ):
        dataset = make_dataset(private=True, title="ข้อมูลลับมาก")
        demand = make_demand()
        met(demand, dataset=dataset["id"])
        for url in ("/demand", f"/demand/{demand['id']}"):
            page = get(url)
            assert "ไม่พร้อมให้บริการ" in page.text
            assert dataset["name"] not in str(page)
            assert "ข้อมูลลับมาก" not in str(page)
        assert "ข้อมูลลับมาก" in get(f"/demand/{demand['id']}", people.water_editor).text
