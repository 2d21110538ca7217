"""The pages at /exchange: who sees them, forms without JavaScript, files, the dataset page."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from ckan.tests.helpers import call_action
from openpyxl import load_workbook

from ckanext.pcio.registers.exchange.fields import FIELDS
from ckanext.pcio.standard.dates import today_in_thailand
from tests.registers.exchange.conftest import CONFIDENTIAL, INTERNAL, PARTNER

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

HOSTILE = "=HYPERLINK(1) <script>alert(1)</script>"


@pytest.fixture
def browse(app, offices, people):
    """Get or post a page as the holder of a role's token."""
    tokens = {}

    def go(role, url, form=None, status=200):
        if role not in tokens and role != "anonymous":
            tokens[role] = call_action("api_token_create", user=people[role], name="t")["token"]
        headers = {"Authorization": tokens[role]} if role in tokens else {}
        if form is None:
            answer = app.get(url, headers=headers, status=status)
        else:
            answer = app.post(
                url, headers=headers, data=form, follow_redirects=False, status=status
            )
        return BeautifulSoup(answer.data, "html.parser"), answer

    return go


def text(page):
    return " ".join(page.get_text(" ").split())


def test_strangers_are_invited_and_told_nothing(browse, make_dataset, record):
    make_dataset("water")
    made = record("water", legal_basis="ความลับ")
    for role in ("anonymous", "stranger"):
        page, answer = browse(role, "/exchange", status=403)
        assert page.select_one(".pcio-empty h1").text == "การแลกเปลี่ยนข้อมูลกับหน่วยงานอื่น"
        assert bool(page.select("a.btn[href*='/user/login']")) is (role == "anonymous")
        for url in ("/exchange/csv", "/exchange/xlsx", "/exchange/new", f"/exchange/{made['id']}"):
            _page, refused = browse(role, url, status=403)
            assert made["partner"] not in answer.body + refused.body
        page, answer = browse(role, "/dataset/water")
        assert not page.select(".pcio-exchange-section")
        assert made["partner"] not in answer.body


def test_an_empty_register_says_what_to_do(browse, people):
    for role, button in (("editor", True), ("member", False)):
        page, _ = browse(role, "/exchange")
        assert page.select_one(".pcio-empty h2").text == "ยังไม่มีการแลกเปลี่ยนข้อมูลที่บันทึกไว้"
        assert bool(page.select("a.btn[href$='/exchange/new']")) is button


def test_the_ledger(browse, make_dataset, record):
    make_dataset("water")
    make_dataset("inside", private=True, **INTERNAL)
    soon = (today_in_thailand() + timedelta(30)).isoformat()
    record("water", partner=HOSTILE, ends_on=soon, told_calls=1200, told_on="2568-02-01")
    record("inside", partner="กรมหนึ่ง", tier="department", status="preparing", starts_on="")
    page, answer = browse("member", "/exchange")
    assert [h.text for h in page.select(".pcio-exchange-level > h2")] == [
        "ชุดข้อมูลระดับชั้น: เปิดเผย",
        "ชุดข้อมูลระดับชั้น: ชั้นเผยแพร่ภายในองค์กร",
    ]
    first, second = page.select(".pcio-row")
    assert HOSTILE in first.text
    assert "<script>alert" not in answer.body
    for told in ("เชื่อมโยงแล้ว", "ใกล้สิ้นสุด", "จังหวัด", "API", "1,200", "หน่วยงานแจ้ง"):
        assert told in text(first), told
    assert "อยู่ระหว่างจัดเตรียมข้อมูล" in second.text
    assert "1 รายการ" in text(page.select_one(".pcio-callout-warn"))
    ending, _ = browse("member", "/exchange?ending=1")
    assert len(ending.select(".pcio-row")) == 1
    nothing, _ = browse("member", "/exchange?status=waiting&tier=junk&page=9")
    assert not nothing.select(".pcio-row")
    assert nothing.select(".pcio-callout a[href$='/exchange']")
    english, _ = browse("member", "/en/exchange")
    assert "Datasets of the level: Open" in text(english)
    browse("member", "/exchange?organization=nowhere", status=404)
    # Another office sees what everybody may see of datasets.
    other, answer = browse("other_admin", "/exchange")
    assert len(other.select(".pcio-row")) == 1
    assert "กรมหนึ่ง" not in answer.body


def test_files(browse, make_dataset, record):
    make_dataset("water")
    record("water", partner=HOSTILE, ends_on="2570-12-31", told_records=15000, told_on="2568-02-01")
    _, answer = browse("member", "/exchange/csv")
    assert answer.body.startswith("\ufeff")
    assert answer.body.count("\r\n") == 2
    (row,) = csv.DictReader(io.StringIO(answer.body.removeprefix("\ufeff"), newline=""))
    assert list(row)[:5] == ["หน่วยงาน", "ฐานข้อมูล", "ชุดข้อมูล", "ระดับชั้นข้อมูล", "หน่วยงานคู่แลกเปลี่ยน"]
    assert row["หน่วยงานคู่แลกเปลี่ยน"] == f"'{HOSTILE}"
    assert (row["วันสิ้นสุด"], row["วันเริ่มต้น"]) == ("2027-12-31", "2025-01-15")
    _, answer = browse("member", "/en/exchange/xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    heading, values = list(sheet.iter_rows())
    found = {h.value: cell for h, cell in zip(heading, values, strict=True)}
    assert found["Partner agency"].value == f"'{HOSTILE}"
    assert found["Partner agency"].data_type == "s"
    assert found["End"].value.date().isoformat() == "2027-12-31"
    assert found["Records moved, stated"].value == 15000
    assert found["Signed on"].value is None


def test_recording_changing_and_removing_without_javascript(browse, make_dataset, people, act):
    make_dataset("water")
    make_dataset("secret", private=True, **CONFIDENTIAL)
    page, _ = browse("editor", "/exchange/new?dataset=water")
    form = page.select_one("form.pcio-form")
    names = {c.get("name") for c in form.select("input, select, textarea")}
    assert "_csrf_token" in names
    assert set(FIELDS) <= names
    choices = [o["value"] for o in form.select("#field-dataset option")]
    assert choices == ["", "water"]
    assert form.select_one("#field-dataset option[selected]")["value"] == "water"
    for control in form.select("input[type=text], select, textarea"):
        assert form.find("label", attrs={"for": control["id"]}), control["name"]
        for described in control["aria-describedby"].split():
            assert form.find(id=described).get_text(strip=True)
    entry = {"dataset": "water", "partner": "กรมหนึ่ง", "tier": "other", "method": "api"}
    page, _ = browse("editor", "/exchange/new", {**entry, "starts_on": "31/02/2568"})
    refusal = page.select_one("#pcio-refusal")
    assert {a["href"] for a in refusal.select("a")} == {"#field-status", "#field-starts_on"}
    assert page.select_one("#field-starts_on")["value"] == "31/02/2568"
    assert page.select_one("#field-partner")["value"] == "กรมหนึ่ง"
    good = {**entry, "status": "linked", "starts_on": "2568-01-15", "account": PARTNER}
    _, answer = browse("editor", "/exchange/new", good, status=302)
    url = "/" + answer.headers["Location"].split("/", 3)[3]
    page, _ = browse("editor", url)
    assert PARTNER in text(page)
    assert "15 มกราคม 2568" in text(page)
    edit, _ = browse("editor", f"{url}/edit")
    assert edit.select_one("#field-starts_on")["value"] == "2025-01-15"
    assert edit.select_one("input[name=tier][checked]")["value"] == "other"
    changed = {**good, "version": "1", "purpose": "วางแผน"}
    browse("editor", f"{url}/edit", changed, status=302)
    page, _ = browse("admin", f"{url}/edit", {**changed, "purpose": "ของคนที่สอง"})
    assert "มีผู้อื่นแก้ไขการแลกเปลี่ยนนี้" in text(page.select_one("#pcio-refusal"))
    assert page.select_one("#field-purpose").text.strip() == "ของคนที่สอง"
    section, _ = browse("other_admin", "/dataset/water")
    assert "กรมหนึ่ง" in text(section.select_one(".pcio-exchange-section"))
    assert PARTNER not in str(section)
    page, _ = browse("editor", f"{url}/delete")
    sent = {i["name"]: i["value"] for i in page.select("form.pcio-exchange-actions input")}
    assert (sent["version"], "_csrf_token" in sent) == ("2", True)
    page, _ = browse("editor", f"{url}/delete", {"version": "1"})
    assert "มีผู้อื่นแก้ไข" in text(page.select_one("[role=alert]"))
    browse("editor", f"{url}/delete", {"version": "2"}, status=302)
    browse("editor", url, status=404)
    assert act("editor", "pcio_exchange_list")["count"] == 0


def test_who_may_not_change_gets_no_form(browse, make_dataset, record):
    make_dataset("water")
    made = record("water")
    for role in ("member", "other_admin"):
        page, _ = browse(role, f"/exchange/{made['id']}")
        assert not page.select(f"a[href$='{made['id']}/edit']")
        for part in ("edit", "delete"):
            browse(role, f"/exchange/{made['id']}/{part}", status=403)
            browse(role, f"/exchange/{made['id']}/{part}", {"version": "1"}, status=403)
    browse("other_admin", "/exchange/new?dataset=water", status=403)
    browse("editor", "/exchange/no-such-exchange", status=404)
    browse("editor", "/exchange/new?dataset=no-such-dataset", status=404)
