"""Taking in a workbook as a publisher does: upload, report, confirm, progress, result."""

from __future__ import annotations

import pytest
from ckan import model
from playwright.sync_api import expect

from ckanext.pcio.catalog.imports import job
from tests.dashboard import builders
from tests.standard.workbook.books import COMPLETE, RESOURCE, book

from .test_pages import broken_words, low_lines, violations, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def workbook(tmp_path, request):
    """A workbook with a complete row, one to be a draft, and one that cannot be read."""
    mark = request.node.callspec.id if hasattr(request.node, "callspec") else "none"
    path = tmp_path / "ชุดข้อมูล-ปี-2568.xlsx"
    rows = [
        COMPLETE | {"name": f"import-one-{mark}"},
        COMPLETE
        | {"name": f"import-two-{mark}", "title": "น้ำ", "notes": None, "owner_org": "สำนักงานอื่น"},
        COMPLETE | {"name": f"import-three-{mark}", "title": "ถนน", "last_updated_date": "เมื่อวานนี้"},
    ]
    book(path, rows, [RESOURCE | {"dataset_name": f"import-one-{mark}"}])
    return path


def work_off() -> None:
    """Do what the background worker does."""
    with builders.loaded_plugins():
        for office in model.Session.query(model.Group.id).filter_by(is_organization=True).all():
            job.work(office.id)
        model.Session.remove()


def fits(page) -> None:
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen
    assert low_lines(page) == broken_words(page) == violations(page) == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_publisher_takes_in_a_workbook(page, catalog, workbook, size):
    page.context.set_extra_http_headers({"Authorization": catalog["editor"]})
    visit(page, "/import", size)
    fits(page)
    page.set_input_files("#field-upload", workbook)
    page.get_by_role("button", name="ตรวจสอบสมุดงาน").click()
    page.wait_for_url("**/import/*-*")
    expect(page.locator("[data-pcio-import]")).to_be_visible()
    fits(page)

    # The page notices by itself that the check is done.
    with page.expect_navigation():
        work_off()
    expect(page.get_by_role("heading", name="ตรวจสอบแล้ว ยังไม่มีการบันทึก")).to_be_visible()
    told = page.locator(".pcio-import-refused").inner_text()
    assert "เมื่อวานนี้" in told
    fits(page)
    page.get_by_role("link", name="ไม่รับ 1").click()
    page.wait_for_url("**kind=refused*")
    assert page.locator(".pcio-import-row").count() == 1

    before = model.Session.query(model.Package).count()
    model.Session.remove()
    page.locator(".pcio-import-actions .btn-primary").click()
    page.wait_for_selector("[data-pcio-import]")
    with page.expect_navigation():
        work_off()
    expect(page.get_by_role("heading", name="นำเข้าเสร็จแล้ว")).to_be_visible()
    assert model.Session.query(model.Package).count() == before + 2
    model.Session.remove()
    fits(page)
    page.locator(".pcio-import-row a").first.click()
    page.wait_for_url(f"**/dataset/import-one-{size}")


def test_without_javascript_the_page_asks_to_be_loaded_again(chromium, portal, catalog, workbook):
    context = chromium.new_context(base_url=portal, locale="th-TH", java_script_enabled=False)
    context.set_extra_http_headers({"Authorization": catalog["editor"]})
    page = context.new_page()
    page.goto("/import")
    page.set_input_files("#field-upload", workbook)
    page.locator(".pcio-form .btn-primary").click()
    page.wait_for_url("**/import/*-*")
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.get_by_role("button", name="ยกเลิกการนำเข้า").click()
    assert page.locator("meta[http-equiv=refresh]").count() == 0
    context.close()
