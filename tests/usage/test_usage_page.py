"""The pages of `/usage`: whose numbers, in whose words, each leading to its rows."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.reading import get, number, soup, statements, token_of
from tests.usage import filling
from tests.usage.filling import used

RANGE = "start=2026-10-01&end=2026-11-20"
PORTAL = f"/usage?{RANGE}"


@pytest.fixture(scope="module", autouse=True)
def counted(used_province):
    filling.empty()
    province = used_province
    tourism = province.tourism["id"]
    filling.fill(
        used("2026-08-01", province.dataset, "view", 2, office=tourism),
        used("2026-10-05", province.dataset, "view", 1500, office=tourism, visitors=900),
        used("2026-11-20", province.dataset, "download", 6, resource_id=province.own),
        used("2026-11-20", province.dataset, "view", 70, access="robot"),
        used("2026-11-20", province.other, "api_data", 9, access="machine"),
        used("2026-11-20", province.private, "view", 50),
    )
    yield
    filling.empty()


def headline(page) -> dict[str, int]:
    return {
        item.select_one("h3").text: number(item.select_one(".pcio-usage-number a").text)
        for item in page.select(".pcio-usage-numbers li")
    }


@pytest.mark.parametrize(
    "path",
    [
        "/usage",
        "/usage?period=fy2027",
        "/usage?period=y2026&class=open&data_type=statistics",
        "/usage?period=own&start=&end=",
        "/usage?organization=tourism",
        "/usage/organization/tourism",
        "/usage/dataset/pcio-dataset-tourism-1",
        "/usage/list/datasets?sort=-download",
        "/usage/list/resources",
        "/usage/list/organizations",
        "/usage/list/data_types",
        "/usage/list/classes",
    ],
)
@pytest.mark.parametrize(("role", "language"), [("anonymous", ""), ("sysadmin", "/en")])
def test_every_page_opens_for_everybody(portal, used_province, path, role, language):
    page = soup(get(portal, language + path, token_of(vars(used_province), role)))
    assert page.select_one("h1").text.strip()
    assert len(page.select("h1")) == 1


def test_numbers_are_those_of_what_the_reader_sees(portal, used_province):
    english = f"/en{PORTAL}"
    found = headline(soup(get(portal, english)))
    assert found["Page views"] == 1500
    assert found["Downloads"] == 6
    assert found["API calls"] == 9
    editor = headline(soup(get(portal, english, used_province.editor)))
    assert editor["Page views"] == 1550


def test_every_number_leads_to_rows_that_add_up_to_it(portal):
    page = soup(get(portal, f"/en{PORTAL}"))
    for item in page.select(".pcio-usage-numbers li"):
        label, link = item.select_one("h3").text, item.select_one("a")
        rows = soup(get(portal, link["href"]))
        cells = rows.select(f'tbody td[data-label="{label}"] > span:first-child')
        assert sum(number(cell.text) for cell in cells) == number(link.text)


def test_thai_readers_see_the_buddhist_era(portal):
    page = soup(get(portal, "/usage?period=fy2027"))
    chosen = page.select_one("#filter-period option[selected]")
    assert chosen.text == "ปีงบประมาณ 2570"
    assert "ตุลาคม 2569" in page.select_one(".pcio-usage-table tbody").text


def test_the_chart_has_a_table_for_who_cannot_see_it(portal):
    page = soup(get(portal, f"/en{PORTAL}&by=month"))
    assert page.select_one("svg[role=img] title").text
    bars = page.select(".pcio-usage-bar title")
    rows = page.select("#points tbody tr")
    assert len(bars) == len(rows) == 2
    assert "Page views 1,500" in bars[0].text
    assert "1,500" in rows[1].text


def test_what_was_not_counted_is_said(portal):
    page = soup(get(portal, "/en/usage?start=2026-05-01&end=2026-11-20&by=month"))
    assert len(page.select(".pcio-usage-bar .pcio-usage-none")) == 3
    assert "not counted" in page.select("#points tbody tr")[-1].text


def test_a_file_has_its_page_and_leads_to_its_dataset(portal, used_province):
    page = soup(get(portal, f"/en/usage/resource/{used_province.own}?{RANGE}"))
    assert headline(page)["Downloads"] == 6
    back = page.select_one(".pcio-title a")["href"]
    assert headline(soup(get(portal, f"{back}?{RANGE}")))["Page views"] == 1500
    assert "by dataset only" in page.select_one(".pcio-usage-who").text


def test_own_dates_keep_the_filters_and_the_range_keeps_own_dates(portal):
    page = soup(get(portal, f"{PORTAL}&organization=tourism&by=month"))
    dates, filters = page.select_one(".pcio-usage-own form"), page.select_one(".pcio-usage-filter")
    sent = {field["name"]: field["value"] for field in dates.select("input")}
    assert sent == {
        "period": "own",
        "start": "2026-10-01",
        "end": "2026-11-20",
        "organization": "tourism",
        "by": "month",
    }
    assert filters.select_one("input[name=start]")["value"] == "2026-10-01"
    page = soup(get(portal, "/usage"))
    assert not page.select(".pcio-usage-filter input[name=start]")


def test_a_wrong_date_is_told_and_the_page_stands(portal):
    page = soup(get(portal, "/usage?period=own&start=2569-10-01&end=2026-11-20"))
    assert "2026-10-01" in page.select_one("#filter-error").text
    assert page.select(".pcio-usage-numbers li")


def test_robots_are_apart_and_who_reads_is_shown(portal):
    page = soup(get(portal, f"/en{PORTAL}"))
    texts = {
        item.dt.contents[0].strip(): item.dd.text
        for item in page.select(".pcio-usage-who dl > div")
    }
    assert number(texts["Robots"]) == 70
    assert number(texts["The public"]) == 1506
    assert number(texts["Programs"]) == 9


def test_the_note_says_what_is_not_counted(portal):
    page = soup(get(portal, PORTAL))
    assert len(page.select("#notes-heading ~ ul li")) > 4
    assert "1 สิงหาคม 2569" in page.select_one("#notes-heading").parent.text


def test_a_page_asks_for_few_statements(portal):
    with statements() as seen:
        get(portal, PORTAL)
    of_use = [one for one in seen if "pcio_usage_monthly" in one or "pcio_usage_daily" in one]
    assert len(of_use) <= 13
    assert not [one for one in of_use if re.search(r"pcio_usage_monthly\b", one)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/usage/dataset/none", 404),
        ("/usage/resource/none", 404),
        ("/usage/organization/none", 404),
        ("/usage/list/secrets", 404),
        ("/usage?organization=none", 404),
    ],
)
def test_what_is_not_there_is_not_found(portal, path, status):
    get(portal, path, status=status)


def test_a_private_dataset_is_not_for_strangers(portal, used_province):
    get(portal, f"/usage/dataset/{used_province.private}", status=403)
    get(portal, f"/usage/dataset/{used_province.private}", used_province.editor)


class TestNothingCounted:
    @pytest.fixture(autouse=True)
    def nothing(self, counted):
        """Last in the module: it empties the tables."""
        filling.empty()

    def test_who_can_do_something_is_told_what(self, portal, used_province):
        page = soup(get(portal, "/usage", used_province.sysadmin))
        assert "ckan pcio usage doctor" in page.select_one(".pcio-empty").text

    def test_others_are_told_that_it_began(self, portal):
        page = soup(get(portal, "/usage"))
        assert "doctor" not in page.select_one(".pcio-empty").text
        assert page.select_one(".pcio-empty h2").text
