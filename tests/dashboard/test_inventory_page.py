"""`/readiness/inventory`: the table of 2560 from a catalog with its counts, lists, files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers
from openpyxl import load_workbook

from ckanext.pcio.catalog.model import TABLE, row_from_facts
from ckanext.pcio.catalog.queries import page as facts_page
from ckanext.pcio.dashboard.inventory import COLUMNS, STATES
from ckanext.pcio.survey.inventory import queries
from ckanext.pcio.survey.inventory.count import inventory, merged
from tests.dashboard import builders
from tests.dashboard.reading import get, number, soup, statements
from tests.survey import committee
from tests.survey.builders import facts

PATH = "/readiness/inventory"
OFFICE = "agency-20-00"
"""An office of our own beside those of 2560, with everything a list can be narrowed to."""
ODD: tuple[dict[str, Any], ...] = (
    {"source_database": "GIS จังหวัด", "linkage_methods": ("api",), "linkage_status": "linked"},
    {"source_database": "gis  จังหวัด", "linkage_status": "preparing", "datastore": True},
    {"source_database": "=ทะเบียน", "linkage_status": "waiting", "private": True},
    {"source_database": None, "linkage_methods": ("web_service",), "own": False},
    {"source_database": None, "state": "draft"},
    {"linkage_methods": ("api",), "datastore": True, "api_by_datastore": True},
)


def _office(name: str, title: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "title": title,
        "type": "organization",
        "is_organization": True,
        "state": "active",
        "approval_status": "approved",
    }


@pytest.fixture(scope="module")
def catalog(reset_db, migrate_db_for, reset_index):
    """The catalog of 2560 in 134 offices, and one office more, straight in the tables."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        made = list(committee.catalog())
        made += [facts(5000 + at, organization=OFFICE, **changes) for at, changes in enumerate(ODD)]
        editor = factories.UserWithToken()
        people = [{"name": editor["name"], "capacity": "editor"}]
        ours = factories.Organization(name=OFFICE, title="", users=people)["id"]
        names = sorted({each.organization for each in made} - {OFFICE})
        groups = [_office(name, f"หน่วยงาน {name}") for name in names]
        model.Session.execute(model.Group.__table__.insert(), groups)
        rows = [
            row_from_facts(
                each,
                ours if each.organization == OFFICE else each.organization,
                ["public" if each.published else f"member-{ours}"],
            )
            for each in made
        ]
        model.Session.execute(TABLE.insert(), rows)
        model.Session.commit()
        yield {
            "facts": made,
            "office": ours,
            "editor": editor["token"],
            "sysadmin": factories.SysadminWithToken()["token"],
        }


@pytest.fixture(scope="module")
def app(catalog) -> Any:
    return helpers._get_test_app()


def shown(**asked: Any) -> dict[str, Any]:
    return helpers.call_action("pcio_inventory_show", **asked)


def listed(**asked: Any) -> dict[str, Any]:
    return helpers.call_action("pcio_inventory_list", **{"limit": 1000, **asked})


def seen(cell: Any) -> int:
    """Return the number of a cell, without the words for screen readers."""
    hidden = cell.select_one(".visually-hidden")
    return number(hidden.next_sibling if hidden else cell.text)


def name_of(row: Any) -> str:
    """Return the name of a row's office, which SQL knows by its id."""
    return model.Group.get(row.organization).name


class TestNumbers:
    def test_sql_says_what_python_says(self, catalog):
        rows = [replace(row, organization=name_of(row)) for row in queries.offices(sa.true())]
        in_sql = {row.organization: row for row in rows}
        assert in_sql == {row.organization: row for row in inventory(catalog["facts"])}
        read = facts_page(sa.true(), "title", None)
        assert {row.organization: row for row in inventory(read)} == in_sql

    def test_the_table_of_2560_comes_out_exactly(self, catalog):
        rows = {
            row.organization: row
            for row in queries.offices(TABLE.c.organization_id != catalog["office"])
        }
        for ministry, (name, expected) in enumerate(committee.TABLE.items()):
            line = merged(row for key, row in rows.items() if key[7:9] == f"{ministry:02}")
            numbers = line.all
            found = (line.offices, numbers.databases, numbers.datasets, numbers.ready)
            assert (*found, numbers.not_ready) == expected, name
        total = merged(rows.values())
        assert (total.offices, total.all.databases, total.all.datasets) == committee.TOTAL[:3]

    def test_databases_of_an_office_add_up_to_its_line(self, catalog):
        for name in (OFFICE, committee.agency(14, 3)):
            found = shown(organization=name)
            (line,) = found["organizations"]
            for whose in ("all", "own"):
                for key, whole in line[whose].items():
                    assert whole == sum(each[whose][key] for each in found["databases"]), key
        names = [each["name"] for each in shown(organization=OFFICE)["databases"]]
        assert names == ["=ทะเบียน", "GIS จังหวัด", ""]

    def test_each_number_is_that_of_its_list(self, catalog):
        total = shown()["total"]
        for whose in ("all", "own"):
            for state in STATES:
                assert (
                    listed(state=state, own=whose == "own", limit=1)["count"]
                    == (total[whose][state])
                )
        (line,) = shown(organization=OFFICE)["organizations"]
        for state in STATES:
            found = listed(organization=OFFICE, state=state)
            assert found["count"] == len(found["results"]) == line["all"][state] >= 1

    def test_a_database_is_found_in_any_spelling(self, catalog):
        for name in ("GIS จังหวัด", "gisจังหวัด", " GIS  จังหวัด "):
            assert listed(organization=OFFICE, database=name)["count"] == 2
        assert listed(organization=OFFICE, database="nothing")["count"] == 0

    def test_what_is_not_there_is_refused(self, catalog):
        for action in ("pcio_inventory_show", "pcio_inventory_list"):
            with pytest.raises(tk.ObjectNotFound):
                helpers.call_action(action, organization="nothing")
        with pytest.raises(tk.ValidationError):
            listed(state="nothing")

    def test_the_number_of_statements_is_small(self, catalog):
        for work, most in ((shown, 4), (lambda: shown(organization=OFFICE), 7), (listed, 3)):
            with statements() as run:
                work()
            assert len(run) <= most, run


class TestWhoSees:
    def test_private_datasets_are_counted_for_their_office_only(self, app, catalog):
        path = f"/api/3/action/pcio_inventory_show?organization={OFFICE}"
        counted = {}
        for role in ("anonymous", "editor", "sysadmin"):
            result = get(app, path, catalog.get(role)).json["result"]
            counted[role] = result["total"]["all"]["datasets"]
            listing = get(app, path.replace("show", "list"), catalog.get(role)).json["result"]
            assert listing["count"] == len(listing["results"]) == counted[role]
            assert result["sees_private"] == (role == "sysadmin")
        assert counted == {"anonymous": 4, "editor": 6, "sysadmin": 6}
        names = get(app, path).json["result"]["databases"]
        assert "=ทะเบียน" not in {each["name"] for each in names}


class TestPages:
    def test_the_table_shows_every_office_and_the_total(self, app, catalog):
        page = soup(get(app, PATH, catalog["sysadmin"]))
        assert len(page.select(".pcio-inventory tbody tr")) == 135
        cells = [seen(cell) for cell in page.select(".pcio-inventory tfoot td")]
        total = shown()["total"]["all"]
        assert cells == [total[key] for key in COLUMNS]
        share = page.select_one(".pcio-inventory tfoot .pcio-inventory-share").text
        assert share == "ร้อยละ 25.8 ของ 2,818"
        assert not page.select_one(".pcio-callout-warn")

    def test_the_provinces_own_and_the_order(self, app, catalog):
        page = soup(get(app, f"{PATH}?own=1&sort=ready", catalog["sysadmin"]))
        cells = [seen(cell) for cell in page.select(".pcio-inventory tfoot td")]
        total = shown()["total"]["own"]
        assert cells == [total[key] for key in COLUMNS]
        column = [seen(row.select("td")[2]) for row in page.select(".pcio-inventory tbody tr")]
        assert column == sorted(column, reverse=True)

    def test_each_number_leads_to_its_datasets(self, app, catalog):
        page = soup(get(app, PATH, catalog["sysadmin"]))
        rows = page.select(".pcio-inventory tbody tr")
        line = next(row for row in rows if row.select_one("th").text.strip() == OFFICE)
        links = line.select("td a")
        assert len(links) == len(COLUMNS)
        for link in links[1:]:
            listing = soup(get(app, link["href"], catalog["sysadmin"]))
            stated = number(listing.select_one(".pcio-result strong").text)
            assert stated == len(listing.select(".pcio-database-sets li"))
            assert stated == seen(link)
        listing = soup(get(app, links[0]["href"], catalog["sysadmin"]))
        assert len(listing.select(".pcio-database h2 a")) == seen(links[0])

    def test_a_list_shows_the_state_of_each_dataset(self, app, catalog):
        page = soup(get(app, f"{PATH}/datasets?organization={OFFICE}", catalog["editor"]))
        groups = page.select(".pcio-database")
        assert [group.h2.text.strip() for group in groups] == [
            "=ทะเบียน",
            "GIS จังหวัด",
            "ไม่ระบุฐานข้อมูล",
        ]
        assert "ฐานข้อมูลต้นทาง" in groups[2].text
        text = groups[1].text
        for words in ("พร้อมเชื่อมโยง", "ยังไม่พร้อมเชื่อมโยง", "เชื่อมโยงแล้ว", "อยู่ระหว่างจัดเตรียมข้อมูล"):
            assert words in text
        assert "อยู่ใน DataStore ซึ่งมี API" in text
        assert "รอหน่วยงานปรับปรุงข้อมูล" in groups[0].text

    def test_pages_of_a_long_list(self, app, catalog):
        last = soup(get(app, f"{PATH}/datasets?page=57", catalog["sysadmin"]))
        assert len(last.select(".pcio-database-sets li")) == 2818 - 56 * 50
        assert last.select_one(".pcio-pages a[rel=prev]")
        assert soup(get(app, f"{PATH}/datasets?page=58")).select_one(".pcio-callout a")

    def test_wrong_addresses(self, app, catalog):
        for path in ("datasets?organization=nothing", "datasets.csv?organization=nothing"):
            get(app, f"{PATH}/{path}", status=404)
        get(app, f"{PATH}/file.pdf", status=404)
        get(app, f"{PATH}/datasets?state=x&page=x&own=x&database=%00")

    def test_without_databases_the_page_says_what_to_fill_in(self, app, catalog):
        everything = model.Session.execute(sa.select(TABLE)).mappings().all()
        bare = {"source_database": None, "database_key": None, "linkage_methods": []}
        model.Session.execute(TABLE.update().values(**bare))
        model.Session.commit()
        try:
            page = soup(get(app, PATH))
            assert "ฐานข้อมูลต้นทาง" in page.select_one(".pcio-callout-warn").text
            assert "วิธีการเชื่อมโยงข้อมูล" in page.select_one(".pcio-callout-warn").text
            model.Session.execute(TABLE.delete())
            model.Session.commit()
            assert soup(get(app, PATH)).select_one(".pcio-empty")
            assert "datasets" not in soup(get(app, f"{PATH}/datasets")).select_one(".pcio-result")
        finally:
            model.Session.execute(TABLE.delete())
            model.Session.execute(TABLE.insert(), [dict(row) for row in everything])
            model.Session.commit()


class TestFiles:
    def read(self, answer: Any) -> list[list[str]]:
        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert b"\r\n" in answer.data
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))

    def test_the_table_as_csv_and_xlsx_with_the_total_last(self, app, catalog):
        answer = get(app, f"{PATH}/file.csv", catalog["sysadmin"])
        assert answer.headers["Cache-Control"] == "private, no-store"
        rows = self.read(answer)
        assert len(rows) == 1 + 135 + 1
        total = shown()["total"]["all"]
        assert rows[-1][0] == "รวม 135 หน่วยงาน"
        assert rows[-1][1:6] == [
            *(str(total[key]) for key in ("databases", "datasets", "ready", "not_ready")),
            "25.8",
        ]
        book = load_workbook(io.BytesIO(get(app, f"{PATH}/file.xlsx", catalog["sysadmin"]).data))
        cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        assert [str(cell) if cell is not None else "" for cell in cells[-1]] == rows[-1]
        assert len(cells) == len(rows)
        assert "API" in str([row[1].value for row in book.worksheets[1].iter_rows()])

    def test_the_list_as_files_that_run_nothing(self, app, catalog):
        path = f"{PATH}/datasets.csv?organization={OFFICE}"
        rows = self.read(get(app, path, catalog["editor"]))
        assert len(rows) == 1 + len(ODD)
        assert rows[1][1] == "'=ทะเบียน"
        assert len(self.read(get(app, path))) == 1 + 4
        book = load_workbook(
            io.BytesIO(get(app, path.replace(".csv", ".xlsx"), catalog["editor"]).data)
        )
        cell = book.worksheets[0]["B2"]
        assert cell.data_type == "s"
        assert len(list(book.worksheets[0].iter_rows())) == len(rows)

    def test_a_long_list_is_whole(self, app, catalog):
        rows = self.read(get(app, f"/en{PATH}/datasets.csv?state=ready", catalog["sysadmin"]))
        assert len(rows) == 1 + shown()["total"]["all"]["ready"]
        assert rows[0][:3] == ["Office", "Source database", "Dataset"]
