"""The metadata form with a mouse, a keyboard, a phone, and without JavaScript."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ckanext.pcio.standard import completeness

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
LISTS = {"objective", "data_format"}


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


def test_no_type_no_fields_of_a_type(form):
    page = form()
    assert not shown(page, "disaggregate")
    expect(page.locator("[data-pcio-group=by_type]")).to_be_hidden()
    choose_type(page, "statistics")
    page.get_by_role("link", name="รายละเอียดเฉพาะประเภทข้อมูล").click()
    assert page.url.endswith("#group-by_type")


def test_a_licence_no_level_bears_is_not_on_offer(form):
    page = form()
    on_offer = "#field-license_id option:not([disabled])"
    page.locator("#field-data_category").select_option("ข้อมูลความมั่นคง")
    offered = page.eval_on_selector_all(on_offer, "all => all.map(one => one.dataset.key)")
    assert "other" in offered
    assert not {"open_data_common", "cc_by", "cc_by_sa"} & set(offered)
    page.locator("#field-data_category").select_option("ข้อมูลสาธารณะ")
    offered = page.eval_on_selector_all(on_offer, "all => all.map(one => one.dataset.key)")
    assert {"open_data_common", "cc_by", "cc_by_nc"} <= set(offered)


# What is typed into the form, as `completeness.check` would be asked about it.
TYPED = [
    {},
    {"title": "ก", "maintainer": "-", "data_source": "–—", "notes": " \u200b "},
    {"title": "- -", "maintainer": "กลุ่มงาน", "data_source": "2567", "notes": "ก\nข"},
    {"maintainer_email": "data@example.go.th", "tag_string": "น้ำ, ท่อง"},
    {"maintainer_email": "data@example", "tag_string": " , -"},
    {"maintainer_email": " a@b.th ", "tag_string": "-, ก"},
    {"data_type": ["ข้อมูลสถิติ"], "objective": ["พันธกิจหน่วยงาน", "ไม่ทราบ"]},
    {"data_type": ["ข้อมูลประเภทอื่นๆ"], "objective": ["พันธกิจหน่วยงาน", "อื่นๆ"]},
    {"data_type": ["ข้อมูลประเภทอื่นๆ"], "data_type_other": "ภาพ", "objective": ["อื่นๆ"]},
    {"objective": ["อื่นๆ"], "objective_other": "-", "data_format": ["CSV", "PDF"]},
    {"update_frequency_unit": ["เดือน"], "geo_coverage": ["อื่นๆ"]},
    {"update_frequency_unit": ["เดือน"], "update_frequency_interval": "๑๒"},
    {"update_frequency_unit": ["เดือน"], "update_frequency_interval": "0"},
    {"update_frequency_unit": ["เดือน"], "update_frequency_interval": "10000"},
    {"update_frequency_unit": ["เดือน"], "update_frequency_interval": "1.5"},
    {"update_frequency_unit": ["ตามเวลาจริง"], "geo_coverage": ["ตำบล"]},
    {"update_frequency_unit": ["อื่นๆ"], "update_frequency_interval": "1"},
    {"data_category": ["ข้อมูลสาธารณะ"], "license_id": ["Open Data Common"]},
    {"data_category": ["ข้อมูลส่วนบุคคล"], "license_id": ["อื่นๆ"], "license_id_other": "ราชการ"},
]
# Types what a row says as if by hand; what it does not say is emptied.
TYPE_IN = """typed => {
    for (const control of document.querySelectorAll('#dataset-edit [data-pcio-field] [name]')) {
        const said = typed[control.name];
        if (control.type === 'radio' || control.type === 'checkbox')
            control.checked = (said || []).includes(control.value);
        else if (control.tagName === 'SELECT') control.value = (said || [''])[0];
        else control.value = said || '';
    }
    document.querySelector('#field-title').dispatchEvent(new Event('change', {bubbles: true}));
    return [...document.querySelectorAll('[data-pcio-missing]:not([hidden])')]
        .map(line => line.dataset.pcioMissing);
}"""


def test_the_count_agrees_with_the_servers(form):
    page = form()
    for typed in TYPED:
        record = {
            name: value[0] if isinstance(value, list) and name not in LISTS else value
            for name, value in typed.items()
        }
        missing = [item.code for item in completeness.check(record) if item.state != "ok"]
        assert page.evaluate(TYPE_IN, typed) == missing, typed
        count = f"{14 - len(missing)} จาก 14"
        assert count in page.locator("[data-pcio-count]").inner_text()


def test_the_count_is_told_and_leads_to_what_is_missing(form):
    page = form(PHONE)
    page.locator("#field-title").fill("จำนวนนักท่องเที่ยว")
    said = page.locator("[data-pcio-said]")
    # The office of somebody who has one only is chosen already.
    said.get_by_text("2 จาก 14").wait_for()
    assert "ประเภทชุดข้อมูล" in said.inner_text()
    page.locator("[data-pcio-missing-count]").click()
    page.locator("[data-pcio-missing=notes] a").click()
    assert page.url.endswith("#field-notes")
    meter, notes = (
        page.locator(one).bounding_box() for one in ("[data-pcio-meter]", "#field-notes")
    )
    assert meter["y"] + meter["height"] <= notes["y"]


def test_a_title_shows_its_name_and_a_tag_those_in_use(form):
    page = form()
    page.locator("#field-title").fill("สถิติ")
    page.locator("[data-pcio-name-preview] code").get_by_text("sathiti").wait_for()
    page.locator("#field-name").fill("figures")
    expect(page.locator("[data-pcio-name-preview]")).to_be_hidden()
    tag = page.request.get("/api/3/action/tag_list").json()["result"][0]
    page.locator("#field-tag_string").press_sequentially(f"น้ำ, {tag[:3]}")
    page.wait_for_function(
        "tag => [...document.querySelectorAll('#suggested-tags option')]"
        ".some(one => one.value === tag)",
        arg=f"น้ำ, {tag}",
    )


def test_leaving_with_unsaved_changes_asks(form):
    page = form()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/dataset/new")
    assert asked == []
    page.wait_for_selector(".pcio-form-live")
    page.locator("#field-title").press_sequentially("ยังไม่บันทึก")
    page.goto("/dataset/new")
    assert asked == ["beforeunload"]


def fill_in(page):
    """The 14 items of an open dataset, as a publisher gives them."""
    choose_type(page, "record")
    for name, text in (
        ("title", "แหล่งท่องเที่ยวชุมชน"),
        ("maintainer", "กลุ่มงานข้อมูล"),
        ("maintainer_email", "data@example.go.th"),
        ("tag_string", "ท่องเที่ยว, ชุมชน"),
        ("notes", "รายชื่อแหล่งท่องเที่ยวชุมชนพร้อมที่ตั้ง"),
        ("update_frequency_interval", "๑"),
        ("data_source", "แบบสำรวจของอำเภอ"),
    ):
        page.locator(f"#field-{name}").fill(text)
    for name, value in (
        ("update_frequency_unit", "ปี"),
        ("geo_coverage", "ตำบล"),
        ("data_category", "ข้อมูลสาธารณะ"),
        ("license_id", "Open Data Common"),
    ):
        page.locator(f"#field-{name}").select_option(value)
    page.check("input[name=objective][data-key=mission]")
    page.check("input[name=data_format][value=CSV]")


def test_a_draft_then_published(form):
    page = form(PHONE)
    page.locator("#field-title").fill("แหล่งท่องเที่ยวชุมชน")
    page.locator("button[name=save][value=draft]").click()
    page.wait_for_url("**/dataset/edit/**")
    name = page.url.rpartition("/")[2]
    assert "บันทึกร่างแล้ว" in page.locator(".flash-messages").inner_text()
    page.locator("button[name=save][value=publish]").click()
    page.wait_for_selector(".pcio-errors")
    page.wait_for_selector(".pcio-form-live")
    assert page.locator(".pcio-errors li").count() == 12
    fill_in(page)
    page.locator("#field-created_date").fill("2568-07-09")
    page.locator("#field-last_updated_date").fill("2566-01-01")
    missing = "all => all.map(one => one.dataset.pcioMissing)"
    assert page.eval_on_selector_all("[data-pcio-missing]:not([hidden])", missing) == []
    page.locator("button[name=save][value=publish]").click()
    page.wait_for_url(f"**/dataset/{name}")
    flashed = page.locator(".flash-messages").inner_text()
    assert "14 จาก 14" in flashed
    # What is remarked on without refusing it is told, and told again where it can be mended.
    assert "2023-01-01" in flashed
    page.goto(page.url.replace("/dataset/", "/dataset/edit/"))
    assert "2023-01-01" in page.locator(".pcio-remark").inner_text()


def test_the_tab_key_meets_the_fields_in_their_order(form):
    page = form()
    choose_type(page, "geospatial")
    page.locator("#field-title").focus()
    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || ''")
        if name and name not in met:
            met.append(name)
    order = page.eval_on_selector_all(
        "[data-pcio-field]:not([hidden]) [name]", "all => all.map(one => one.name)"
    )
    order = [name for name in dict.fromkeys(order) if name in met]
    assert met[: len(order)] == order
    assert {"name", "license_id", "west_bound_longitude", "save"} <= {*met, "save"}


def test_it_works_without_javascript(form):
    page = form(java_script_enabled=False)
    assert "0 จาก 14" in page.locator("[data-pcio-count]").inner_text()
    assert shown(page, "disaggregate")
    assert shown(page, "equivalent_scale")
    assert shown(page, "objective_other")
    expect(page.locator("[data-pcio-field=disaggregate] .pcio-for-types").first).to_be_visible()
    page.locator("#field-title").fill("ร่างไร้สคริปต์")
    page.locator("button[name=save].btn-primary").click()
    page.wait_for_url("**/dataset/rang-*/resource/new")
    expect(page.locator("#field-resource-upload")).to_be_visible()
    page.locator("#field-resource-url").fill("https://a.example/one.csv")
    page.locator("#field-name").fill("แฟ้มที่หนึ่ง")
    page.locator("button[name=save][value=again]").last.click()
    page.locator(".module.resources").get_by_text("แฟ้มที่หนึ่ง").wait_for()
    page.goto(page.url.replace("/dataset/", "/dataset/edit/").replace("/resource/new", ""))
    assert "2 จาก 14" in page.locator("[data-pcio-count]").inner_text()
    page.locator("button[name=save][value=publish]").click()
    assert page.locator(".pcio-errors li").count() == 12


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
