"""What CKAN's own pages say to a reader of Thai, where CKAN alone would say it in English."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from ckan.lib.i18n import build_js_translations
from ckan.plugins import toolkit as tk

from ckanext.pcio.dashboard.errors import error_words

from .reading import get, soup


def main_of(portal, url, status=200, token=None):
    return soup(get(portal, url, token, status=status)).select_one("[role=main]")


@pytest.mark.parametrize(
    ("url", "status", "heading", "sentence"),
    [
        ("/no-such-page", 404, "ไม่พบหน้าที่ต้องการ", "อาจพิมพ์ผิด"),
        ("/dataset/?page=abc", 400, "คำขอไม่ถูกต้อง", "บางส่วนของที่อยู่เว็บไม่ถูกต้อง"),
        ("/readiness/list/nope", 404, "ไม่พบหน้าที่ต้องการ", "ไม่มีรายการชุดข้อมูลนี้"),
        ("/dataset/pcio-dataset-tourism-3.ttl", 403, "ไม่มีสิทธิ์เข้าถึง", ""),
    ],
)
def test_an_error_page_says_what_happened(portal, province, url, status, heading, sentence):
    main = main_of(portal, url, status)
    assert heading in main.h1.text
    assert str(status) in main.h1.text
    assert sentence in main.text
    assert not any(word in main.text for word in ("Not Found", "Bad Request", "Forbidden"))
    assert "Home" in main_of(portal, f"/en{url}", status).text


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 418, 429, 500, 503, [500]])
def test_every_code_has_words(portal, code):
    with portal.flask_app.test_request_context("/"):
        words = error_words(code, "Something only engineers read")
        assert words.heading
        assert not words.text.isascii()
        assert words.code in range(400, 600)


def test_a_page_that_breaks_halfway_leaves_the_error_page_its_styles(portal, province):
    def styles(code):
        page = tk.render("error_document_template.html", {"code": code, "content": ""})
        links = BeautifulSoup(page, "html.parser").select('link[rel="stylesheet"]')
        return [link["href"] for link in links]

    with portal.flask_app.test_request_context("/", environ_overrides={"CKAN_LANG": "th"}):
        portal.flask_app.preprocess_request()
        whole = styles(404)
        assert any("pcio" in href for href in whole)
        assert styles([500]) == whole


def test_an_unexpected_error_gives_nothing_away(portal):
    with portal.flask_app.test_request_context("/en/"):
        assert "psycopg2" not in error_words(500, "psycopg2.OperationalError: secret").text


@pytest.mark.parametrize("query", ["title:", ":", 'title:"abc', "foo:["])
def test_a_search_that_cannot_be_read_says_so(portal, province, query):
    page = soup(get(portal, f"/dataset/?q={quote(query)}"))
    assert page.select_one("[role=main] h1").text.strip() == "อ่านคำค้นนี้ไม่ได้"
    assert page.select_one("#field-giant-search")["value"] == query
    assert "Error" not in page.select_one("[role=main]").text


def test_a_search_without_results_says_what_to_do(portal, province):
    page = soup(get(portal, "/dataset/?q=zzzxxyy"))
    advice = page.select_one("#pcio-search-advice")
    assert "โปรดตรวจการสะกด" in advice.text
    assert advice.a["href"] == "/dataset/"
    # No column of boxes that each say there is nothing in them.
    assert page.select("#search-facets .module-heading") == []


def test_the_facets_of_a_search_are_those_with_values(portal, province):
    page = soup(get(portal, "/dataset/"))
    boxes = page.select("#search-facets section")
    assert boxes
    assert all(box.select(".nav-item") for box in boxes)


def test_the_lists_of_offices_count_members_in_thai(portal, province):
    text = main_of(portal, "/organization/").text
    assert "สมาชิก 1 คน" in text
    assert "Member" not in text


def test_the_words_of_the_scripts_are_thai(portal, province, tmp_path, ckan_config, monkeypatch):
    """CKAN's table view and its dialogues take their words from a file that has to be built."""
    monkeypatch.setitem(tk.config, "ckan.storage_path", str(tmp_path))
    build_js_translations()
    words = json.loads((tmp_path / "i18n" / "js" / "th.js").read_text("utf-8"))
    assert words["Add Filter"][1] == "เพิ่มตัวกรอง"
    assert words["Please Confirm"][1] == "โปรดยืนยัน"
