"""Pages as a person meets them: in a browser, by keyboard, on a phone, through axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "datasets": "/dataset/",
    "dataset": "/dataset/pcio-dataset-tourism-1",
    "offices": "/organization/",
    "readiness": "/readiness",
    "list": "/readiness/list/open",
    "about": "/about",
}
SIZES = {"desktop": DESKTOP, "phone": PHONE}


def visit(page, path, size="desktop", language="th"):
    page.set_viewport_size(SIZES[size])
    answer = page.goto(("/en" if language == "en" else "") + path, wait_until="load")
    assert answer.status == 200
    return page


def test_the_dashboard_reads_in_thai(page):
    visit(page, "/readiness")
    assert "ความพร้อมรัฐบาลดิจิทัล" in page.get_by_role("heading", level=1).inner_text()
    expect(page.get_by_text("คำตอบที่เสนอ").first).to_be_visible()
    number = page.locator("[data-measure=open] .pcio-share a").first
    expected = int(number.locator("strong").inner_text())
    number.click()
    page.wait_for_url("**/readiness/list/open")
    assert page.locator(".pcio-row").count() == expected == 4


def test_a_dataset_reads_in_thai(page):
    visit(page, PAGES["dataset"])
    assert "จำนวนนักท่องเที่ยวรายเดือน" in page.get_by_role("heading", level=1).inner_text()


def test_the_home_page_searches_and_leads_to_readiness(page):
    visit(page, "/")
    page.get_by_role("main").get_by_role("link", name="เปิดหน้าความพร้อม").click()
    page.wait_for_url("**/readiness")
    visit(page, "/")
    page.get_by_role("searchbox").fill("ท่องเที่ยว")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/dataset/?q=*")
    assert page.locator(".dataset-item").count() == 4


def test_the_language_changes_and_the_page_stays(page):
    visit(page, "/readiness/list/open?own=1")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/readiness/list/open?own=1")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text() == "Open"


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(page, name, size, language):
    """Nothing scrolls sideways, no line cuts its Thai marks, axe finds nothing."""
    visit(page, PAGES[name], size, language)
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen
    assert low_lines(page) == []
    assert broken_words(page) == []
    assert violations(page) == []


@pytest.mark.parametrize("role", ["editor", "sysadmin"])
def test_pages_are_sound_for_those_who_log_in(page, catalog, role):
    page.context.set_extra_http_headers({"Authorization": catalog[role]})
    for name in ("home", "readiness", "list", "dataset"):
        visit(page, PAGES[name])
        assert violations(page) == [], name


def test_the_error_page_is_sound(page):
    answer = page.goto("/readiness/list/nope")
    assert answer.status == 404
    assert violations(page) == []
    page.get_by_role("main").get_by_role("link", name="หน้าหลัก").click()
    page.wait_for_url(lambda url: url.endswith("/"))


def test_a_files_name_has_the_phones_width(page):
    """The buttons CKAN floats beside it left room for one letter a line."""
    visit(page, "/dataset/pcio-dataset-tourism-1", "phone")
    page.locator(".resource-item a.heading").first.click()
    page.wait_for_url("**/resource/*")
    top, bottom = page.evaluate(
        """() => {
            const box = (selector) => document.querySelector(selector).getBoundingClientRect();
            return [box('h1').top, box('.module-resource .actions').bottom];
        }"""
    )
    assert top >= bottom


def test_on_a_phone_the_content_comes_first(page):
    visit(page, "/dataset/pcio-dataset-tourism-1", "phone")
    main, aside = (page.locator(f".wrapper > .{name}") for name in ("primary", "secondary"))
    assert main.bounding_box()["y"] < aside.bounding_box()["y"]


@pytest.mark.parametrize("path", PAGES.values())
def test_no_page_asks_another_machine_for_anything(page, portal, path):
    """Fonts, scripts, avatars: what a citizen reads is between them and the province."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, path)
    assert [url for url in asked if not url.startswith((portal, "data:"))] == []


def broken_words(page):
    """Return the elements whose lines may end between a Thai letter and its vowel."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => e.offsetParent && /[ก-๙]/.test(e.textContent))
            .filter(e => getComputedStyle(e).wordBreak === 'break-all')
            .map(e => e.outerHTML.slice(0, 120))"""
    )


def low_lines(page):
    """Return the elements whose lines cut vowels and tone marks stacked above the letters."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
                'h1, h2, h3, h4, p, a, dt, dd, th, td, label, button')]
            .filter(e => e.offsetParent && /[ก-๙]/.test(e.textContent))
            .filter(e => {
                const style = getComputedStyle(e);
                return parseFloat(style.lineHeight) < 1.4 * parseFloat(style.fontSize);
            })
            .map(e => e.outerHTML.slice(0, 120))"""
    )


def violations(page):
    """Return what axe-core finds wrong, one line for each element."""
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]


def test_the_portals_own_typeface_is_used(page):
    visit(page, "/")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert any("PCIO Sarabun" in family for family in loaded)


def focused(page) -> str:
    return page.evaluate(
        "(document.activeElement.getAttribute('href') || document.activeElement.id || '')"
    )


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("home", {"/dataset/", "/organization/", "/readiness", "field-main-search"}),
        ("readiness", {"#answers", "/readiness/list/open", "/readiness/list/waiting"}),
        ("list", {"filter-own", "filter-organization", "filter-sort", "/readiness"}),
    ],
)
def test_the_keyboard_reaches_the_main_links(page, name, wanted):
    visit(page, PAGES[name])
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(focused(page))
        if wanted <= reached:
            return
    raise AssertionError(wanted - reached)


def test_focus_can_be_seen(page):
    visit(page, "/readiness")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                return [style.outlineStyle, parseFloat(style.outlineWidth), style.boxShadow];
            }"""
        )
        assert (style[0] != "none" and style[1] >= 2) or style[2] != "none", focused(page)


def test_the_menu_opens_on_a_phone(page):
    visit(page, "/", "phone")
    link = page.get_by_role("banner").get_by_role("link", name="ความพร้อม")
    expect(link).to_be_hidden()
    page.locator(".navbar-toggler").click()
    link.wait_for(state="visible")
    link.click()
    page.wait_for_url("**/readiness")


def test_print_leaves_the_portal_around_the_page_out(page):
    visit(page, "/readiness")
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator("#answers")).to_be_visible()


def test_axe_finds_what_is_wrong(page):
    """The check itself can fail."""
    visit(page, "/readiness")
    page.evaluate(
        """document.querySelector('h1').insertAdjacentHTML('afterend', '<img src="data:image/gif;'
            + 'base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">')"""
    )
    assert [found for found in violations(page) if found.startswith("image-alt ")]
