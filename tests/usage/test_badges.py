"""Numbers beside datasets: one statement for a page of any length, and none when they are off."""

from __future__ import annotations

import pytest
from ckan.common import config
from ckan.plugins.toolkit import get_action

from ckanext.pcio.usage.model import MONTHLY
from tests.dashboard import builders
from tests.dashboard.reading import get, soup, statements
from tests.usage import filling
from tests.usage.filling import used

MORE = 16


@pytest.fixture(scope="module", autouse=True)
def many_datasets(used_province):
    """Twenty datasets that everybody sees."""
    filling.empty()
    made = [builders.create("statistics", 100 + number) for number in range(MORE)]
    filling.fill(
        used("2026-11-20", used_province.dataset, "view", 1234),
        used("2026-11-20", used_province.dataset, "view", 99, access="robot"),
        used("2026-11-20", used_province.dataset, "download", 5, resource_id=used_province.own),
        used("2026-11-20", used_province.dataset, "dump", 2, resource_id=used_province.own),
        used("2026-11-20", made[0]["id"], "view", 7),
    )
    yield
    filling.empty()


def asked_for_use(portal, path: str) -> list[str]:
    with statements() as seen:
        get(portal, path)
    return [one for one in seen if MONTHLY.name in one]


@pytest.mark.parametrize("path", ["/dataset/", "/organization/statistics", "/"])
def test_a_list_of_any_length_is_one_statement(portal, path):
    assert len(asked_for_use(portal, path)) == 1


def test_every_dataset_of_a_list_has_its_numbers(portal, used_province):
    page = soup(get(portal, "/dataset/?sort=metadata_created+asc"))
    items = page.select(".dataset-item")
    assert len(items) == 20
    assert all(len(item.select(".pcio-badge")) == 2 for item in items)
    (item,) = [item for item in items if f"/dataset/{used_province.name}" in str(item)]
    assert [badge.text for badge in item.select(".pcio-badge")] == [
        "เปิดดู 1,234 ครั้ง",
        "ดาวน์โหลด 5 ครั้ง",
    ]


def test_in_english(portal, used_province):
    page = soup(get(portal, "/en/dataset/?sort=metadata_created+asc"))
    texts = [badge.text for badge in page.select(".pcio-badge")]
    assert "1,234 views" in texts
    assert "5 downloads" in texts


def test_a_dataset_page_is_one_statement(portal, used_province):
    path = f"/dataset/{used_province.name}"
    assert len(asked_for_use(portal, path)) == 1
    page = soup(get(portal, path))
    section = page.select_one(".pcio-usage-section")
    assert "1,234" in section.text
    assert section.select_one("a")["href"].endswith(f"/usage/dataset/{used_province.name}")
    downloads = [one.text.split(":")[0] for one in page.select(".resource-item .pcio-badge")]
    assert sorted(downloads) == [*["ดาวน์โหลด 0 ครั้ง"] * 2, "ดาวน์โหลด 5 ครั้ง"]


def test_the_page_of_a_file_leads_to_its_use(portal, used_province):
    path = f"/dataset/{used_province.name}/resource/{used_province.own}"
    badge = soup(get(portal, path)).select_one("a.pcio-badge")
    assert badge["href"].endswith(f"/usage/resource/{used_province.own}")
    assert badge.text.startswith("ดาวน์โหลด 5 ครั้ง")


def test_an_office_leads_to_its_use(portal, used_province):
    dataset = get_action("package_show")({"ignore_auth": True}, {"id": used_province.name})
    office = dataset["organization"]["name"]
    page = soup(get(portal, f"/organization/{office}"))
    [link] = page.select('aside a[href*="/usage"]')
    assert link["href"].endswith(f"/usage?organization={office}")
    assert get(portal, link["href"]).status_code == 200


def test_off_means_no_statement_and_no_badge(portal, used_province, monkeypatch):
    monkeypatch.setitem(config, "ckanext.pcio.usage.badges", False)
    for path in ("/dataset/", f"/dataset/{used_province.name}", "/"):
        assert asked_for_use(portal, path) == []
        assert not soup(get(portal, path)).select(".pcio-badge, .pcio-usage-section")
