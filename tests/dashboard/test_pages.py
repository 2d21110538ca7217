"""The dashboard's pages over a small province, against the real stack."""

from __future__ import annotations

import csv
import io
import re
from collections import OrderedDict

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.dashboard import listing, remembered
from ckanext.pcio.dashboard.measures import MEASURES, TASKS, remaining
from ckanext.pcio.survey import actions, kept

from .reading import ROLES, counts_for, get, number, rows_behind, soup, token_of


class TestReadiness:
    def test_thai_is_the_first_language(self, portal, province):
        page = soup(get(portal, "/readiness"))
        assert page.html["lang"] == "th"
        assert "ความพร้อมรัฐบาลดิจิทัล" in page.h1.text
        assert "จังหวัดของท่านมีการเปิดเผยข้อมูลภาครัฐ" in page.select_one("#answers").text

    def test_english(self, portal, province):
        page = soup(get(portal, "/en/readiness"))
        assert page.html["lang"] == "en"
        assert "Digital government readiness" in page.h1.text
        assert "Does your province open government data" in page.select_one("#answers").text

    @pytest.mark.parametrize("url", ["/readiness", "/readiness/list/open", "/", "/about"])
    def test_the_thai_pages_leave_no_english_sentence(self, portal, province, url):
        """A missing translation falls back to English, which nobody would notice."""
        page = soup(get(portal, url))
        for part in page.select("script, style, [lang=en]"):
            part.decompose()
        # Three English words in a row, that are not names the form itself writes in English.
        text = page.select_one("[role=main]").get_text(" ", strip=True)
        found = re.findall(r"\b[A-Z]?[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", text)
        assert found == []

    @pytest.mark.parametrize("role", ROLES)
    def test_every_number_is_the_actions_and_leads_to_as_many_rows(self, portal, province, role):
        token = token_of(province, role)
        counts = counts_for(portal, token)
        page = soup(get(portal, "/readiness", token))
        for measure in MEASURES[1:]:
            links = page.select(f"[data-measure={measure.key}] .pcio-share a")
            for whose, link in zip(("all", "own"), links, strict=True):
                expected = counts[whose][measure.key]
                assert number(link.strong.text) == expected, (measure.key, whose)
                assert rows_behind(portal, link, token) == (expected, expected), (
                    measure.key,
                    whose,
                )
        for whose, link in zip(("all", "own"), page.select(".pcio-totals a"), strict=True):
            expected = counts[whose]["datasets"]
            assert number(link.text) == expected
            assert rows_behind(portal, link, token) == (expected, expected)

    @pytest.mark.parametrize("role", ROLES)
    def test_work_left_is_as_many_datasets_as_its_list(self, portal, province, role):
        token = token_of(province, role)
        counts = counts_for(portal, token)
        page = soup(get(portal, "/readiness", token))
        for task, item in zip(TASKS, page.select(".pcio-tasks li"), strict=True):
            for whose, link in zip(("all", "own"), item.select("a"), strict=True):
                expected = remaining(task, counts[whose])
                assert number(link.text) == expected, (task.slice_name, whose)
                assert rows_behind(portal, link, token) == (expected, expected)

    def test_each_role_sees_its_own_numbers_and_is_told_so(self, portal, province):
        totals, said = [], []
        for role in ROLES:
            page = soup(get(portal, "/readiness", token_of(province, role)))
            totals.append(number(page.select_one(".pcio-totals strong").text))
            said.append(page.select_one(".pcio-viewpoint").get_text(strip=True))
        # 4 are public; the editor's office has one private dataset, the other office has two.
        assert totals == [4, 5, 7]
        assert len(set(said)) == 3
        assert said[0].startswith("นับเฉพาะชุดข้อมูลที่ท่านมองเห็น")

    def test_denominators(self, portal, province):
        page = soup(get(portal, "/en/readiness", province["sysadmin"]))
        share = page.select_one("[data-measure=open] .pcio-share")
        assert share.select_one("strong").text == "4"
        assert share.select_one(".pcio-share-of").text == "of 6 disclosable"
        assert share.select_one(".pcio-share-percent").text == "66%"

    def test_the_answers_are_the_actions(self, portal, province):
        token = province["sysadmin"]
        response = get(portal, "/api/3/action/pcio_assessment_show", token)
        answers = response.json["result"]["answers"]
        page = soup(get(portal, "/readiness", token))
        assert len(answers) == 13
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

    def test_sentences_of_the_answers_are_in_the_pages_language(self, portal, province):
        thai = soup(get(portal, "/readiness")).select_one(".pcio-reasons").text
        english = soup(get(portal, "/en/readiness")).select_one(".pcio-reasons").text
        assert re.search("[ก-๙]", thai)
        assert not re.search("[ก-๙]", english)

    def test_offices(self, portal, province):
        page = soup(get(portal, "/readiness?sort=datasets", province["sysadmin"]))
        rows = [
            [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
            for row in page.select(".pcio-offices tbody tr")
        ]
        assert [row[0] for row in rows] == ["สำนักงานการท่องเที่ยวและกีฬาจังหวัด", "สำนักงานสถิติจังหวัด"]
        assert [number(row[1].rpartition(":")[2]) for row in rows] == [4, 3]
        link = page.select_one(".pcio-offices tbody td a")
        assert rows_behind(portal, link, province["sysadmin"]) == (4, 4)

    def test_offices_own(self, portal, province):
        page = soup(get(portal, "/readiness?own=1", province["sysadmin"]))
        cells = page.select(".pcio-offices tbody tr td:nth-of-type(1)")
        assert sorted(number(cell.get_text().rpartition(":")[2]) for cell in cells) == [3, 3]
        assert "own=1" in cells[0].a["href"]


class TestList:
    def test_a_row_tells_what_the_officer_needs(self, portal, province):
        page = soup(get(portal, "/en/readiness/list/waiting", province["sysadmin"]))
        text = page.select_one(".pcio-row").get_text(" ", strip=True)
        for expected in ("Statistic", "Public data", "14 of 14", "DGA", "of 5", "Private"):
            assert expected in text
        assert page.select_one(".pcio-row time")["datetime"][:2] == "20"

    def test_thai_dates_are_in_the_buddhist_era(self, portal, province):
        page = soup(get(portal, "/readiness/list/open"))
        time = page.select_one(".pcio-row time")
        assert str(int(time["datetime"][:4]) + 543) in time.text

    def test_pages(self, portal, monkeypatch, province):
        monkeypatch.setattr(listing, "PAGE_SIZE", 3)
        monkeypatch.setattr("ckanext.pcio.dashboard.page.PAGE_SIZE", 3)
        monkeypatch.setattr(listing.Query.action_dict, "__defaults__", (3, None))
        url = "/readiness/list/datasets"
        first = soup(get(portal, url, province["sysadmin"]))
        assert len(first.select(".pcio-row")) == 3
        assert rows_behind(portal, {"href": url}, province["sysadmin"]) == (7, 7)
        beyond = soup(get(portal, f"{url}?page=99", province["sysadmin"]))
        assert not beyond.select(".pcio-row")
        assert beyond.select_one(".pcio-callout a")["href"] == url

    def test_filters_keep_their_values(self, portal, province):
        page = soup(get(portal, "/readiness/list/open?own=1&organization=tourism&sort=stars"))
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
    def test_no_such_list(self, portal, url):
        assert "ไม่มีรายการชุดข้อมูลนี้" in get(portal, url, status=404).body

    @pytest.mark.parametrize(
        "url", ["page=-1", "page=abc", "sort=%27", "own=maybe", "page=99999999999"]
    )
    def test_strange_parameters_do_no_harm(self, portal, province, url):
        get(portal, f"/readiness/list/open?{url}")

    @pytest.mark.parametrize("role", ROLES)
    def test_csv_holds_what_the_visitor_may_see(self, portal, province, role):
        token = token_of(province, role)
        response = get(portal, "/readiness/csv/datasets", token)
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="pcio-datasets.csv"'
        text = response.get_data().decode("utf-8")
        assert text.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) - 1 == counts_for(portal, token)["all"]["datasets"]

    def test_csv_of_a_filtered_list(self, portal, province):
        response = get(portal, "/en/readiness/csv/open?own=1&organization=tourism")
        rows = list(
            csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"), newline=""))
        )
        assert {row["Office"] for row in rows} == {"สำนักงานการท่องเที่ยวและกีฬาจังหวัด"}
        assert len(rows) == 2


class TestPortal:
    def test_home_leads_to_the_readiness_page_and_shows_what_there_is(self, portal, province):
        page = soup(get(portal, "/"))
        main = page.select_one("[role=main]")
        assert main.select_one('a[href="/readiness"]')
        assert main.select_one('form[action^="/dataset"] input[name=q]')
        numbers = [number(item.strong.text) for item in main.select(".pcio-home-numbers a")]
        counts = counts_for(portal, None)["all"]
        assert numbers == [counts["datasets"], counts["open"], 2, counts["machine_readable"]]
        assert len(main.select(".pcio-latest li")) == 4
        assert page.select_one('.masthead a[href="/readiness"]')

    def test_types_lead_to_their_datasets(self, portal, province):
        (link,) = soup(get(portal, "/")).select(".pcio-types a")
        assert number(link.get_text(" ").rpartition(" ")[2]) == 4
        assert len(soup(get(portal, link["href"])).select(".dataset-item")) == 4

    def test_one_heading_of_the_first_rank(self, portal, province):
        for url in ("/", "/readiness", "/readiness/list/open", "/dataset/"):
            assert len(soup(get(portal, url)).select("h1")) == 1, url

    def test_the_other_language_is_the_same_page(self, portal, province):
        page = soup(get(portal, "/readiness/list/open?own=1"))
        links = {a["lang"]: a["href"] for a in page.select(".pcio-languages a")}
        assert links["en"] == "/en/readiness/list/open?own=1"


class TestRemembered:
    """What is drawn for a reader serves all who may see the same, until it would be otherwise."""

    @pytest.fixture
    def drawn(self, portal, province, monkeypatch):
        calls = []
        whole = actions.assess

        def counting(*arguments, **named):
            calls.append(1)
            return whole(*arguments, **named)

        monkeypatch.setattr(actions, "assess", counting)
        monkeypatch.setattr(remembered, "_known", OrderedDict())
        return calls

    def test_once_for_those_of_the_same_rights_and_language(self, portal, province, drawn):
        for path, token, times in (
            ("/readiness", None, 1),
            ("/readiness?sort=datasets", None, 1),
            ("/readiness", province["sysadmin"], 2),
            ("/readiness", None, 2),
            ("/en/readiness", None, 3),
        ):
            get(portal, path, token)
            assert len(drawn) == times, path

    def test_anew_when_the_tables_say_so(self, portal, province, drawn, monkeypatch):
        get(portal, "/readiness")
        monkeypatch.setattr(kept, "stamp", lambda: ("other", 6))
        get(portal, "/readiness")
        get(portal, "/readiness")
        assert len(drawn) == 2
        # Of a large catalog the old is shown for some minutes.
        monkeypatch.setattr(kept, "stamp", lambda: ("another", kept.SMALL + 1))
        get(portal, "/readiness")
        assert len(drawn) == 2
        monkeypatch.setattr(remembered, "_PATIENCE", 0)
        get(portal, "/readiness")
        assert len(drawn) == 3

    def test_what_was_hidden_is_not_told_for_patience(self, portal, province, drawn, monkeypatch):
        before = get(portal, "/readiness").body
        monkeypatch.setattr(kept, "stamp", lambda: ("another", kept.SMALL + 1))
        rows = model.Session.execute(sa.select(TABLE)).mappings().all()
        row = next(row for row in rows if row["title"] in before)
        one = TABLE.c.package_id == row["package_id"]
        hidden = {"permission_labels": ["member-x"], "title": "SECRET", "private": True}
        model.Session.execute(sa.update(TABLE).where(one).values(hidden))
        model.Session.commit()
        try:
            page = get(portal, "/readiness").body
        finally:
            kept_row = {name: row[name] for name in hidden}
            model.Session.execute(sa.update(TABLE).where(one).values(kept_row))
            model.Session.commit()
        assert len(drawn) == 2
        assert row["title"] not in page

    def test_no_more_than_so_many_are_remembered(self, portal, province, drawn, monkeypatch):
        monkeypatch.setattr(remembered, "_MOST", 1)
        for path in ("/readiness", "/en/readiness", "/readiness"):
            get(portal, path)
        assert len(drawn) == 3
