"""The pages of editions, results, the indicator and the GD Catalog list, as each role sees them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog.model import TABLE, row_from_facts
from ckanext.pcio.survey.response.model import RESULT
from tests.dashboard.reading import get, soup, statements
from tests.survey.builders import facts

INDEX = "/en/readiness/survey"
RESULTS = "/en/readiness/survey/results"
KPI = "/en/readiness/kpi"
GD_CATALOG = "/en/readiness/kpi/gd-catalog"


@pytest.fixture(scope="module")
def portal(people):
    """Thirty open datasets of an office, every second of which lacks an item."""
    for number in range(30):
        each = facts(number, missing=("tags",) if number % 2 else (), title=f"ข้อมูล <{number:02}>")
        row = row_from_facts(each, people["offices"]["health"], ["public"])
        model.Session.execute(TABLE.insert().values(row))
    model.Session.commit()
    return people


@pytest.fixture
def secretary(portal, monkeypatch) -> str:
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.secretary_organization", "province")
    model.Session.execute(RESULT.delete())
    model.Session.commit()
    return portal["secretary_token_value"]


@pytest.fixture
def editor(portal) -> str:
    return portal["editor_token_value"]


def post(app: Any, url: str, token: str, **form: Any) -> Any:
    headers = {"Authorization": token}
    return app.post(url, data=form, headers=headers, follow_redirects=False)


def test_everybody_sees_editions_and_the_break(app, portal):
    with statements() as seen:
        page = soup(get(app, INDEX))
    assert len(seen) <= 8
    headings = [each.text for each in page.select(".pcio-edition h3")]
    assert len(headings) == 3
    rows = [row.text for row in page.select(".pcio-averages tbody tr")]
    broken = next(number for number, row in enumerate(rows) if "The method changed" in row)
    assert any("45.67" in row for row in rows[:broken])
    assert any("2566" in row and "44" in row for row in rows[broken:])
    assert page.select(".pcio-averages th[scope=col], .pcio-averages caption")
    assert "37.87" not in page.text
    assert not page.select("a[href$='/readiness/kpi']")


def test_people_of_an_office_see_where_they_stand(app, editor):
    page = soup(get(app, INDEX, editor))
    card = page.select_one(".pcio-edition")
    assert "Not opened yet" in card.text
    assert card.select_one("a[href$='/readiness/survey/pcio-2567']")
    assert page.select_one("a[href$='/readiness/kpi/gd-catalog']")


@pytest.mark.parametrize("url", [RESULTS, KPI, GD_CATALOG, f"{RESULTS}/2566/delete"])
def test_a_visitor_is_asked_to_log_in_and_a_stranger_is_told(app, portal, url):
    response = app.get(url, follow_redirects=False)
    assert response.status_code == 302
    assert "/user/login" in response.headers["Location"]
    stranger = model.User.get(portal["stranger"])
    token = call_action("api_token_create", user=stranger.name, name="t")["token"]
    assert "belong to an office" in soup(get(app, url, token, status=403)).text


def test_a_result_is_entered_shown_and_deleted(app, secretary, editor):
    empty = soup(get(app, RESULTS, secretary))
    assert "No official result was entered yet." in empty.text
    form = soup(get(app, f"{RESULTS}?year=2566&edition=pcio-2567", secretary))
    assert len(form.select("input[name^=score-]")) == 7
    told = {"year": "2566", "edition": "pcio-2567", "version": "0", "overall": "37.87"}
    wrong = soup(post(app, RESULTS, secretary, **told, **{"level-1": "9.5"}, source=""))
    assert wrong.select_one(".pcio-refusal a[href='#field-source']")
    assert "Pillar 1:" in wrong.select_one("#error-pillars").text
    assert wrong.select_one("input[name=level-1]")["value"] == "9.5"
    assert wrong.select_one("input[name=overall]")["value"] == "37.87"
    source = "หนังสือ <b>ที่ 1</b>"
    saved = post(app, RESULTS, secretary, **told, **{"level-1": "3"}, source=source)
    assert saved.status_code == 302
    page = soup(get(app, RESULTS, editor))
    assert source in page.select_one(".pcio-row").text
    assert not page.select("form[method=post][action*=results]")
    kpi = soup(get(app, KPI, editor))
    assert "Base score 37.87: the official result of 2566" in kpi.text
    assert "27.87" in kpi.select_one(".pcio-kpi").text
    assert not kpi.select(".pcio-kpi-reached")
    assert post(app, RESULTS, editor, **told, source="x").status_code == 403
    stale = soup(post(app, RESULTS, secretary, **told, source=source))
    assert "Somebody changed this" in stale.select_one(".pcio-refusal").text
    asked = soup(get(app, f"{RESULTS}/2566/delete", secretary))
    assert asked.select_one("form[method=post] input[name=version]")["value"] == "1"
    get(app, f"{RESULTS}/2566/delete", editor, status=403)
    assert post(app, f"{RESULTS}/2566/delete", secretary, version="1").status_code == 302
    get(app, f"{RESULTS}/2566/delete", secretary, status=404)


def test_what_was_reached_is_marked(app, secretary):
    context = {"ignore_auth": True, "user": ""}
    tk.get_action("pcio_result_update")(context, {"year": 2566, "overall": 40, "source": "ก"})
    levels = {"1": {"level": 3}, "2": {"level": 4}, "3": {"level": 1}}
    told = {"year": 2567, "overall": 41, "edition": "pcio-2567", "pillars": levels, "source": "ก"}
    tk.get_action("pcio_result_update")(context, told)
    page = soup(get(app, KPI, secretary))
    reached = [len(row.select(".pcio-kpi-reached")) for row in page.select(".pcio-kpi tbody tr")]
    assert reached == [2, 2]
    assert "2 of the 3 levels entered (of 7 pillars)" in page.text
    assert [each.text for each in page.select(".pcio-years .pcio-change")] == ["(+1)"]
    assert page.select_one(".pcio-answered")
    assert "No score is shown" in page.text
    index = soup(get(app, INDEX, secretary))
    years = {r.th.text.strip(): r.text for r in index.select(".pcio-averages tr") if r.th}
    assert "44" in years["2023 (B.E. 2566)"]
    assert "40" in years["2023 (B.E. 2566)"]
    assert "not published" in years["2024 (B.E. 2567)"]


def test_an_estimate_stands_with_all_it_rests_on(app, editor, monkeypatch):
    example = Path(__file__).parents[3] / "docs" / "scoring-example.yaml"
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.scoring", str(example))
    page = soup(get(app, KPI, editor)).select_one(".pcio-estimate")
    assert "Estimated score, not an official result" in page.text
    assert "Pillars worth 25 of 100 have points" in page.text
    assert "3.3 Digital competency, 4.2 Promotion of digital service usage" in page.text
    assert "not criteria published by DGA" in page.text
    assert page.select("th")[3].text == "Level (assumed)"
    rows = [row.text for row in page.select("tbody tr")]
    assert ["no points" in row for row in rows] == [False, False, *[True] * 6]
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.scoring", "/nowhere/scoring.yaml")
    broken = soup(get(app, KPI, editor))
    assert not broken.select(".pcio-estimate")
    assert "scoring.yaml" in broken.select_one(".pcio-callout-warn").text


def test_hostile_addresses_are_no_error(app, editor):
    for query in ("?year=99999", "?year=๒๕๖๖", "?edition='x'&year=2566", "?year=-1"):
        get(app, RESULTS + query, editor)
        get(app, KPI + query, editor)
    for query in ("?page=99999&reason=x", "?own=zz&page=-1", "?reason=complete&own=1"):
        get(app, GD_CATALOG + query, editor)
    get(app, f"{GD_CATALOG}?organization=nowhere", editor, status=404)
    get(app, f"{RESULTS}/99999999999999999999/delete", editor, status=403)


def test_failing_datasets_by_page_with_links_to_mend_them(app, editor, portal):
    page = soup(get(app, GD_CATALOG, editor))
    assert "0 of 30 open datasets" in page.text
    assert len(page.select(".pcio-row")) == 25
    assert page.select_one(".pcio-row a[href*='#field-tag_string']")
    assert page.select_one(".pcio-row a[href*='#pcio-registration']")
    assert "ข้อมูล <00>" in page.select_one(".pcio-row h3").text
    second = soup(get(app, page.select_one("a[rel=next]")["href"], editor))
    assert len(second.select(".pcio-row")) == 5
    filtered = soup(get(app, f"{GD_CATALOG}?reason=complete&organization=health", editor))
    assert len(filtered.select(".pcio-row")) == 15
    response = get(app, "/en/readiness/kpi/gd-catalog.csv?reason=complete", editor)
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 16
    assert response.headers["Cache-Control"] == "private, no-store"
