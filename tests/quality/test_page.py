"""The action, and the dataset page's section for editors."""

from __future__ import annotations

from datetime import datetime, timezone

import bs4
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog.links.model import LINK
from ckanext.pcio.catalog.quality.helpers import pcio_quality
from tests.dashboard import builders
from tests.schema.records import mandatory


@pytest.fixture(scope="module")
def portal(reset_db, migrate_db_for, reset_index):
    """Two datasets of one office: one with a broken link, one with many files."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        office = factories.Organization(name="office", title="สำนักงานจังหวัด", image_url="")
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

        def create(name, number, **changes):
            record = mandatory(name=name, title=f"ข้อมูล {name}", owner_org=office["id"], **changes)
            record["resources"] = [
                {"name": f"ไฟล์ {place}", "url": f"https://x.example/{place}.pdf", "format": "PDF"}
                for place in range(number)
            ]
            return tk.get_action("package_create")({"ignore_auth": True, "user": user}, record)

        troubled = create("troubled", 2, data_category="ข้อมูลสาธารณะ")
        create("many", 25)
        create("secret", 1, private=True)
        with model.meta.engine.begin() as connection:
            connection.execute(
                sa.update(LINK)
                .where(LINK.c.resource_id == troubled["resources"][0]["id"])
                .values(
                    state="broken",
                    status=404,
                    reason="not_found",
                    failures=3,
                    checked_at=datetime(2026, 1, 5, 20, 0, tzinfo=timezone.utc),
                    answered_at=datetime(2025, 12, 30, 5, 0, tzinfo=timezone.utc),
                )
            )
        people = {}
        for role in ("editor", "member"):
            account = factories.UserWithToken()
            call_action(
                "organization_member_create", id="office", username=account["name"], role=role
            )
            people[role] = account["token"]
        people["stranger"] = factories.UserWithToken()["token"]
        client = connect_to_redis()
        for key in client.scan_iter("pcio:links:*"):
            client.delete(key)
        yield {
            "app": helpers._get_test_app(),
            "tokens": people,
            "troubled": troubled,
        }


def read(portal, path, role=None, **more):
    headers = {"Authorization": portal["tokens"][role]} if role else {}
    return portal["app"].get(path, headers=headers, **more)


def section(answer):
    return bs4.BeautifulSoup(answer.body, "html.parser").select_one(".pcio-quality")


class TestPage:
    def test_editors_see_what_to_mend_and_where(self, portal):
        found = section(read(portal, "/dataset/troubled", "editor"))
        first, _second = portal["troubled"]["resources"]
        text = found.get_text(" ", strip=True)
        assert "14 จาก 14" in text
        assert "ความถูกต้องและสมบูรณ์" in text
        assert "ตรงตามความต้องการของผู้ใช้ วัดจากบัญชีข้อมูลไม่ได้" in text
        assert "มรด. 8:2567" in text
        edit = f"/dataset/troubled/resource/{first['id']}/edit"
        assert found.select_one(f"#quality-links a[href$='{edit}#field-url']")
        assert found.select_one("details > #quality-links")
        assert found.select_one(f".pcio-quality-measures a[href$='{edit}#field-description']")
        link = found.select_one(".pcio-quality-links .pcio-quality-broken").get_text(
            " ", strip=True
        )
        assert "HTTP 404" in link
        assert "30 ธันวาคม 2568" in link
        assert "6 มกราคม 2569" in text  # a day in Thailand

    def test_in_english(self, portal):
        text = section(read(portal, "/en/dataset/troubled", "editor")).get_text(" ", strip=True)
        assert "Accuracy and completeness" in text
        assert "Relevancy cannot be measured here" in text
        assert "1 do not answer" in text

    @pytest.mark.parametrize("role", [None, "stranger", "member"])
    def test_nobody_else_does(self, portal, role):
        assert section(read(portal, "/dataset/troubled", role)) is None

    def test_a_dataset_without_files_says_what_to_do(self, portal):
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        record = mandatory(name="bare", title="ไม่มีไฟล์", owner_org="office")
        context = {"ignore_auth": True, "user": user}
        bare = tk.get_action("package_create")(context, {**record, "resources": []})
        text = section(read(portal, f"/dataset/{bare['name']}", "editor")).get_text(" ")
        assert "ยังไม่มีไฟล์" in text

    def test_as_many_statements_for_many_files_as_for_few(self, portal):
        statements = []
        counted = {}

        def count(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        sa.event.listen(model.meta.engine, "before_cursor_execute", count)
        try:
            for name in ("troubled", "many"):
                pkg = call_action("package_show", id=name)
                statements.clear()
                with portal["app"].flask_app.test_request_context():
                    found = pcio_quality(pkg)
                counted[name] = len(statements)
                assert len(found["links"]["addresses"]) == len(pkg["resources"])
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", count)
        assert counted["many"] == counted["troubled"] <= 4


class TestAction:
    def test_what_it_returns(self, portal):
        answer = read(portal, "/api/action/pcio_quality_show?id=troubled&lang=en", "editor")
        found = answer.json["result"]
        assert (found["filled"], found["total"]) == (14, 14)
        assert [each["code"] for each in found["dimensions"]] == ["AC", "CO", "RE", "TI", "AV"]
        relevancy = found["dimensions"][2]
        assert relevancy["score"] is relevancy["percent"] is None
        assert found["stars"]["table"] == "dga"
        assert found["links"]["counts"] == {
            "ok": 0,
            "broken": 1,
            "unknown": 0,
            "refused": 0,
            "unchecked": 1,
        }
        reachable = found["dimensions"][4]["measures"][-1]
        assert (reachable["numerator"], reachable["denominator"]) == (0, 1)
        assert "HTTP 404" in reachable["findings"][0]["message"]

    @pytest.mark.parametrize(
        ("role", "status"), [(None, 403), ("stranger", 403), ("member", 403), ("editor", 200)]
    )
    @pytest.mark.parametrize("name", ["troubled", "secret"])
    def test_who_is_told(self, portal, role, status, name):
        path = f"/api/action/pcio_quality_show?id={name}"
        assert read(portal, path, role, status=status)

    def test_a_dataset_that_is_not_there(self, portal):
        read(portal, "/api/action/pcio_quality_show?id=none", "editor", status=404)


class TestCheckAgain:
    def press(self, portal, role, name="troubled", **more):
        headers = {"Authorization": portal["tokens"][role]} if role else {}
        return portal["app"].post(f"/dataset/{name}/check-links", headers=headers, **more)

    def test_the_button_leads_back_to_the_page_and_not_twice(self, portal):
        first = self.press(portal, "editor", follow_redirects=False)
        assert first.status_code == 302
        assert first.headers["Location"].endswith("/dataset/troubled#quality-links")
        query = sa.select(sa.func.count()).where(LINK.c.next_at > sa.func.now())
        with model.meta.engine.connect() as connection:
            assert connection.execute(query).scalar() == 0
        again = self.press(portal, "editor")
        assert "เพิ่งตรวจสอบลิงก์ไป" in again.body

    @pytest.mark.parametrize("role", [None, "stranger", "member"])
    def test_nobody_else_may(self, portal, role):
        assert self.press(portal, role, status=403)

    def test_a_dataset_that_is_not_there(self, portal):
        self.press(portal, "editor", "none", status=404)

    def test_it_is_no_link(self, portal):
        read(portal, "/dataset/troubled/check-links", "editor", status=404)
