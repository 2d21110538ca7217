"""The pages of the register, as visitors and officers use them, without JavaScript."""

from __future__ import annotations

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from openpyxl import load_workbook

from ckanext.pcio.registers import spam

from .conftest import dataset, make_private, person, sent, told


@pytest.fixture
def editor(office) -> str:
    return person(office)


def page(app, address, token=None, status=200):
    headers = {"Authorization": token} if token else {}
    answer = app.get(address, headers=headers, status=status)
    return BeautifulSoup(answer.body, "html.parser")


def main_text(soup) -> str:
    return " ".join(soup.select_one("[role=main]").get_text(" ").split())


def approve(api, made, token):
    decision = {"id": made["id"], "version": 1, "decision": "approve"}
    return api("pcio_reuse_review", decision, token)


def test_an_empty_register_invites(app):
    found = page(app, "/reuse")
    assert "ยังไม่มีผู้แจ้งการนำข้อมูลไปใช้" in main_text(found)
    assert found.select_one('.pcio-empty a[href="/reuse/new"]')
    assert not found.select(".pcio-filter")


def test_approved_reuses_are_cards_that_can_be_searched(app, api, editor):
    approve(api, api("pcio_reuse_create", told("rice")), editor)
    news = told("rice", title="ข่าวข้าว", type="news_article", link="https://b.example")
    approve(api, api("pcio_reuse_create", news), editor)
    assert len(page(app, "/reuse").select(".pcio-reuse-card")) == 2
    for address in ("/reuse?q=ข่าว", "/reuse?type=news_article&q=&user="):
        (card,) = page(app, address).select(".pcio-reuse-card h2")
        assert card.get_text(strip=True) == "ข่าวข้าว"
    assert "ไม่พบผลงานตามเงื่อนไขนี้" in main_text(page(app, "/reuse?q=zzz"))
    assert "ไปหน้าแรก" in main_text(page(app, "/reuse?page=9")) or page(app, "/reuse?page=9").select(
        ".pcio-callout a"
    )
    for odd in ("page=x", "page=-1", "page=99999999999999999999", "q=%00", "q=%25"):
        assert page(app, f"/reuse?{odd}")


def test_a_filter_that_does_not_exist_is_not_an_error_page(app):
    page(app, "/reuse?type=nothing", status=404)


def test_the_datasets_page_shows_its_reuses_and_asks(app, api, editor):
    found = page(app, "/dataset/rice")
    section = found.select_one("#reuses")
    assert section.select_one('a[href="/reuse/new?dataset=rice"]')
    assert "ยังไม่มีผู้แจ้งว่านำข้อมูลชุดนี้ไปใช้อย่างไร" in section.get_text()
    assert section.select_one("#pcio-invitation").has_attr("hidden")
    for number in range(4):
        made = api("pcio_reuse_create", told("rice", title=f"ผลงาน {number}", link=None))
        approve(api, made, editor)
    section = page(app, "/dataset/rice").select_one("#reuses")
    titles = [link.get_text() for link in section.select("ul a")]
    assert titles == ["ผลงาน 3", "ผลงาน 2", "ผลงาน 1"]
    assert section.select_one('a[href="/reuse?dataset=rice"]').get_text() == "แสดงทั้งหมด 4 ผลงาน"
    # What is not public has no use to tell of.
    assert not page(app, "/dataset/fish").select("#reuses ul")


def test_the_form_begins_with_the_dataset_it_was_opened_from(app, office):
    lines = page(app, "/reuse/new?dataset=rice").select('input[name="datasets"]')
    assert [line.get("value") for line in lines] == ["ข้อมูล rice", ""]
    dataset(office, "double-1", title="ชื่อเดียวกัน")
    dataset(office, "double-2", title="ชื่อเดียวกัน")
    lines = page(app, "/reuse/new?dataset=double-1").select('input[name="datasets"]')
    assert lines[0]["value"] == "double-1"
    dataset(office, "closed", private=True)
    for unknown in ("closed", "nothing", "%00"):
        lines = page(app, f"/reuse/new?dataset={unknown}").select('input[name="datasets"]')
        assert [line.get("value") for line in lines] == ["", ""]


def test_more_lines_for_datasets_without_javascript(app):
    form = {"title": "ผลงาน", "datasets": ["rice", "fish"], "more": "1"}
    found = BeautifulSoup(app.post("/reuse/new", data=form).body, "html.parser")
    lines = [line.get("value") for line in found.select('input[name="datasets"]')]
    assert lines == ["rice", "fish", "", "", ""]
    assert found.select_one("#field-title")["value"] == "ผลงาน"
    assert not found.select("#pcio-refusal")


def test_what_was_refused_is_told_in_the_order_of_the_form(app):
    wrong = {"title": "", "how": "", "link": "no address", "used_on": "2999-01-01", "type": ""}
    found = BeautifulSoup(sent(app, **wrong).body, "html.parser")
    told_of = [a["href"] for a in found.select("#pcio-refusal a")]
    places = [str(found).index(f'id="{address[1:]}"') for address in told_of]
    assert len(places) > 3
    assert places == sorted(places)


def test_every_control_of_the_form_has_a_label(app):
    found = page(app, "/reuse/new")
    form = found.select_one("form.pcio-form")
    for control in form.select("input, select, textarea"):
        if control.get("type") == "hidden":
            continue
        labelled = control.get("aria-label") or control.find_parent("label")
        assert labelled or found.select_one(f'label[for="{control.get("id")}"]'), control
    described = {
        i for c in form.select("[aria-describedby]") for i in c["aria-describedby"].split()
    }
    assert all(found.find(id=name) for name in described)


def test_the_submitters_page_follows_the_decision(app, api, editor):
    made = api("pcio_reuse_create", told("rice"))
    address = f"/reuse/{made['id']}?key={made['key']}"
    assert "ได้รับรายการของท่านแล้ว" in main_text(page(app, address))
    page(app, f"/reuse/{made['id']}", status=404)
    page(app, f"/reuse/{made['id']}", token=person(), status=404)
    reject = {"id": made["id"], "version": 1, "decision": "reject", "reason": "เหตุ <b>หนึ่ง"}
    api("pcio_reuse_review", reject, editor)
    assert "เหตุ <b>หนึ่ง" in main_text(page(app, address))
    api("pcio_reuse_review", {**reject, "version": 2, "decision": "approve", "reason": ""}, editor)
    assert "รายการของท่านได้รับอนุมัติแล้ว" in main_text(page(app, address))
    assert "dev@example.com" not in str(page(app, address))


def test_officers_see_what_waits_and_decide(app, api, editor):
    made = api("pcio_reuse_create", told("rice"))
    assert "มี 1 รายการรอท่านพิจารณา" in main_text(page(app, "/reuse", editor))
    assert "รายการรอท่านพิจารณา" not in main_text(page(app, "/reuse", person()))
    found = page(app, "/reuse/review", editor)
    assert "dev@example.com" in main_text(found)
    form = found.select_one("form.pcio-decide")
    assert form["method"] == "post"
    assert [button["value"] for button in form.select("button")] == ["approve", "reject"]
    headers = {"Authorization": editor}
    address = form["action"]
    refused = app.post(
        address, data={"decision": "reject", "version": "1", "reason": ""}, headers=headers
    )
    assert "โปรดระบุเหตุผล" in refused.body
    decision = {"decision": "approve", "version": "1"}
    app.post(address, data=decision, headers=headers, follow_redirects=False, status=302)
    late = {"decision": "reject", "version": "1", "reason": "มาช้า"}
    overtaken = app.post(address, data=late, headers=headers)
    assert "มีผู้อื่นแก้ไขรายการนี้ไปแล้ว" in overtaken.body
    assert "มาช้า" in overtaken.body
    assert api("pcio_reuse_show", {"id": made["id"]})["state"] == "approved"
    app.get(address, headers=headers, status=404)


@pytest.mark.ckan_config("WTF_CSRF_ENABLED", True)
def test_every_form_carries_the_token_against_forged_requests(app, api, editor):
    made = api("pcio_reuse_create", told("rice"))
    addresses = ("/reuse/new", f"/reuse/{made['id']}", f"/reuse/{made['id']}/edit")
    for address in (*addresses, f"/reuse/{made['id']}/delete", "/reuse/review"):
        forms = page(app, address, editor).select('form[method="post"]')
        assert forms
        assert all(form.select_one('input[name="_csrf_token"]') for form in forms), address


def test_who_is_no_officer_finds_no_officers_page(app, api, office, other):
    made = api("pcio_reuse_create", told("rice"))
    here = f"/reuse/{made['id']}"
    for token in (None, person(), person(office, "member"), person(other, "admin")):
        for address in (f"{here}/edit", f"{here}/delete"):
            page(app, address, token, status=404)
        headers = {"Authorization": token} if token else {}
        for address in (f"{here}/edit", f"{here}/delete", f"{here}/decide"):
            data = {"version": "1", "decision": "approve", "title": "x"}
            app.post(address, data=data, headers=headers, status=404)
    for token in (None, person(), person(office, "member")):
        for address in ("/reuse/review", "/reuse/export.csv", "/reuse/export.xlsx"):
            page(app, address, token, status=403)
    assert api("pcio_reuse_show", {"id": made["id"], "key": made["key"]})["state"] == "waiting"


def test_an_officer_edits_and_deletes_on_pages(app, api, editor):
    made = api("pcio_reuse_create", told("rice"))
    headers = {"Authorization": editor}
    found = page(app, f"/reuse/{made['id']}/edit", editor)
    form = found.select_one("form.pcio-form")
    data = {
        control["name"]: control.get("value") or ""
        for control in form.select("input[name]")
        if control.get("type") not in ("radio", "checkbox", "file")
    }
    data |= {"how": form.textarea.get_text(), "type": "report", "user_kind": "agency"}
    data["datasets"] = [line["value"] for line in form.select('[name="datasets"]')]
    assert data["used_on"] == "2024-05-01"
    wrong = app.post(form["action"], data={**data, "title": "", "link": "x"}, headers=headers)
    assert "โปรดกรอกข้อมูลในช่องนี้" in wrong.body
    app.post(
        form["action"],
        data={**data, "title": "แก้แล้ว", "email": ""},
        headers=headers,
        follow_redirects=False,
        status=302,
    )
    now = api("pcio_reuse_show", {"id": made["id"]}, editor)
    assert (now["title"], now["type"], now["email"]) == ("แก้แล้ว", "report", None)
    assert [d["name"] for d in now["datasets"]] == ["rice"]
    # The form in another window still holds the first version.
    late = app.post(form["action"], data={**data, "title": "ทับ"}, headers=headers)
    assert "มีผู้อื่นแก้ไขรายการนี้ไปแล้ว" in late.body
    assert 'value="ทับ"' in late.body
    address = f"/reuse/{made['id']}/delete"
    assert "ต้องการลบรายการนี้หรือไม่" in main_text(page(app, address, editor))
    app.post(address, data={"version": "1"}, headers=headers, status=200)
    app.post(address, data={"version": "2"}, headers=headers, follow_redirects=False, status=302)
    page(app, f"/reuse/{made['id']}", editor, status=404)


def test_the_table_for_officers(app, api, office, other, editor):
    formula = told("rice", "fish", title="=1+1", how="บรรทัดหนึ่ง\nบรรทัดสอง", user_name="@cmd")
    approve(api, api("pcio_reuse_create", formula), editor)
    api("pcio_reuse_create", told("rice", title="ยังรอ", link=None))
    headers = {"Authorization": editor}
    answer = app.get("/reuse/export.csv", headers=headers)
    kept = answer.headers["Cache-Control"]
    assert "no-store" in kept
    assert "public" not in kept
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == 2
    heading, row = csv.reader(io.StringIO(text[1:]))
    assert heading[0] == "ชื่อ" or heading[0]
    assert row[:2] == ["'=1+1", "ข้อมูล rice, ข้อมูล fish"]
    assert row[3:7] == ["บรรทัดหนึ่ง บรรทัดสอง", "ภาคเอกชน", "'@cmd", "แอปพลิเคชันหรือเว็บไซต์"]
    assert row[8] == "2024-05-01"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row[9])
    assert "dev@example.com" not in text
    book = load_workbook(io.BytesIO(app.get("/reuse/export.xlsx", headers=headers).data))
    cells = list(book.active.iter_rows())
    assert [cell.value for cell in cells[1]][:2] == row[:2]
    assert all(cell.data_type != "f" for line in cells for cell in line)


def test_pages_speak_english_too(app, api, editor):
    approve(api, api("pcio_reuse_create", told("rice")), editor)
    thai = re.compile("[\u0e01-\u0e5b]")
    found = page(app, "/en/reuse/new")
    assert not thai.search(main_text(found))
    assert "1 May 2024" in main_text(page(app, "/en/reuse"))
    assert "1 พฤษภาคม 2567" in main_text(page(app, "/reuse"))


def test_the_form_is_sent_as_a_person_does(app, api, editor):
    found = page(app, "/reuse/new?dataset=rice")
    form = {
        control["name"]: control.get("value") or ""
        for control in found.select("form.pcio-form input[name]")
        if control.get("type") not in ("radio", "checkbox", "file")
    }
    form |= {"title": "ผลงาน", "how": "ใช้", "type": "idea", "user_kind": "citizen"}
    answer = app.post("/reuse/new", data=form)
    assert "เร็วกว่าที่คนทั่วไปจะกรอกได้" in answer.body
    token = re.search(r'name="form_token" value="([^"]+)"', answer.body)[1]
    assert token == form["form_token"]
    assert spam.TOKEN in form
    assert form[spam.HONEYPOT] == ""


def test_a_hidden_dataset_disappears_from_the_public_page(app, api, office, editor):
    dataset(office, "later")
    made = approve(api, api("pcio_reuse_create", told("later", "rice")), editor)
    make_private("later")
    assert "ข้อมูล later" not in page(app, f"/reuse/{made['id']}").get_text()
    assert "ข้อมูล later" in page(app, f"/reuse/{made['id']}", editor).get_text()
    sysadmin = factories.SysadminWithToken()["token"]
    assert "ข้อมูล later" in page(app, f"/reuse/{made['id']}", sysadmin).get_text()
