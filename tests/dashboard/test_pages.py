"""The dashboard's pages against the real stack."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories, helpers

from ckanext.pcio.dashboard import listing
from ckanext.pcio.dashboard.measures import MEASURES, TASKS, remaining

from . import builders

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

ROLES = ("anonymous", "editor", "sysadmin")


@pytest.fixture
def province(with_plugins, clean_db, clean_index):
    """Two offices with open, private, personal and copied datasets."""
    return builders.province()


def get(app, url, token=None, status=200):
    headers = {"Authorization": token} if token else {}
    return app.get(url, headers=headers, status=status)


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.body, "html.parser")


def number(text: str) -> int:
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def token_of(province, role):
    return None if role == "anonymous" else province[role]


def counts_for(app, token):
    response = get(app, "/api/3/action/pcio_counts_show", token)
    return response.json["result"]


def rows_behind(app, link, token) -> tuple[int, int]:
    """Return the number the list states and the rows it shows, over all its pages."""
    page = soup(get(app, link["href"], token))
    stated = number(page.select_one(".pcio-result strong").text)
    shown = len(page.select(".pcio-row"))
    while following := page.select_one(".pcio-pages a[rel=next]"):
        page = soup(get(app, following["href"], token))
        shown += len(page.select(".pcio-row"))
    return stated, shown


@contextmanager
def statements():
    """Collect the SQL statements CKAN's engine runs inside the block."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)


class TestReadiness:
    def test_thai_is_the_first_language(self, app, province):
        page = soup(get(app, "/readiness"))
        assert page.html["lang"] == "th"
        assert "ความพร้อมรัฐบาลดิจิทัล" in page.h1.text
        assert "จังหวัดของท่านมีการเปิดเผยข้อมูลภาครัฐ" in page.select_one("#answers").text

    def test_english(self, app, province):
        page = soup(get(app, "/en/readiness"))
        assert page.html["lang"] == "en"
        assert "Digital government readiness" in page.h1.text
        assert "Does your province open government data" in page.select_one("#answers").text

    @pytest.mark.parametrize("url", ["/readiness", "/readiness/list/open", "/", "/about"])
    def test_the_thai_pages_leave_no_english_sentence(self, app, province, url):
        """A missing translation falls back to English, which nobody would notice."""
        page = soup(get(app, url))
        for part in page.select("script, style, [lang=en]"):
            part.decompose()
        # Three English words in a row, that are not names the form itself writes in English.
        text = page.select_one("[role=main]").get_text(" ", strip=True)
        found = re.findall(r"\b[A-Z]?[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", text)
        assert found == []

    @pytest.mark.parametrize("role", ROLES)
    def test_every_number_is_the_actions_and_leads_to_as_many_rows(self, app, province, role):
        token = token_of(province, role)
        counts = counts_for(app, token)
        page = soup(get(app, "/readiness", token))
        for measure in MEASURES[1:]:
            links = page.select(f"[data-measure={measure.key}] .pcio-share a")
            for whose, link in zip(("all", "own"), links, strict=True):
                expected = counts[whose][measure.key]
                assert number(link.strong.text) == expected, (measure.key, whose)
                assert rows_behind(app, link, token) == (expected, expected), (measure.key, whose)
        for whose, link in zip(("all", "own"), page.select(".pcio-totals a"), strict=True):
            expected = counts[whose]["datasets"]
            assert number(link.text) == expected
            assert rows_behind(app, link, token) == (expected, expected)

    @pytest.mark.parametrize("role", ROLES)
    def test_work_left_is_as_many_datasets_as_its_list(self, app, province, role):
        token = token_of(province, role)
        counts = counts_for(app, token)
        page = soup(get(app, "/readiness", token))
        for task, item in zip(TASKS, page.select(".pcio-tasks li"), strict=True):
            for whose, link in zip(("all", "own"), item.select("a"), strict=True):
                expected = remaining(task, counts[whose])
                assert number(link.text) == expected, (task.slice_name, whose)
                assert rows_behind(app, link, token) == (expected, expected)

    def test_each_role_sees_its_own_numbers_and_is_told_so(self, app, province):
        totals, said = [], []
        for role in ROLES:
            page = soup(get(app, "/readiness", token_of(province, role)))
            totals.append(number(page.select_one(".pcio-totals strong").text))
            said.append(page.select_one(".pcio-viewpoint").get_text(strip=True))
        # 4 are public; the editor's office has one private dataset, the other office has two.
        assert totals == [4, 5, 7]
        assert len(set(said)) == 3
        assert said[0].startswith("นับเฉพาะชุดข้อมูลที่ท่านมองเห็น")

    def test_denominators(self, app, province):
        page = soup(get(app, "/en/readiness", province["sysadmin"]))
        share = page.select_one("[data-measure=open] .pcio-share")
        assert share.select_one("strong").text == "4"
        assert share.select_one(".pcio-share-of").text == "of 6 disclosable"
        assert share.select_one(".pcio-share-percent").text == "66%"

    def test_the_six_answers_are_the_actions(self, app, province):
        token = province["sysadmin"]
        response = get(app, "/api/3/action/pcio_assessment_show", token)
        answers = response.json["result"]["answers"]
        page = soup(get(app, "/readiness", token))
        assert len(answers) == 6
        for answer in answers:
            article = page.find(id=f"answer-{answer['id']}")
            text = " ".join(article.get_text(" ", strip=True).split())
            for sentence in [*answer["reasons"], *answer["caveats"]]:
                assert " ".join(sentence.split()) in text
            proposed = len(article.select(".pcio-option-proposed"))
            option = answer["option"]
            assert proposed == (len(option) if isinstance(option, list) else int(bool(option)))
            shown = [a["href"] for a in article.select(".pcio-evidence a")]
            assert shown == [row["url"] for row in answer["evidence"][:5]]

    def test_sentences_of_the_answers_are_in_the_pages_language(self, app, province):
        thai = soup(get(app, "/readiness")).select_one(".pcio-reasons").text
        english = soup(get(app, "/en/readiness")).select_one(".pcio-reasons").text
        assert re.search("[ก-๙]", thai)
        assert not re.search("[ก-๙]", english)

    def test_offices(self, app, province):
        page = soup(get(app, "/readiness?sort=datasets", province["sysadmin"]))
        rows = [
            [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
            for row in page.select(".pcio-offices tbody tr")
        ]
        assert [row[0] for row in rows] == ["สำนักงานการท่องเที่ยวและกีฬาจังหวัด", "สำนักงานสถิติจังหวัด"]
        assert [number(row[1].rpartition(":")[2]) for row in rows] == [4, 3]
        link = page.select_one(".pcio-offices tbody td a")
        assert rows_behind(app, link, province["sysadmin"]) == (4, 4)

    def test_offices_own(self, app, province):
        page = soup(get(app, "/readiness?own=1", province["sysadmin"]))
        cells = page.select(".pcio-offices tbody tr td:nth-of-type(1)")
        assert sorted(number(cell.get_text().rpartition(":")[2]) for cell in cells) == [3, 3]
        assert "own=1" in cells[0].a["href"]

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


class TestEmpty:
    def test_nothing_at_all(self, app):
        page = soup(get(app, "/en/readiness"))
        assert "nothing to count yet" in page.select_one(".pcio-empty").text
        assert page.select_one(".pcio-empty a")["href"].endswith("/user/login")
        assert "%" not in page.select_one("[role=main]").text

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
        )
        page = soup(get(app, "/en/readiness"))
        assert page.select_one(".pcio-callout-warn").a["href"].endswith("/readiness/list/datasets")
        share = page.select_one("[data-measure=open] .pcio-share-percent")
        assert share.text == "n/a"

    def test_home_without_datasets(self, app):
        assert "No dataset has been published yet" in soup(get(app, "/en/")).text


class TestList:
    def test_a_row_tells_what_the_officer_needs(self, app, province):
        page = soup(get(app, "/en/readiness/list/waiting", province["sysadmin"]))
        text = page.select_one(".pcio-row").get_text(" ", strip=True)
        for expected in ("Statistic", "Public data", "14 of 14", "DGA", "of 5", "Private"):
            assert expected in text
        assert page.select_one(".pcio-row time")["datetime"][:2] == "20"

    def test_thai_dates_are_in_the_buddhist_era(self, app, province):
        page = soup(get(app, "/readiness/list/open"))
        time = page.select_one(".pcio-row time")
        assert str(int(time["datetime"][:4]) + 543) in time.text

    def test_missing_items_are_named(self, app):
        factories.Organization(name="tourism")
        dataset = builders.create("tourism")
        helpers.call_action("package_patch", id=dataset["id"], state="draft")
        model.Session.execute(
            sa.text("UPDATE pcio_dataset_facts SET missing = '{objective,tags}', state = 'active'")
        )
        model.Session.commit()
        page = soup(get(app, "/readiness/list/incomplete", factories.SysadminWithToken()["token"]))
        assert "ขาด: วัตถุประสงค์, คำสำคัญ" in page.select_one(".pcio-row").get_text(" ", strip=True)
        token = factories.SysadminWithToken()["token"]
        for item in ("objective", "tags"):
            assert len(soup(get(app, f"/readiness/list/missing:{item}", token)).select(".pcio-row"))

    def test_pages(self, app, monkeypatch, province):
        monkeypatch.setattr(listing, "PAGE_SIZE", 3)
        monkeypatch.setattr("ckanext.pcio.dashboard.page.PAGE_SIZE", 3)
        monkeypatch.setattr(listing.Query.action_dict, "__defaults__", (3, None))
        url = "/readiness/list/datasets"
        first = soup(get(app, url, province["sysadmin"]))
        assert len(first.select(".pcio-row")) == 3
        assert rows_behind(app, {"href": url}, province["sysadmin"]) == (7, 7)
        beyond = soup(get(app, f"{url}?page=99", province["sysadmin"]))
        assert not beyond.select(".pcio-row")
        assert beyond.select_one(".pcio-callout a")["href"] == url

    def test_filters_keep_their_values(self, app, province):
        page = soup(get(app, "/readiness/list/open?own=1&organization=tourism&sort=stars"))
        chosen = [option["value"] for option in page.select("option[selected]")]
        assert chosen == ["1", "tourism", "stars"]
        assert number(page.select_one(".pcio-result strong").text) == 2

    @pytest.mark.parametrize(
        "url",
        [
            "/readiness/list/nope",
            "/readiness/list/missing:nope",
            "/readiness/csv/nope",
            "/readiness/list/open?organization=no-such-office",
        ],
    )
    def test_no_such_list(self, app, url):
        assert "ไม่มีรายการชุดข้อมูลนี้" in get(app, url, status=404).body

    @pytest.mark.parametrize(
        "url", ["page=-1", "page=abc", "sort=%27", "own=maybe", "page=99999999999"]
    )
    def test_strange_parameters_do_no_harm(self, app, province, url):
        get(app, f"/readiness/list/open?{url}")

    @pytest.mark.parametrize("role", ROLES)
    def test_csv_holds_what_the_visitor_may_see(self, app, province, role):
        token = token_of(province, role)
        response = get(app, "/readiness/csv/datasets", token)
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="pcio-datasets.csv"'
        text = response.get_data().decode("utf-8")
        assert text.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) - 1 == counts_for(app, token)["all"]["datasets"]

    def test_csv_of_a_filtered_list(self, app, province):
        response = get(app, "/en/readiness/csv/open?own=1&organization=tourism")
        rows = list(
            csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"), newline=""))
        )
        assert {row["Office"] for row in rows} == {"สำนักงานการท่องเที่ยวและกีฬาจังหวัด"}
        assert len(rows) == 2


class TestPortal:
    def test_home_leads_to_the_readiness_page_and_shows_what_there_is(self, app, province):
        page = soup(get(app, "/"))
        main = page.select_one("[role=main]")
        assert main.select_one('a[href="/readiness"]')
        assert main.select_one('form[action^="/dataset"] input[name=q]')
        numbers = [number(item.strong.text) for item in main.select(".pcio-home-numbers a")]
        counts = counts_for(app, None)["all"]
        assert numbers == [counts["datasets"], counts["open"], 2, counts["machine_readable"]]
        assert len(main.select(".pcio-latest li")) == 4
        assert page.select_one('.masthead a[href="/readiness"]')

    def test_types_lead_to_their_datasets(self, app, province):
        (link,) = soup(get(app, "/")).select(".pcio-types a")
        assert number(link.get_text(" ").rpartition(" ")[2]) == 4
        assert len(soup(get(app, link["href"])).select(".dataset-item")) == 4

    def test_one_heading_of_the_first_rank(self, app, province):
        for url in ("/", "/readiness", "/readiness/list/open", "/dataset/"):
            assert len(soup(get(app, url)).select("h1")) == 1, url

    def test_the_other_language_is_the_same_page(self, app, province):
        page = soup(get(app, "/readiness/list/open?own=1"))
        links = {a["lang"]: a["href"] for a in page.select(".pcio-languages a")}
        assert links["en"] == "/en/readiness/list/open?own=1"

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
