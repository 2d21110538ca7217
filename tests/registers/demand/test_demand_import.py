"""The yearly list: over the API, the page and the command; all of a file or nothing of it."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model

from ckanext.pcio.registers.demand import importing
from ckanext.pcio.registers.demand.model import DEMAND

LIST = (
    "ลำดับ,ชื่อชุดข้อมูล,รายละเอียด,หน่วยงาน,ผู้ขอ\n"
    "1,สถิติอุบัติเหตุทางถนน,รายอำเภอ,สำนักงาน roads,ภาคเอกชน\n"
    "2,=cmd|' /C calc'!A0,,กรมที่ไม่มีในระบบ,\n"
    ",คุณภาพน้ำประปา,,,\n"
)


def stored():
    model.Session.rollback()
    query = sa.select(DEMAND).order_by(DEMAND.c.number)
    return [dict(row) for row in model.Session.execute(query).mappings()]


def test_a_list_is_taken_in_once(api, people):
    arguments = {"year": "2567", "content": LIST}
    for user in (None, people.stranger, people.water_editor):
        api("pcio_demand_import", user, 403, **arguments)
    trial = api("pcio_demand_import", people.sysadmin, **arguments, dry_run=True)
    assert trial["counts"] == {"created": 3, "unchanged": 0, "refused": 0}
    assert (trial["written"], stored()) == (False, [])

    report = api("pcio_demand_import", people.sysadmin, **arguments)
    assert report["written"] is True
    assert [row["outcome"] for row in report["rows"]] == ["created"] * 3
    first, second, third = stored()
    assert (first["organization_id"], first["asker"]) == (people.roads["id"], "company")
    assert (second["organization_id"], second["office_named"]) == (None, "กรมที่ไม่มีในระบบ")
    assert {row["moderation"] for row in (first, second, third)} == {"public"}
    assert {row["year"] for row in (first, second, third)} == {2567}

    before = stored()
    again = api("pcio_demand_import", people.sysadmin, **arguments)
    assert again["counts"] == {"created": 0, "unchanged": 3, "refused": 0}
    assert stored() == before
    # The same list with its numbers lost, or given to the one that had none, brings nothing new.
    bare = "title\nสถิติอุบัติเหตุทางถนน\n คุณภาพน้ำประปา\n"
    numbered = "no,title\n3,คุณภาพน้ำประปา\n"
    for content in (bare, numbered):
        found = api("pcio_demand_import", people.sysadmin, year="2567", content=content)
        assert found["counts"]["created"] == 0
    # Another year is another list.
    other = api("pcio_demand_import", people.sysadmin, year="2568", content=bare)
    assert other["counts"]["created"] == 2


def test_one_wrong_row_keeps_the_whole_file_out(api, people):
    content = LIST + "4,,ไม่มีชื่อ,,\n"
    report = api("pcio_demand_import", people.sysadmin, year="2567", content=content)
    assert report["written"] is False
    assert report["counts"] == {"created": 3, "unchanged": 0, "refused": 1}
    assert "ไม่ได้ระบุ" in report["rows"][-1]["reason"]
    assert "ยังไม่ได้บันทึก" in report["conclusion"]
    assert stored() == []
    for year in ("2024", "", "ปีนี้"):
        error = api("pcio_demand_import", people.sysadmin, 409, year=year, content=LIST)
        assert error["year"]


def test_two_imports_at_once_bring_it_once(people, app):
    content = ("title\n" + "".join(f"ข้อมูล {n}\n" for n in range(50))).encode()
    model.Session.commit()

    def take(_number):
        try:
            return importing.take(content, 2567, dry_run=False).counts["created"]
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(4) as pool:
        created = list(pool.map(take, range(4)))
    assert sorted(created) == [0, 0, 0, 50]
    assert len(stored()) == 50


def test_the_largest_list(people, app):
    body = "".join(f"{n},ข้อมูลที่ {n} ของประชาชน,รายละเอียด\n" for n in range(5000))
    report = importing.take(f"no,title,detail\n{body}".encode(), 2567, dry_run=False)
    assert report.counts["created"] == len(stored()) == 5000


def test_the_page_checks_first_and_then_imports(app, people):
    boss = {"Authorization": people.sysadmin["token"]}
    assert app.get("/demand/import", status=403)
    editor = {"Authorization": people.water_editor["token"]}
    assert app.get("/demand/import", headers=editor, status=403)

    def send(content, name="list.csv", **data):
        upload = (io.BytesIO(content), name)
        answer = app.post(
            "/demand/import", data={"year": "2567", "upload": upload, **data}, headers=boss
        )
        assert answer.status_code == 200
        return BeautifulSoup(answer.body, "html.parser")

    page = send(LIST.encode("cp874"), dry_run="1")
    assert len(page.select(".pcio-table tbody tr")) == 3
    assert "นำเข้าได้ 3" in page.select_one("[aria-labelledby=report-heading]").text
    assert {row.text for row in page.select(".pcio-table .pcio-status")} == {"นำเข้าได้"}
    assert stored() == []
    page = send(LIST.encode("utf-8-sig"), dry_run="")
    assert "นำเข้า 3 รายการ" in page.select_one("#report-heading").text
    assert len(stored()) == 3
    page = send(b"PK\x03\x04 a workbook", "list.csv", dry_run="")
    assert "Excel" in page.select_one("#pcio-refusal").text
    answer = app.post("/demand/import", data={"year": "2567"}, headers=boss)
    assert "ว่างเปล่า" in BeautifulSoup(answer.body, "html.parser").select_one("#pcio-refusal").text


@pytest.mark.usefixtures("people")
def test_the_command(cli, tmp_path):
    from ckanext.pcio.cli import pcio

    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    command = ["demand", "import", str(path), "--lang", "th", "--year"]
    trial = cli.invoke(pcio, [*command, "2567", "--dry-run"])
    assert (trial.exit_code, stored()) == (0, [])
    assert "2. นำเข้า: สถิติอุบัติเหตุทางถนน" in trial.output
    done = cli.invoke(pcio, [*command, "2567"])
    assert done.exit_code == 0, done.output
    assert len(stored()) == 3
    for year in ("2024", "", "x"):
        wrong = cli.invoke(pcio, [*command, year])
        assert wrong.exit_code == 1
        assert "พุทธศักราช" in wrong.output
    path.write_text(LIST + "9,,,,\n", encoding="utf-8")
    refused = cli.invoke(pcio, [*command, "2567"])
    assert refused.exit_code == 1
    assert "ยังไม่ได้บันทึก" in refused.output
    path.write_bytes(b"%PDF-1.4")
    wrong = cli.invoke(pcio, [*command, "2567"])
    assert wrong.exit_code == 1
    assert "PDF" in wrong.output
    assert len(stored()) == 3
