"""The worklist in a browser: by keyboard, on a phone, through axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .test_pages import DESKTOP, PHONE, broken_words, low_lines, violations, visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "language"), [("desktop", "th"), ("phone", "th"), ("phone", "en")]
)
def test_an_editor_works_through_the_list(page, catalog, size, language):
    page.context.set_extra_http_headers({"Authorization": catalog["editor"]})
    for path in ("/readiness/worklist", "/readiness/worklist/offices"):
        visit(page, path, size, language)
        wide, seen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen
        assert low_lines(page) == broken_words(page) == violations(page) == []
    assert {"desktop": DESKTOP, "phone": PHONE}[size]["width"] == page.viewport_size["width"]


def test_by_keyboard_from_the_list_to_the_field(page, catalog):
    page.context.set_extra_http_headers({"Authorization": catalog["editor"]})
    visit(page, "/readiness/worklist")
    page.locator("#filter-kind").focus()
    page.locator("#filter-kind").select_option("linkage")
    page.get_by_role("button", name="แสดง").press("Enter")
    page.wait_for_url("**kind=linkage*")
    step = page.locator(".pcio-steps a[href$='#field-linkage_method']").first
    step.focus()
    step.press("Enter")
    page.wait_for_url("**/dataset/edit/*#field-linkage_method")
    expect(page.locator("[id^='field-linkage_method']").first).to_be_visible()
