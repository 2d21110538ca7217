"""Telling of a reuse as a person does, with and without JavaScript; the note after a download."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

DATASET = "/dataset/pcio-dataset-tourism-1"
TITLE = "จำนวนนักท่องเที่ยวรายเดือน ชุดที่ 1"


def fill_in(page) -> None:
    page.fill("#field-title", "แผนที่แหล่งท่องเที่ยว")
    page.fill("#field-how", "ใช้จำนวนนักท่องเที่ยววางแผนเส้นทางรถรับส่ง")
    page.select_option("#field-type", "visualization")
    page.check("input[name=user_kind][value=citizen]")


def test_a_person_tells_of_a_reuse(page):
    page.goto(DATASET)
    page.locator("#reuses").get_by_role("link", name="แจ้งการนำข้อมูลไปใช้").click()
    page.wait_for_url("**/reuse/new?dataset=*", wait_until="load")
    first, second = page.locator("[name=datasets]").all()
    assert first.input_value() == TITLE
    second.press_sequentially("นักท่องเที่ยว")
    page.wait_for_selector("datalist option", state="attached")
    page.get_by_role("button", name="เพิ่มชุดข้อมูล").click()
    assert page.locator("[name=datasets]").count() == 3
    second.fill("")
    fill_in(page)
    page.locator("#field-title").press("Enter")
    # Sent within the three seconds a person needs at least: what was written is still there.
    if page.locator("#pcio-refusal").count():
        assert page.locator("#field-title").input_value() == "แผนที่แหล่งท่องเที่ยว"
        page.wait_for_timeout(3000)
        page.locator(".pcio-form .btn-lg").click()
    page.wait_for_url("**/reuse/*?key=*")
    expect(page.get_by_role("heading", name="ขอบคุณ ได้รับรายการของท่านแล้ว")).to_be_visible()


def test_the_form_needs_no_javascript(chromium, portal):
    context = chromium.new_context(
        viewport=PHONE, base_url=portal, locale="th-TH", java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/reuse/new")
    page.get_by_role("button", name="เพิ่มชุดข้อมูล").click()
    assert page.locator("[name=datasets]").count() == 3
    page.locator("[name=datasets]").first.fill(f"{portal}{DATASET}")
    fill_in(page)
    page.wait_for_timeout(3000)
    page.locator(".pcio-form .btn-lg").click()
    expect(page.get_by_role("heading", name="ขอบคุณ ได้รับรายการของท่านแล้ว")).to_be_visible()
    context.close()


def test_a_download_asks_gently_and_never_waits(page):
    page.goto(DATASET)
    note = page.locator("#pcio-invitation")
    expect(note).to_be_hidden()
    download = page.locator(".resource-item .resource-url-analytics").first
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    # The file lies elsewhere; staying here keeps the test from depending on it.
    page.context.route("**/tourists.csv*", lambda route: route.fulfill(status=204))
    page.context.route("**/download/**", lambda route: route.fulfill(status=204))
    download.evaluate("link => link.click()")
    note.wait_for(state="visible")
    page.wait_for_timeout(300)
    assert any("download" in url or "tourists.csv" in url for url in asked)
    note.get_by_role("button").click()
    expect(note).to_be_hidden()
    download.evaluate("link => link.click()")
    page.wait_for_timeout(300)
    expect(note).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["/reuse", "/reuse/new", DATASET, "/en/reuse/new"])
def test_pages_have_no_barriers_and_fit(page, path, size):
    page.set_viewport_size(size)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, context="[role=main]").response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
