"""Every kind of counted link, clicked: the number on the dataset's page rises by one each time.

The same for `curl` and `ckanapi`, which read over the API and are counted as machines.
"""

from __future__ import annotations

import io
import itertools
import subprocess
import time
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from ckanapi import RemoteCKAN
from playwright.sync_api import Page

from ckanext.pcio.usage.flush import flush

from .conftest import DESKTOP

pytestmark = pytest.mark.browser

NAME = "pcio-counted-links"
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/{version}.0.0.0 Safari/537.36"
)
VERSIONS = itertools.count(120)
PATIENCE = 20
"""Seconds until a use that was not counted is a use that is lost."""
COLUMNS = [{"id": "month", "type": "text"}, {"id": "people", "type": "int"}]


@pytest.fixture(scope="module")
def counted(portal, catalog) -> Iterator[SimpleNamespace]:
    """A dataset with a file of ours that is in the DataStore too, and one that is elsewhere."""
    from tests.dashboard.builders import dataset_dict

    # Another host to a browser and to the portal, and one that answers without a network.
    elsewhere = f"http://localhost:{urlsplit(portal).port}/base/images/ckan-logo.png"
    with RemoteCKAN(portal, apikey=catalog["sysadmin"]) as officer:
        dataset = officer.action.package_create(
            **dataset_dict("tourism", 90, name=NAME, title="ข้อมูลที่นับการใช้", resources=[])
        )
        own = officer.action.resource_create(
            package_id=dataset["id"],
            name="ไฟล์ของเรา",
            format="CSV",
            upload=("people.csv", io.BytesIO("month,people\nมกราคม,10\n".encode())),
        )
        officer.action.datastore_create(
            resource_id=own["id"],
            force=True,
            fields=COLUMNS,
            records=[{"month": "มกราคม", "people": 10}],
        )
        external = officer.action.resource_create(
            package_id=dataset["id"], name="ไฟล์ที่อื่น", format="PNG", url=elsewhere
        )
    yield SimpleNamespace(
        portal=portal, id=dataset["id"], own=own["id"], external=external["id"], url=elsewhere
    )
    # The other tests of pages count the datasets of the province.
    with RemoteCKAN(portal, apikey=catalog["sysadmin"]) as officer:
        officer.action.dataset_purge(id=dataset["id"])


@pytest.fixture
def page(chromium, portal) -> Iterator[Page]:
    """A page of a person's browser, each another one; a headless one is on the robots list.

    The same visitor at the same address within half a minute would be a double click.
    """
    agent = BROWSER.format(version=next(VERSIONS))
    context = chromium.new_context(
        viewport=DESKTOP, base_url=portal, locale="th-TH", user_agent=agent
    )
    yield context.new_page()
    context.close()


def numbers(counted) -> dict[str, int]:
    """What the API says of the dataset, once what waited is written."""
    flush()
    with RemoteCKAN(counted.portal) as reader:
        return reader.action.pcio_usage_show(dataset_id=counted.id)["totals"]


@pytest.fixture
def rises(counted):
    """Tell by how much each number rose since the test began, once it rose by what is expected.

    A use is counted after its answer went out, so a number may come a moment after the page.
    """
    before = numbers(counted)

    def risen() -> dict[str, int]:
        now = numbers(counted)
        return {
            kind: now[kind] - before[kind]
            for kind in ("view", "download", "api", "dump")
            if now[kind] != before[kind]
        }

    def rose(expected: dict[str, int]) -> dict[str, int]:
        last = time.monotonic() + PATIENCE
        while sum((seen := risen()).values()) < sum(expected.values()):
            if time.monotonic() > last:
                break
            time.sleep(0.1)
        return seen

    return rose


def test_the_title_in_the_list_leads_to_a_view(page, counted, rises):
    page.goto("/dataset/?q=ข้อมูลที่นับการใช้")
    page.get_by_role("link", name="ข้อมูลที่นับการใช้").first.click()
    page.wait_for_load_state()
    expected = {"view": 1}
    assert rises(expected) == expected


def test_the_name_of_a_file_leads_to_a_view_of_the_file(page, counted, rises):
    page.goto(f"/dataset/{NAME}")
    page.get_by_role("link", name="ไฟล์ของเรา").first.click()
    page.wait_for_url(f"**/resource/{counted.own}")
    expected = {"view": 2}
    assert rises(expected) == expected


def test_the_download_button_leads_to_a_download(page, counted, rises):
    page.goto(f"/dataset/{NAME}/resource/{counted.own}")
    with page.expect_download() as started:
        page.locator("a.resource-url-analytics").first.click()
    assert started.value.suggested_filename == "people.csv"
    expected = {"view": 1, "download": 1}
    assert rises(expected) == expected


def test_the_way_to_a_file_elsewhere_is_a_download(page, counted, rises):
    page.goto(f"/dataset/{NAME}/resource/{counted.external}")
    link = page.locator("a.resource-url-analytics").first
    assert f"/resource/{counted.external}/download" in link.get_attribute("href")
    link.evaluate("link => link.removeAttribute('target')")
    link.click()
    page.wait_for_url(counted.url)
    expected = {"view": 1, "download": 1}
    assert rises(expected) == expected


def test_the_table_as_a_file_is_a_dump(page, counted, rises):
    page.goto(f"/dataset/{NAME}/resource/{counted.own}")
    address = f"{counted.portal}/datastore/dump/{counted.own}?format=json"
    with page.expect_download():
        page.evaluate(
            """address => {
                const link = document.createElement("a");
                link.href = address;
                link.download = "";
                document.body.append(link);
                link.click();
            }""",
            address,
        )
    expected = {"view": 1, "dump": 1}
    assert rises(expected) == expected


def test_a_description_for_machines_is_a_call(page, counted, rises):
    answer = page.request.get(f"/dataset/{NAME}.ttl")
    assert answer.ok
    expected = {"api": 1}
    assert rises(expected) == expected


def test_the_pages_show_the_numbers(page, counted):
    now = numbers(counted)
    page.goto(f"/usage/dataset/{NAME}")
    shown = page.locator("main, [role=main]").first.inner_text()
    for kind in ("view", "download"):
        assert now[kind] > 0
        assert f"{now[kind]:,}" in shown
    page.goto("/dataset/?q=ข้อมูลที่นับการใช้")
    badge = page.locator(".pcio-badge").first.inner_text()
    assert f"{now['view']:,}" in badge


def test_curl_is_counted(counted, rises):
    for path in (
        f"/api/3/action/datastore_search?resource_id={counted.own}",
        f"/dataset/{NAME}/resource/{counted.own}/download/people.csv",
        f"/dataset/{NAME}/resource/{counted.external}/download",
    ):
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--fail", counted.portal + path],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    expected = {"api": 1, "download": 2}
    assert rises(expected) == expected


def test_ckanapi_is_counted(counted, rises):
    with RemoteCKAN(counted.portal) as reader:
        assert reader.action.package_show(id=NAME)["id"] == counted.id
        assert reader.action.datastore_search(resource_id=counted.own)["total"] == 1
        # Asked the same way twice within half a minute: one use.
        reader.action.datastore_search(resource_id=counted.own)
    expected = {"api": 2}
    assert rises(expected) == expected
