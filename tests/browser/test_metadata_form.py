"""The metadata form with a mouse, a keyboard, a phone, and without JavaScript."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def form(chromium, portal, catalog):
    """Open the form of a new dataset as the office's editor; returns a way to do so."""
    contexts = []

    def opened(size=DESKTOP, path="/dataset/new", **settings):
        context = chromium.new_context(
            viewport=size,
            base_url=portal,
            extra_http_headers={"Authorization": catalog["editor"]},
            **settings,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        assert page.goto(path, wait_until="load").status == 200
        if settings.get("java_script_enabled", True):
            page.wait_for_selector(".pcio-form-live")
        return page

    problems: list[str] = []
    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def shown(page, field):
    return page.locator(f"[data-pcio-field={field}]").is_visible()


def choose_type(page, key):
    page.check(f"input[name=data_type][data-key={key}]")


def test_only_the_fields_of_the_chosen_type_are_shown(form):
    page = form()
    choose_type(page, "statistics")
    assert shown(page, "disaggregate")
    assert not shown(page, "equivalent_scale")
    assert not shown(page, "data_collect")
    choose_type(page, "geospatial")
    assert shown(page, "equivalent_scale")
    assert not shown(page, "disaggregate")
    choose_type(page, "other")
    assert shown(page, "data_type_other")
    assert shown(page, "data_collect")


def test_other_opens_its_text_box(form):
    page = form()
    for open_it, close_it, field in (
        (
            lambda: page.check("input[name=objective][data-key=other]"),
            lambda: page.uncheck("input[name=objective][data-key=other]"),
            "objective_other",
        ),
        (
            lambda: page.locator("#field-geo_coverage").select_option("อื่นๆ"),
            lambda: page.locator("#field-geo_coverage").select_option("จังหวัด"),
            "geo_coverage_other",
        ),
    ):
        assert not shown(page, field)
        open_it()
        assert shown(page, field)
        close_it()
        assert not shown(page, field)


def test_the_category_limits_levels_and_fills_in_the_condition(form):
    page = form()
    category, level = (
        page.locator("#field-data_category"),
        page.locator("#field-data_classification"),
    )
    condition = page.locator("#field-accessible_condition")
    on_offer = "#field-data_classification option:not([disabled])"
    category.select_option("ข้อมูลสาธารณะ")
    assert level.input_value() == "เปิดเผย"
    assert condition.input_value() == "ไม่มีการจำกัดการเข้าถึงข้อมูล"
    category.select_option("ข้อมูลส่วนบุคคล")
    assert level.input_value() == ""
    assert condition.input_value() == ""
    assert page.eval_on_selector_all(on_offer, "all => all.map(one => one.value)") == [
        "",
        "ชั้นเผยแพร่ภายในองค์กร",
        "ลับ",
        "ลับมาก",
    ]
    condition.fill("ติดต่อหน่วยงาน")
    category.select_option("ข้อมูลสาธารณะ")
    assert condition.input_value() == "ติดต่อหน่วยงาน"


def test_the_interval_is_asked_where_it_means_something(form):
    page = form()
    page.locator("#field-update_frequency_unit").select_option("ตามเวลาจริง")
    assert not shown(page, "update_frequency_interval")
    page.locator("#field-update_frequency_unit").select_option("เดือน")
    assert shown(page, "update_frequency_interval")


def test_a_refused_form_takes_the_keyboard_to_the_field(form):
    page = form()
    page.locator("#field-title").fill("ผิดหนึ่งที่")
    page.locator("#field-maintainer_email").fill("ไม่ใช่อีเมล")
    page.locator("#field-maintainer_email").press("Enter")
    # The form's script takes the focus there once it runs; a timeout fails the test.
    page.wait_for_function("document.activeElement.classList.contains('pcio-errors')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#field-maintainer_email")


def test_it_works_without_javascript(form):
    page = form(java_script_enabled=False)
    assert shown(page, "disaggregate")
    assert shown(page, "equivalent_scale")
    assert shown(page, "objective_other")
    assert page.locator("[data-pcio-field=disaggregate] .pcio-for-types").first.is_visible()
    page.locator("#field-title").fill("ร่างไร้สคริปต์")
    page.locator("button[name=save].btn-primary").click()
    page.wait_for_url("**/dataset/rang-*/resource/new")


def test_the_numbers_of_the_items_stay_inside_their_box(form):
    """Numbers hang to the left of a list's text, in its padding."""
    page = form()
    room, size = page.evaluate(
        """() => {
            const style = getComputedStyle(document.querySelector('.pcio-items ol'));
            return [parseFloat(style.paddingLeft), parseFloat(style.fontSize)];
        }"""
    )
    assert room >= 2.4 * size


def test_the_enter_key_saves_a_file_and_asks_for_the_next(form):
    page = form()
    page.locator("#field-title").fill("ร่างสองไฟล์")
    page.locator("#field-title").press("Enter")
    page.wait_for_url("**/dataset/*/resource/new")
    page.locator(".resource-upload-field, .image-upload").get_by_text("ลิงก์").first.click()
    page.locator("input[name=url]").fill("https://a.example/one.csv")
    page.locator("#field-name").fill("แฟ้มที่หนึ่ง")
    page.locator("#field-name").press("Enter")
    page.locator(".module.resources").get_by_text("แฟ้มที่หนึ่ง").wait_for()
    assert page.url.endswith("/resource/new")
    assert page.locator("#field-name").input_value() == ""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_fits_and_is_accessible(form, size):
    page = form(size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    choose_type(page, "geospatial")
    found = Axe().run(page, context=".pcio-form")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
