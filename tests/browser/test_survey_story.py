"""The year's survey from the first proposal to the bundle, as its people do it.

The secretary opens it and asks an office; the office answers with a file; the secretary takes that
over, answers one question otherwise than proposed, confirms the rest of the proposals, locks the
survey and takes the bundle away, which is opened and checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import docx
import pytest
import sqlalchemy as sa
from ckan import model
from ckanapi import RemoteCKAN
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from ckanext.pcio.report import json_form
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.survey.response import model as tables

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

SURVEY = "/readiness/survey/pcio-2567"
COUNCIL, DEMAND = "P2.1.1", "P2.2.2"
PASSWORD = "correct horse 1"
NAME = "คำสั่งแต่งตั้งคณะกรรมการ.pdf"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
REASON = "คณะกรรมการเห็นควรรอเทียบกับบัญชีความต้องการกลาง"
PASSAGE = "หน้า 2 ข้อ 3"


@pytest.fixture(scope="module")
def people(portal, catalog) -> Iterator[SimpleNamespace]:
    """Who keeps the survey, and who answers for the tourism office."""
    made: dict[str, Any] = {}
    with RemoteCKAN(portal, apikey=catalog["sysadmin"]) as officer:
        for name, sysadmin in (("story-secretary", True), ("story-officer", False)):
            user = officer.action.user_create(
                name=name, email=f"{name}@pcio.example.org", password=PASSWORD
            )
            if sysadmin:
                officer.action.user_patch(id=user["id"], sysadmin=True)
            made[name.partition("-")[2]] = name
        officer.action.organization_member_create(
            id="tourism", username=made["officer"], role="editor"
        )
    yield SimpleNamespace(**made, office=catalog["tourism"]["id"])
    # The other tests of pages have a province that has not begun.
    for name in ("RESPONSE", "ASSIGNMENT", "ANSWER", "CONTRIBUTION", "EVENT", "EVIDENCE"):
        model.Session.execute(sa.delete(getattr(tables, name)))
    model.Session.execute(sa.delete(tables.SNAPSHOT))
    model.Session.commit()


@pytest.fixture
def enter(chromium, portal):
    """Open a browser for somebody who has logged in."""
    contexts = []

    def entered(name: str, size: Any = DESKTOP) -> Page:
        context = chromium.new_context(viewport=size, base_url=portal, locale="th-TH")
        contexts.append(context)
        page = context.new_page()
        page.goto("/user/login")
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile("/(dashboard|user|desk)"))
        return page

    yield entered
    for context in contexts:
        context.close()


def test_from_the_first_proposal_to_the_bundle(people, enter):
    secretary = enter(people.secretary)
    opens_and_asks(secretary, people.office)
    officer = enter(people.officer, PHONE)
    answers_with_a_file(officer)
    takes_it_over(secretary)
    answers_otherwise(secretary)
    confirmed = confirms_the_rest(secretary)
    locks(secretary)
    officer.goto(f"{SURVEY}/question/{COUNCIL}")
    expect(officer.locator("button[name=do]")).to_have_count(0)
    check_bundle(taken_away(secretary), confirmed)


def opens_and_asks(page: Page, office: str) -> None:
    page.goto(SURVEY)
    # What the catalog knows already is told before anything is opened.
    expect(page.get_by_text("P2.2.1.1").first).to_be_visible()
    page.fill("[name=deadline]", (today_in_thailand() + timedelta(days=10)).isoformat())
    with page.expect_navigation():
        page.locator(f"form[action$='{SURVEY}/open'] button").click()
    page.goto(f"{SURVEY}/assign")
    page.locator(f"input[name=organizations][value='{office}']").check()
    question = f"input[type=checkbox][name=questions][value='{COUNCIL}']"
    page.locator("details", has=page.locator(question)).locator("summary").click()
    page.locator(question).check()
    with page.expect_navigation():
        page.locator(f"form[action$='{SURVEY}/assign'] button:not([formaction])").last.click()


def answers_with_a_file(page: Page) -> None:
    page.goto(SURVEY)
    page.locator(f"a[href*='/question/{COUNCIL}']").first.click()
    page.locator("[id$='option=done']").check()
    upload = page.locator("input[type=file]:visible")
    upload.set_input_files({"name": NAME, "mimeType": "application/pdf", "buffer": PDF})
    page.locator("input[name$=':passage']:visible").fill(PASSAGE)
    page.locator("button[name=do][value=send]").click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    # Once its fonts are there, nothing is wider than the phone.
    page.wait_for_function(f"document.documentElement.scrollWidth <= {PHONE['width']}")


def takes_it_over(page: Page) -> None:
    page.goto(f"{SURVEY}/question/{COUNCIL}")
    card = page.locator(".pcio-office-card")
    expect(card).to_contain_text(NAME)
    with page.expect_navigation():
        card.locator("a[href*='from=']").click()
    assert page.locator("[id$='option=done']").is_checked()
    with page.expect_navigation():
        page.locator("button[name=do][value=confirm]").click()


def answers_otherwise(page: Page) -> None:
    page.goto(f"{SURVEY}/question/{DEMAND}")
    page.locator("[id$='option=yes']").check()
    page.locator("[name$='option/yes/items']").fill("๒")
    page.locator("[name$='rows/1/item']").fill("จำนวนนักท่องเที่ยวรายเดือน")
    page.locator("[name$='rows/1/url']").fill("https://data.example.go.th/x")
    page.locator("button[name=do][value=confirm]").click()
    # Without a reason it is refused, and what was written is still there.
    expect(page.locator("#form-reason")).to_have_attribute("aria-invalid", "true")
    assert page.locator("[name$='rows/1/item']").input_value() == "จำนวนนักท่องเที่ยวรายเดือน"
    page.fill("#form-reason", REASON)
    page.locator("button[name=do][value=confirm]").click()
    expect(page.locator("main, [role=main]").first).to_contain_text(REASON)


def confirms_the_rest(page: Page) -> list[str]:
    page.goto(f"{SURVEY}/accept")
    chosen = page.locator("input[name=questions]:checked")
    confirmed = [each.get_attribute("value") or "" for each in chosen.all()]
    assert "P2.2.1.1" in confirmed
    with page.expect_navigation():
        page.locator(f"form[action$='{SURVEY}/accept'] button").click()
    return confirmed


def locks(page: Page) -> None:
    page.goto(SURVEY)
    with page.expect_navigation():
        page.locator(f"a[href$='{SURVEY}/lock']").first.click()
    page.locator(f"form[action$='{SURVEY}/lock'] button[type=submit]").click()
    expect(page.locator(f"a[href*='{SURVEY}/export/zip']").first).to_be_visible()


def taken_away(page: Page) -> zipfile.ZipFile:
    with page.expect_download() as started:
        page.locator(f"a[href*='{SURVEY}/export/zip']").first.click()
    return zipfile.ZipFile(io.BytesIO(started.value.path().read_bytes()))


def check_bundle(bundle: zipfile.ZipFile, confirmed: list[str]) -> None:
    assert bundle.testzip() is None
    (manifest_name,) = [name for name in bundle.namelist() if name.endswith("manifest.json")]
    manifest = json.loads(bundle.read(manifest_name))
    root = manifest_name.removesuffix("manifest.json")
    listed = {root + each["path"]: each for each in manifest["files"]}
    assert set(listed) == set(bundle.namelist()) - {manifest_name}
    for name, told in listed.items():
        content = bundle.read(name)
        assert hashlib.sha256(content).hexdigest() == told["sha256"], name
        assert len(content) == told["size"], name

    def one(ending: str) -> bytes:
        (name,) = [each for each in listed if each.endswith(ending) and "/lists/" not in each]
        return bundle.read(name)

    (proof,) = [name for name in listed if f"evidence/{COUNCIL}/" in name]
    assert bundle.read(proof) == PDF
    states = {each.question: each.state for each in json_form.read(one(".json")).answers}
    assert {name for name, state in states.items() if state == "confirmed"} == {
        *confirmed,
        COUNCIL,
        DEMAND,
    }
    document = docx.Document(io.BytesIO(one(".docx")))
    written = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert REASON in written
    assert "จำนวนนักท่องเที่ยวรายเดือน" in "".join(
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    )
    sheet = load_workbook(io.BytesIO(one(".xlsx")), read_only=True).worksheets[0]
    assert any(DEMAND in map(str, row) for row in sheet.iter_rows(values_only=True))
    assert any("P2.2.1.1" in name and name.endswith(".csv") for name in listed)
