"""The dashboard of an empty, a closed and a growing portal, against the real stack."""

from __future__ import annotations

import pytest
from ckan.tests import factories

from ckanext.pcio.dashboard import words

from . import builders
from .reading import get, rows_behind, soup, statements

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


class TestEmpty:
    def test_nothing_at_all(self, app):
        page = soup(get(app, "/en/readiness"))
        assert "nothing to count yet" in page.select_one(".pcio-empty").text
        assert page.select_one(".pcio-empty a")["href"].endswith("/user/login")
        assert "%" not in page.select_one("[role=main]").text

    @pytest.mark.parametrize("url", ["/readiness", "/"])
    def test_without_an_office_a_sysadmin_is_led_to_the_first_one(self, app, url):
        """A dataset needs an office: the form of a dataset would be a dead end."""
        token = factories.SysadminWithToken()["token"]
        step = soup(get(app, url, token)).select_one("[role=main] a[href$='/new']")
        assert step["href"] == "/organization/new"
        assert step.text == "เพิ่มหน่วยงานแรก"

    def test_a_sysadmin_is_led_to_the_first_dataset(self, app):
        factories.Organization()
        token = factories.SysadminWithToken()["token"]
        page = soup(get(app, "/readiness", token))
        assert page.select_one(".pcio-empty a")["href"].endswith("/dataset/new")

    def test_nothing_open_leads_to_what_waits(self, app):
        factories.Organization(name="tourism")
        builders.create("tourism", private=True)
        token = factories.SysadminWithToken()["token"]
        page = soup(get(app, "/en/readiness", token))
        callout = page.select_one(".pcio-callout-warn")
        assert "No dataset is open yet" in callout.text
        assert rows_behind(app, callout.a, token) == (1, 1)

    def test_nothing_disclosable_leads_to_all(self, app):
        factories.Organization(name="tourism")
        builders.create(
            "tourism",
            data_category=builders.value("data_category", "personal"),
            data_classification=builders.value("data_classification", "confidential"),
            license_id=builders.value("license_id", "other"),
            license_id_other="ตามที่กฎหมายกำหนด",
        )
        page = soup(get(app, "/en/readiness"))
        assert page.select_one(".pcio-callout-warn").a["href"].endswith("/readiness/list/datasets")
        share = page.select_one("[data-measure=open] .pcio-share-percent")
        assert share.text == "n/a"

    def test_home_without_datasets(self, app):
        assert "No dataset has been published yet" in soup(get(app, "/en/")).text


class TestGrowing:
    def test_the_number_of_statements_does_not_depend_on_the_datasets(self, app, with_plugins):
        factories.Organization(name="tourism")
        made = 0
        seen = {}
        for total in (5, 50):
            while made < total:
                made += 1
                builders.create("tourism", made)
            for url in ("/readiness", "/readiness/list/datasets", "/"):
                get(app, url)
                with statements() as run:
                    get(app, url)
                seen.setdefault(url, []).append(len(run))
        assert all(few == many for few, many in seen.values()), seen

    def test_missing_items_are_named(self, app):
        factories.Organization(name="tourism")
        builders.create("tourism", state="draft", maintainer="", tag_string="")
        token = factories.SysadminWithToken()["token"]
        page = soup(get(app, "/readiness/list/incomplete", token))
        shown = page.select_one(".pcio-row").get_text(" ", strip=True)
        assert "12 จาก 14" in shown
        assert f"ขาด: {words.item('maintainer', 'th')}, {words.item('tags', 'th')}" in shown
        for item in ("maintainer", "tags"):
            assert len(soup(get(app, f"/readiness/list/missing:{item}", token)).select(".pcio-row"))


class TestSettings:
    @pytest.mark.ckan_config("ckanext.pcio.demo", "true")
    def test_sample_data_is_said_on_every_page(self, app):
        for url in ("/", "/dataset/", "/readiness", "/organization/"):
            assert "ข้อมูลตัวอย่าง" in soup(get(app, url)).select_one(".pcio-demo").text

    def test_a_real_portal_has_no_banner(self, app):
        assert not soup(get(app, "/")).select(".pcio-demo")

    @pytest.mark.ckan_config("ckanext.pcio.province_name", "จังหวัด<b>ทดสอบ</b>")
    def test_the_name_of_the_province_is_text(self, app):
        page = soup(get(app, "/"))
        assert "จังหวัด<b>ทดสอบ</b>" in page.h1.text
        assert not page.h1.find("b")

    @pytest.mark.ckan_config("ckan.datasets_per_page", 1)
    def test_the_links_between_pages_of_a_list_can_be_read_aloud(self, app):
        factories.Organization(name="tourism")
        builders.create("tourism", 1)
        builders.create("tourism", 2)
        links = soup(get(app, "/dataset/")).select(".pagination a")
        assert [link.text for link in links] == ["1", "2", "ถัดไป"]

    @pytest.mark.ckan_config("ckan.site_title", "CKAN")
    @pytest.mark.ckan_config("ckanext.pcio.province_name", "จังหวัดทดสอบ")
    def test_a_portal_nobody_has_named_bears_the_provinces_name(self, app):
        page = soup(get(app, "/readiness"))
        assert page.title.text.strip().endswith("ระบบบัญชีข้อมูลจังหวัดทดสอบ")
        assert page.select_one(".pcio-brand-title").text == "ระบบบัญชีข้อมูลจังหวัดทดสอบ"
