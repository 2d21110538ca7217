"""A file with people in it, from its upload to the decision, as an office and a visitor see it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from ckan.common import config
from ckan.lib import jobs
from ckanapi import RemoteCKAN
from playwright.sync_api import expect

from tests.dashboard.builders import dataset_dict
from tests.personal import made

from .conftest import DESKTOP, PHONE, served

pytestmark = pytest.mark.browser

REASON = "เป็นข้อมูลสมมุติสำหรับทดสอบระบบ ไม่มีบุคคลจริง"


@pytest.fixture(scope="module")
def holding(catalog, tmp_path_factory) -> Iterator[str]:
    """The address of a portal that holds new files, as a portal does that was told nothing."""
    ini = tmp_path_factory.mktemp("holding") / "ckan.ini"
    settings = f"use = config:{config['__file__']}\nckanext.pcio.personal.mode = hold\n"
    ini.write_text(f"[app:main]\n{settings}", encoding="utf-8")
    with served(str(ini)) as url:
        yield url


@pytest.fixture
def uploaded(holding, catalog) -> Iterator[dict]:
    """The file of a public dataset, just uploaded."""
    jobs.get_queue().empty()
    with RemoteCKAN(holding, apikey=catalog["editor"]) as editor:
        package = editor.action.package_create(
            **dataset_dict("tourism", 95, name="pcio-people", title="ทะเบียนผู้ร่วมกิจกรรม")
        )
        yield editor.action.resource_create(
            package_id=package["id"],
            name="ผู้ร่วมกิจกรรม",
            format="CSV",
            upload=("people.csv", io.BytesIO(made.PEOPLE)),
        )
    with RemoteCKAN(holding, apikey=catalog["sysadmin"]) as administrator:
        administrator.action.dataset_purge(id="pcio-people")


def sound(page) -> None:
    """Nothing for axe to find, nothing wider than the screen."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_file_is_held_until_a_person_has_decided(chromium, holding, catalog, uploaded):
    address = f"/dataset/pcio-people/resource/{uploaded['id']}"
    visitor = chromium.new_context(viewport=DESKTOP, base_url=holding, locale="th-TH")
    editor = chromium.new_context(
        viewport=DESKTOP,
        base_url=holding,
        locale="th-TH",
        extra_http_headers={"Authorization": catalog["editor"]},
    )
    try:
        file = f"{address}/download/people.csv"
        assert visitor.request.get(file).status == 403
        reader = visitor.new_page()
        reader.goto(address)
        expect(reader.get_by_text("กำลังตรวจหาข้อมูลส่วนบุคคล").first).to_be_visible()
        jobs.Worker().work(burst=True)

        page = editor.new_page()
        page.goto("/dataset/pcio-people")
        page.locator(".pcio-personal a").click()
        expect(page.locator(".pcio-findings tbody tr")).to_have_count(3)
        sound(page)
        page.set_viewport_size(PHONE)
        sound(page)
        page.goto("/personal")
        sound(page)
        page.locator(".pcio-row h2 a").click()
        page.fill("#field-reason", REASON)
        page.get_by_role("button", name="ยืนยันว่าไฟล์นี้เผยแพร่ได้").press("Enter")
        expect(page.get_by_text(REASON).first).to_be_visible()

        answer = visitor.request.get(file)
        assert (answer.status, answer.body()) == (200, made.PEOPLE)
    finally:
        visitor.close()
        editor.close()
