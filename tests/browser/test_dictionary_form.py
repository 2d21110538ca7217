"""The form of a data dictionary with a mouse, on a phone, and without JavaScript."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

CSV = "ชื่อตัวแปร,ชนิดข้อมูล,คำอธิบาย\n" + "".join(
    f"column_{number},ข้อความ,คำอธิบายที่ {number}\n" for number in range(200)
)


@pytest.fixture
def dictionary(chromium, portal, catalog):
    """Open pages of the dictionary of a tourism dataset's file as the office's editor."""
    contexts, problems = [], []

    def opened(number, more="", size=DESKTOP, **settings):
        context = chromium.new_context(
            viewport=size,
            base_url=portal,
            locale="th-TH",
            extra_http_headers={"Authorization": catalog["editor"]},
            **settings,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        name = f"pcio-dataset-tourism-{number}"
        shown = context.request.get(f"/api/3/action/package_show?id={name}").json()["result"]
        url = f"/dataset/{name}/resource/{shown['resources'][0]['id']}/dictionary"
        assert page.goto(url + more, wait_until="load").status == 200
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def is_clean(page) -> bool:
    """Whether axe finds nothing, and nothing is wider than the screen."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth")
    return width <= page.viewport_size["width"]


def names(page) -> list[str]:
    return [field.input_value() for field in page.locator("[name$='-name']").all()]


def test_an_editor_writes_a_dictionary(dictionary):
    page = dictionary(1)
    page.locator(".pcio-callout a.btn").click()
    page.wait_for_url("**/dictionary/edit")
    page.fill("#column-0-name", "year")
    page.select_option("#column-0-type", "integer")
    page.fill("#column-0-description", "ปี พ.ศ. ของข้อมูล")
    page.locator("[data-do=add]").click()
    assert page.evaluate("document.activeElement.id") == "column-1-name"
    page.keyboard.type("place")
    assert "1 จาก 2" in page.locator("[data-count]").inner_text()
    page.locator("[data-column]").nth(1).locator("[data-do=up]").click()
    assert names(page) == ["place", "year"]
    page.locator("[data-filter] input").check()
    assert page.locator("[data-column]:visible").count() == 1
    page.locator("[data-filter] input").uncheck()
    # Leaving asks first.
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[data-leave]").click()
    assert asked == ["beforeunload"]
    assert is_clean(page)
    page.locator("[data-column]").nth(0).locator("[data-do=remove]").click()
    page.locator("#column-0-example").press("Enter")
    page.wait_for_url("**/dictionary")
    assert page.locator(".pcio-dictionary-columns tbody tr").count() == 1
    page.reload()
    assert is_clean(page)
    page.set_viewport_size(PHONE)
    assert is_clean(page)


def test_the_form_needs_no_javascript_and_fits_a_phone(dictionary):
    page = dictionary(2, "/edit", PHONE, java_script_enabled=False)
    page.fill("#column-0-name", "year")
    page.locator("button[value=add]").click()
    page.fill("#column-1-name", "place")
    page.locator("button[value=up-1]").click()
    assert names(page) == ["place", "year"]
    page.locator("button[value=save]").first.click()
    assert page.locator(".pcio-dictionary-columns tbody tr").count() == 2


def test_two_hundred_columns_from_a_file(dictionary):
    page = dictionary(3, "/edit", PHONE)
    page.locator("summary").filter(has_text="CSV").click()
    content = {"name": "dictionary.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    page.set_input_files("#field-upload", content)
    page.locator(".pcio-dictionary-upload button").click()
    page.wait_for_selector("#laid-title")
    assert len(names(page)) == 200
    assert "200 จาก 200" in page.locator("[data-count]").inner_text()
    assert is_clean(page)
    page.locator("button[value=save]").first.click()
    page.wait_for_url("**/dictionary")
    assert page.locator(".pcio-dictionary-columns tbody tr").count() == 200
