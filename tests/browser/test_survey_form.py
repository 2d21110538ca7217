"""The survey's form in a browser: what is hidden, rows of a table, what is not saved, a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

import ckanext.pcio
from ckanext.pcio.dashboard.workbench.controls import controls
from ckanext.pcio.survey.instrument import load_instrument
from tests.survey.form import markup

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

SURVEY = load_instrument("pcio-2567")
ASSETS = Path(ckanext.pcio.__file__).parent / "assets"


@pytest.fixture
def form(chromium):
    """Open the form of a question on a page of its own, with its styles and its script."""
    contexts, problems = [], []

    def opened(name, answer=None, *, size=DESKTOP):
        context = chromium.new_context(viewport=size, locale="th-TH")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        records = controls(SURVEY.question(name), answer or {}, language="th", editable=True)
        page.set_content(
            "<!doctype html><html lang='th'><head><title>แบบสำรวจ</title></head>"
            "<body style='background: white'><main>"
            f"<h1>{name}</h1><form>{markup.form(records)}</form></main></body></html>"
        )
        for sheet in ("theme.css", "survey.css"):
            page.add_style_tag(path=ASSETS / "css" / sheet)
        page.add_script_tag(path=ASSETS / "js" / "survey-form.js")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def is_clean(page, *parts) -> bool:
    """Whether axe finds nothing, in `parts` or everywhere, and nothing is wider than the screen."""
    results = Axe().run(page, context={"include": [[part] for part in parts]} if parts else None)
    assert results.violations_count == 0, results.generate_report()
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def shown(page, name) -> bool:
    return page.locator(f"[name='answer-{name}']").first.is_visible()


def value(page, name) -> str:
    return page.locator(f"[name='answer-{name}']").input_value()


def test_what_an_option_asks_shows_with_it_and_stays_typed(form):
    page = form("G1")
    assert not shown(page, "option/no/reason")
    # By keyboard: the first circle, then the text it asks for.
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown(page, "option/no/reason")
    page.keyboard.press("Tab")
    page.keyboard.type("ยังไม่มีคำสั่งแต่งตั้ง")
    page.get_by_label("มี (แนบเอกสารหลักฐาน)").check()
    assert not shown(page, "option/no/reason")
    assert page.locator("input[type=file]").is_visible()
    page.locator("[id='answer-option=no']").check()
    assert value(page, "option/no/reason") == "ยังไม่มีคำสั่งแต่งตั้ง"
    # A link from the list of what is missing leads to what is hidden, too.
    page.evaluate("location.hash = '#place-yes'")
    page.wait_for_function("document.activeElement.id === 'place-yes'")
    assert page.locator("input[type=file]").is_visible()
    page.locator("[data-pcio-clear]").click()
    assert page.locator("input:checked").count() == 0
    assert not shown(page, "option/no/reason")


def test_rows_are_added_up_to_the_forms_limit_and_removed(form):
    rows = [{"item": text, "url": ""} for text in ("หนึ่ง", "สอง")]
    page = form("P2.2.2", {"option": "yes", "values": {"items": 2, "rows": rows}}, size=PHONE)
    visible = page.locator("[data-pcio-row]:visible")
    assert visible.count() == 3
    add = page.locator("[data-pcio-add]")
    add.click()
    add.click()
    assert visible.count() == 5
    assert not add.is_visible()
    assert page.evaluate("document.activeElement.name") == "answer-option/yes/rows/5/item"
    visible.nth(0).locator("[data-pcio-remove]").click()
    assert visible.count() == 4
    assert value(page, "option/yes/rows/1/item") == "สอง"
    assert value(page, "option/yes/rows/2/item") == ""
    assert is_clean(page)
    # A row that evidence hangs on is emptied and keeps its number.
    rows = [{"project": "หนึ่ง"}, {"project": "สอง"}]
    page = form("G3", {"option": "yes", "values": {"rows": rows}})
    page.locator("[data-pcio-remove]").first.click()
    assert value(page, "option/yes/rows/1/project") == ""
    assert value(page, "option/yes/rows/2/project") == "สอง"


def test_a_long_text_is_counted_and_leaving_asks_first(form):
    page = form("G1", {"option": "no", "values": {"reason": "ก" * 4100}})
    assert page.locator("[role=status]").inner_text() == "4,100 / 5,000"
    page.locator("[name='answer-option/no/reason']").fill("ก" * 5001)
    assert "pcio-count-over" in page.locator("[role=status]").get_attribute("class")
    asked = []
    page.locator("legend").first.click(force=True)
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_matrices_are_a_table_on_a_desk_and_cards_on_a_phone(form):
    page = form("P1.2", {"values": {"works": {"risk": {"choice": "done"}}}})
    assert page.locator(".pcio-grid-head").is_visible()
    assert page.locator("input[type=file]:visible").count() == 1
    assert is_clean(page)
    page = form("P2.1.3", size=PHONE)
    assert not page.locator(".pcio-grid-head").is_visible()
    page.locator("[id='answer-works/quality/=open_data=yes']").check()
    assert page.locator("input[type=file]:visible").count() == 1
    assert is_clean(page)


def test_the_blank_form_is_for_everybody(page):
    page.goto("/readiness/survey/pcio-2567/form")
    assert page.locator(".pcio-frame-question").count() == len(SURVEY.questions)
    assert page.locator("[data-pcio-print]").is_visible()
    page.locator(".pcio-frame-contents a[href='#question-P4\\.5\\.2']").click()
    assert "P4.5.1" in page.locator("[id='question-P4.5.2'] .pcio-frame-skip").first.inner_text()
    page.set_viewport_size(PHONE)
    assert is_clean(page, "#pillars", "[id='question-P2.1.3']", "[id='question-G3']")
    page.goto("/en/readiness/survey/egov-2560/form")
    assert "not asked in provinces" in page.locator("#pillars").inner_text()
    assert is_clean(page)
    assert page.goto("/readiness/survey/pcio-2499/form").status == 404
