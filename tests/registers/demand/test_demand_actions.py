"""Asking, checking, answering and supporting, by every role, over the real stack."""

from __future__ import annotations

from datetime import timedelta

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.pcio.registers.demand.model import ANSWER, DEMAND, SUPPORT
from ckanext.pcio.standard.dates import today_in_thailand

NEXT_MONTH = (today_in_thailand() + timedelta(days=30)).isoformat()


def stored(table=DEMAND):
    model.Session.rollback()
    return [dict(row) for row in model.Session.execute(sa.select(table)).mappings()]


class TestAsking:
    def test_a_visitor_asks_and_nobody_sees_it_before_an_officer_has(self, api, people):
        asked = api("pcio_demand_create", title="น้ำท่วมรายตำบล", email="a@example.org")
        assert asked["state"] == "waiting"
        assert api("pcio_demand_list")["count"] == 0
        assert api("pcio_demand_list", people.stranger, state="waiting")["count"] == 0
        api("pcio_demand_show", status=404, id=asked["id"])
        # It asks no office, so it is every officer's.
        waiting = api("pcio_demand_list", people.roads_editor, state="waiting")
        assert [row["id"] for row in waiting["results"]] == [asked["id"]]
        api("pcio_demand_update", people.roads_editor, id=asked["id"], moderation="public")
        assert api("pcio_demand_list")["count"] == 1

    def test_the_address_of_the_asker_is_for_officers_it_concerns(self, api, people, make_demand):
        demand = make_demand(email="a@example.org", organization="water")
        for user in (None, people.stranger, people.roads_editor):
            shown = api("pcio_demand_show", user, id=demand["id"])
            listed = api("pcio_demand_list", user)["results"]
            assert "a@example.org" not in f"{shown}{listed}"
            assert shown["handles"] is False
        for user in (people.water_editor, people.sysadmin):
            assert api("pcio_demand_show", user, id=demand["id"])["email"] == "a@example.org"

    def test_one_that_asks_an_office_is_that_offices(self, api, people):
        asked = api("pcio_demand_create", title="ถนน", organization="roads")
        change = {"id": asked["id"], "moderation": "public"}
        api("pcio_demand_update", people.water_editor, 404, **change)
        api("pcio_demand_update", people.stranger, 404, **change)
        api("pcio_demand_update", None, 403, **change)
        assert api("pcio_demand_update", people.roads_editor, **change)["state"] == "open"

    def test_an_officer_corrects_and_passes_it_on(self, api, people):
        asked = api("pcio_demand_create", title="ถนน", organization="roads", year="2566")
        changed = api(
            "pcio_demand_update",
            people.roads_editor,
            id=asked["id"],
            title="ถนนลูกรัง",
            organization="water",
        )
        assert changed == {"id": asked["id"]}
        shown = api("pcio_demand_show", people.water_editor, id=asked["id"])
        assert (shown["title"], shown["year"]) == ("ถนนลูกรัง", 2566)
        assert shown["organization"] == {"name": "water", "title": "สำนักงาน water"}

    def test_bad_input_gets_a_thai_sentence_and_writes_nothing(self, api, people):
        for field, value in (
            ("title", ""),
            ("title", " \u200b \x00 "),
            ("title", "ก" * 301),
            ("title", ["a"]),
            ("title", {"a": 1}),
            ("title", "https://a.example https://b.example https://c.example"),
            ("description", "ก" * 4001),
            ("asker", "emperor"),
            ("year", "2024"),
            ("year", "๒๕"),
            ("email", "not an address"),
            ("email", "a@b.c\r\nBcc: d@e.f"),
            ("organization", "nowhere"),
        ):
            error = api("pcio_demand_create", None, 409, **{"title": "น้ำ", field: value})
            said = error[field][0]
            assert any("\u0e01" <= letter <= "\u0e5b" for letter in said), (field, value, said)
        assert stored() == []

    def test_strange_text_is_kept_as_text(self, api, people):
        for written, kept in (
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("ข้อมูล\x00น้ำ", "ข้อมูลน้ำ"),
            ("น้ำ 😀🏞️", "น้ำ 😀🏞️"),
            ("ครึ่ง \ud83d ตัว", "ครึ่ง ตัว"),
            ("=HYPERLINK(1)", "=HYPERLINK(1)"),
            ("%s {title} {{7*7}}", "%s {title} {{7*7}}"),
            ("\u202eกลับหลัง", "กลับหลัง"),
        ):
            asked = api("pcio_demand_create", people.sysadmin, title=written, purpose=written)
            row = api("pcio_demand_show", people.sysadmin, id=asked["id"])
            assert row["title"] == kept
            assert " ".join(row["purpose"].split()) == kept

    def test_strange_searches_find_nothing_and_break_nothing(self, api, make_demand):
        make_demand()
        for q in ("ก\x00", "ก\ud800", "%", "_", "'; drop table pcio_demand; --"):
            assert api("pcio_demand_list", q=q)["count"] == 0, q

    def test_ids_that_cannot_be(self, api, people):
        for bad, status in (("x\x00", 404), ("x" * 5000, 404), ("../..", 404), ("\ud800x", 404)):
            api("pcio_demand_show", None, status, id=bad)


class TestAnswering:
    def test_fulfilled_by_a_dataset(self, api, people, make_demand, make_dataset):
        dataset = make_dataset()
        demand = make_demand(organization="water")
        result = api(
            "pcio_demand_answer",
            people.water_editor,
            id=demand["id"],
            version=demand["version"],
            answer="fulfilled",
            dataset=dataset["name"],
            note="ขอบคุณที่แจ้ง",
        )
        assert result["warnings"] == []
        shown = api("pcio_demand_show", id=demand["id"])
        assert shown["state"] == "fulfilled"
        answer = shown["answer"]
        assert answer["dataset"]["id"] == dataset["id"]
        assert answer["dataset"]["open"] is True
        assert answer["available"] is True
        assert "answered_by" not in answer
        told = api("pcio_demand_show", people.water_editor, id=demand["id"])
        assert told["answer"]["answered_by"] == "คุณ water"

    def test_several_are_met_by_one_and_found_by_it(self, api, people, make_demand, make_dataset):
        dataset = make_dataset()
        for title in ("น้ำ", "น้ำประปา"):
            demand = make_demand(title)
            call_action(
                "pcio_demand_answer",
                id=demand["id"],
                version=demand["version"],
                answer="fulfilled",
                dataset=f"http://test.ckan.net/en/dataset/{dataset['name']}?x=1",
            )
        assert api("pcio_demand_list", dataset=dataset["id"])["count"] == 2
        assert api("pcio_demand_list", dataset=dataset["name"])["count"] == 2
        assert api("pcio_demand_list", dataset="other")["count"] == 0

    def test_a_dataset_that_is_not_open_is_taken_with_a_warning(
        self, api, people, make_demand, make_dataset
    ):
        dataset = make_dataset(private=True)
        demand = make_demand(organization="water")
        result = api(
            "pcio_demand_answer",
            people.water_editor,
            id=demand["id"],
            version=demand["version"],
            answer="fulfilled",
            dataset=dataset["id"],
        )
        assert len(result["warnings"]) == 2
        assert "แบบสำรวจไม่นับ" in result["warnings"][-1]
        assert result["answer"]["dataset"]["open"] is False
        # Who may not see the dataset learns neither its name nor its id.
        for user in (None, people.stranger, people.roads_editor):
            shown = api("pcio_demand_show", user, id=demand["id"])
            assert shown["answer"]["dataset"] is None
            assert shown["answer"]["available"] is False
            listed = api("pcio_demand_list", user)
            for secret in (dataset["id"], dataset["name"], dataset["title"]):
                assert secret not in f"{shown}{listed}"
            assert api("pcio_demand_list", user, dataset=dataset["id"])["count"] == 0

    def test_a_dataset_deleted_later(self, api, people, make_demand, make_dataset):
        dataset = make_dataset()
        demand = make_demand(organization="water")
        call_action(
            "pcio_demand_answer",
            id=demand["id"],
            version=demand["version"],
            answer="fulfilled",
            dataset=dataset["id"],
        )
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        call_action("package_delete", {"user": user}, id=dataset["id"])
        for user in (None, people.water_editor, people.sysadmin):
            shown = api("pcio_demand_show", user, id=demand["id"])
            assert shown["state"] == "fulfilled"
            assert shown["answer"]["dataset"] is None
            assert shown["answer"]["available"] is False

    def test_what_an_answer_lacks_is_said(self, api, people, make_demand):
        demand = make_demand(organization="water")
        for given, field in (
            ({"answer": "fulfilled"}, "dataset"),
            ({"answer": "fulfilled", "dataset": "nothing-of-this-name"}, "dataset"),
            ({"answer": "fulfilled", "url": "javascript:alert(1)"}, "url"),
            ({"answer": "fulfilled", "url": "ftp://x.example/a"}, "url"),
            ({"answer": "fulfilled", "url": "https://" + "a" * 2000}, "url"),
            ({"answer": "fulfilled", "url": "http://test.ckan.net/dataset/none"}, "dataset"),
            ({"answer": "fulfilled", "url": "https://a.example", "dataset": "x"}, "url"),
            ({"answer": "refused"}, "note"),
            ({"answer": "refused", "note": " "}, "note"),
            ({"answer": "preparing"}, "expected_on"),
            ({"answer": "preparing", "expected_on": "soon"}, "expected_on"),
            ({"answer": "preparing", "expected_on": "2020-01-01"}, "expected_on"),
            ({"answer": "maybe"}, "answer"),
            ({"answer": "refused", "note": "x", "version": "one"}, "version"),
        ):
            arguments = {"id": demand["id"], "version": demand["version"], **given}
            error = api("pcio_demand_answer", people.water_editor, 409, **arguments)
            assert field in error, given
        assert stored()[0]["answer"] is None
        assert stored(ANSWER) == []

    def test_the_author_may_not_name_what_he_may_not_see(
        self, api, people, make_demand, make_dataset
    ):
        secret = make_dataset("roads", private=True)
        demand = make_demand(organization="water")
        error = api(
            "pcio_demand_answer",
            people.water_editor,
            409,
            id=demand["id"],
            version=demand["version"],
            answer="fulfilled",
            dataset=secret["id"],
        )
        assert secret["title"] not in str(error)

    def test_who_may_answer(self, api, people, make_demand, make_dataset):
        own, other = make_dataset("water"), make_dataset("roads")
        demand = make_demand(organization="water")
        refusal = {"id": demand["id"], "version": 2, "answer": "refused", "note": "ไม่มี"}
        met = {"id": demand["id"], "version": 2, "answer": "fulfilled"}
        for user in (None, people.stranger, people.roads_editor):
            api("pcio_demand_answer", user, 403, **refusal)
            api("pcio_demand_answer", user, 403, **met, dataset=own["id"])
            api("pcio_demand_answer", user, 403, **refusal, dataset=other["id"])
        # The office of the dataset that meets it may say so, although another was asked.
        api("pcio_demand_answer", people.roads_editor, **met, dataset=other["id"])
        api("pcio_demand_answer", people.sysadmin, **{**refusal, "version": 3})

    def test_every_answer_is_kept_and_the_last_one_holds(self, api, people, make_demand):
        demand = make_demand(organization="water")
        api(
            "pcio_demand_answer",
            people.water_editor,
            id=demand["id"],
            version=2,
            answer="preparing",
            expected_on=NEXT_MONTH,
        )
        shown = api("pcio_demand_show", id=demand["id"])
        assert (shown["state"], shown["answer"]["expected_on"]) == ("preparing", NEXT_MONTH)
        api(
            "pcio_demand_answer",
            people.sysadmin,
            id=demand["id"],
            version=3,
            answer="fulfilled",
            url="https://data.example.go.th/water",
        )
        told = api("pcio_demand_show", people.water_editor, id=demand["id"])
        assert [row["kind"] for row in told["history"]] == ["preparing", "fulfilled"]
        assert told["history"][0]["answered_by"] == "คุณ water"
        assert told["answer"]["expected_on"] is None
        assert "history" not in api("pcio_demand_show", id=demand["id"])

    def test_the_second_of_two_answers_is_told(self, api, people, make_demand):
        demand = make_demand(organization="water")
        arguments = {"id": demand["id"], "version": 2, "answer": "refused"}
        api("pcio_demand_answer", people.water_editor, **arguments, note="ครั้งแรก")
        error = api("pcio_demand_answer", people.sysadmin, 409, **arguments, note="ครั้งที่สอง")
        assert "มีผู้อื่นแก้ไข" in error["version"][0]
        assert [row["note"] for row in stored(ANSWER)] == ["ครั้งแรก"]

    def test_what_is_not_published_is_not_answered(self, api, people, make_demand):
        demand = make_demand(moderation="hidden", organization="water")
        api(
            "pcio_demand_answer",
            people.water_editor,
            409,
            id=demand["id"],
            version=demand["version"],
            answer="refused",
            note="x",
        )

    def test_hiding_keeps_the_answer(self, api, people, make_demand):
        demand = make_demand(organization="water")
        api(
            "pcio_demand_answer",
            people.water_editor,
            id=demand["id"],
            version=2,
            answer="refused",
            note="ไม่มี",
        )
        hide = {"id": demand["id"], "moderation": "hidden"}
        assert api("pcio_demand_update", people.water_editor, **hide)["state"] == "hidden"
        api("pcio_demand_show", None, 404, id=demand["id"])
        back = {"id": demand["id"], "moderation": "public"}
        assert api("pcio_demand_update", people.water_editor, **back)["state"] == "refused"


class TestDeleting:
    def test_only_an_administrator_deletes_and_all_of_it_goes(self, api, people, make_demand):
        demand = make_demand(organization="water", email="a@example.org")
        api("pcio_demand_support", people.stranger, id=demand["id"])
        api(
            "pcio_demand_answer",
            people.water_editor,
            id=demand["id"],
            version=2,
            answer="refused",
            note="ไม่มี",
        )
        for user in (None, people.stranger, people.water_editor):
            api("pcio_demand_delete", user, 403, id=demand["id"])
        api("pcio_demand_delete", people.sysadmin, id=demand["id"])
        assert [stored(table) for table in (DEMAND, SUPPORT, ANSWER)] == [[], [], []]
        api("pcio_demand_delete", people.sysadmin, 404, id=demand["id"])


class TestSupporting:
    def test_a_login_supports_once_and_takes_it_back(self, api, people, make_demand):
        demand = make_demand()
        first = api("pcio_demand_support", people.stranger, id=demand["id"])
        assert first == {"supports": 1, "added": True}
        again = api("pcio_demand_support", people.stranger, id=demand["id"])
        assert again == {"supports": 1, "added": False}
        assert api("pcio_demand_show", people.stranger, id=demand["id"])["supported"] is True
        assert api("pcio_demand_show", id=demand["id"])["supported"] is False
        back = api("pcio_demand_unsupport", people.stranger, id=demand["id"])
        assert back == {"supports": 0, "removed": True}
        again = api("pcio_demand_unsupport", people.stranger, id=demand["id"])
        assert again == {"supports": 0, "removed": False}
        api("pcio_demand_unsupport", None, 403, id=demand["id"])

    def test_what_cannot_be_supported(self, api, people, make_demand):
        waiting = make_demand(moderation="waiting")
        api("pcio_demand_support", None, 404, id=waiting["id"])
        met = make_demand()
        call_action(
            "pcio_demand_answer",
            id=met["id"],
            version=2,
            answer="fulfilled",
            url="https://a.example",
        )
        error = api("pcio_demand_support", None, 409, id=met["id"])
        assert "สนับสนุนคำขอนี้ไม่ได้" in error["id"][0]
        assert api("pcio_demand_show", id=met["id"])["supports"] == 0
