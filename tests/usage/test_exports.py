"""Files of numbers of use: opened by a spreadsheet, run by none, and read back by the import."""

from __future__ import annotations

import csv
import io
import json

import pytest
import sqlalchemy as sa
from ckan import model
from freezegun import freeze_time
from openpyxl import load_workbook

from ckanext.pcio.usage import downloads, exports
from ckanext.pcio.usage.csv_import import import_csv
from ckanext.pcio.usage.model import DAILY
from ckanext.pcio.usage.statistics import NUMBERS
from tests.dashboard import builders
from tests.dashboard.reading import get
from tests.usage import filling
from tests.usage.filling import used

EVIL = "=HYPERLINK(1) ชุดข้อมูล"
RANGE = "start=2026-10-01&end=2026-11-20"


@pytest.fixture(scope="module", autouse=True)
def counted(used_province):
    filling.empty()
    province = used_province
    evil = builders.create("statistics", 200, title=EVIL)["id"]
    filling.fill(
        used("2026-10-05", province.dataset, "view", 5),
        used("2026-11-20", province.dataset, "download", 6, resource_id=province.own),
        used("2026-11-20", province.dataset, "view", 70, access="robot"),
        used("2026-11-20", evil, "api_data", 9, access="machine"),
        used("2026-11-20", province.private, "view", 50),
    )
    yield
    filling.empty()


def table(answer):
    """Return the rows of a CSV file of an answer."""
    text = answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_series_in_every_form(portal, used_province):
    address = f"dataset_id={used_province.dataset}&{RANGE}"
    found = json.loads(get(portal, f"/usage/series.json?{address}").body)
    assert [point["view"] for point in found["series"]] == [5, 0]
    rows = table(get(portal, f"/en/usage/series.csv?{address}"))
    assert rows[0][:4] == ["Period", "First day", "Last day", "Page views"]
    assert [row[:4] for row in rows[1:]] == [
        ["2026-10", "2026-10-01", "2026-10-31", "5"],
        ["2026-11", "2026-11-01", "2026-11-20", "0"],
    ]
    book = load_workbook(io.BytesIO(get(portal, f"/en/usage/series.xlsx?{address}").get_data()))
    sheet, about = book.worksheets
    assert [[cell.value for cell in row][:4] for row in sheet.iter_rows(min_row=2)] == [
        ["2026-10", "2026-10-01", "2026-10-31", 5],
        ["2026-11", "2026-11-01", "2026-11-20", 0],
    ]
    assert any("COUNTER" in str(row[1].value) for row in about.iter_rows())


def test_what_was_not_counted_is_empty_in_a_file(portal, used_province):
    address = f"dataset_id={used_province.dataset}&start=2026-08-01&end=2026-11-20"
    rows = table(get(portal, f"/usage/series.csv?{address}"))
    assert rows[1][3:] == [""] * len(NUMBERS)


def test_a_title_is_never_a_formula(portal):
    rows = table(get(portal, f"/usage/table.csv?{RANGE}"))
    assert any(row[0] == f"'{EVIL}" for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row)
    content = get(portal, f"/usage/table.xlsx?{RANGE}").get_data()
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


def test_a_workbook_of_the_same_numbers_is_the_same_file():
    columns = [("title", "ชุดข้อมูล"), ("view", "การเปิดดู")]
    made = [
        exports.workbook("a/b", columns, [{"title": EVIL, "view": 3}], [("x", "y")], "th")
        for _ in range(2)
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    "name", ["datasets", "resources", "organizations", "data_types", "classes"]
)
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_every_table_has_every_form(portal, name, form):
    answer = get(portal, f"/usage/table.{form}?table={name}&{RANGE}")
    assert len(answer.get_data()) > 50
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_table_is_whole_however_few_rows_are_read_at_once(portal, monkeypatch):
    rows = json.loads(get(portal, f"/usage/table.json?{RANGE}").body)
    assert len(rows["results"]) == rows["count"]
    whole = list(downloads._every({"results": [1, 2], "count": 3}, lambda offset: _rest[offset]))
    assert whole == [1, 2, 3]


_rest = {2: {"results": [3], "count": 3}}


def test_daily_rows_come_back_through_the_import(portal, used_province, tmp_path):
    token = used_province.sysadmin
    content = get(portal, f"/usage/daily.csv?{RANGE}", token).get_data()
    of_datasets = sa.select(DAILY).where(DAILY.c.dataset_id != "").order_by(*DAILY.primary_key)
    before = model.Session.execute(of_datasets).all()
    assert len(before) > 8
    (tmp_path / "daily.csv").write_bytes(content)
    filling.empty()
    with freeze_time("2046-11-21"):
        done = import_csv(model.meta.engine, str(tmp_path / "daily.csv"), including_live_days=True)
    assert done.wrong == []
    model.Session.rollback()
    assert model.Session.execute(of_datasets).all() == before


def test_daily_rows_are_those_the_reader_sees(portal, used_province):
    rows = table(get(portal, f"/usage/daily.csv?{RANGE}"))
    assert rows[0] == ["date", "dataset_id", "resource_id", "kind", "access", "audience", "count"]
    assert used_province.private not in {row[1] for row in rows}
    assert "" not in {row[1] for row in rows}
    own = table(get(portal, f"/usage/daily.csv?{RANGE}", used_province.editor))
    assert used_province.private in {row[1] for row in own}
    address = f"/usage/daily.csv?dataset_id={used_province.private}"
    assert get(portal, address, status=403)


def test_too_many_rows_are_refused_before_any_is_sent(portal, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_ROWS", 2)
    answer = get(portal, f"/usage/daily.csv?{RANGE}", status=400)
    assert "2 แถว" in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/usage/series.json?start=2569-01-01",
        "/usage/daily.csv?start=2569-01-01",
        "/usage/daily.csv?start=1990-01-01",
        "/usage/table.csv?table=secrets",
        "/usage/table.csv?offset=x&limit=y&sort=z",
        "/usage/series.csv?by=week",
    ],
)
def test_a_wrong_question_has_a_reason_for_an_answer(portal, path):
    assert get(portal, path, status=400)
