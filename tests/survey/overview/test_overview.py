"""`/readiness/survey/<edition>` as its people meet it, from before it is open until it is locked.

The tests of the file stand in the order in which a survey goes.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from openpyxl import load_workbook

from ckanext.pcio.dashboard.workbench import overview_views
from ckanext.pcio.standard.dates import format_date, today_in_thailand
from ckanext.pcio.survey.response import reminding, store
from tests.dashboard.reading import number, statements
from tests.survey.question.conftest import ROLES, text
from tests.survey.response.conftest import EDITION, act

PATH = f"/readiness/survey/{EDITION}"
TEMPLATES = Path(overview_views.__file__).parents[2] / "templates" / "pcio" / "survey"
READ = ("", "/missing", "/missing.csv", "/missing.xlsx", "/history")
STEPS = ("/assign", "/accept", "/lock")
POSTS = (
    "/open", "/update", "/assign", "/unassign", "/remind", "/accept", "/lock", "/unlock",
)  # fmt: skip


def form_of(page, step):
    return page.select_one(f"form[method=post][action$='{step}']")


def contribute(who, office, name, answer, *, version=0, send=True):
    return act(
        who, "pcio_contribution_update", edition=EDITION, question=name, answer=answer,
        organization=office, version=version, send=send,
    )  # fmt: skip


class TestBefore:
    def test_the_page_says_what_will_happen_and_who_opens(self, browsers, people):
        page = browsers("secretary").get(PATH)
        assert "ยังไม่ได้เปิดแบบสำรวจ" in page.select_one(".pcio-empty h2").text
        proposed = [each.text for each in page.select(".pcio-survey-line .pcio-qid")]
        assert "P2.2.1.1" in proposed
        assert f"{len(proposed)} จาก 47 ข้อ" in text(page)
        assert not form_of(browsers("editor").get(PATH), "/open")
        assert "has not been opened" in text(browsers("member").get(f"/en{PATH}"))
        for below in ("/missing?whose=offices", "/history"):
            assert browsers("secretary").get(PATH + below).select_one(".pcio-empty h2")
        browsers("secretary").get(f"{PATH}/lock", status=302)

    def test_what_is_not_set_is_named(self, browsers, monkeypatch):
        names = ["ckanext.pcio.survey.secretary_organization",
                 "ckanext.pcio.survey.provincial_office", "smtp.mail_from"]  # fmt: skip
        for name in names:
            monkeypatch.setitem(tk.config, name, "")
        page = browsers("sysadmin").get(PATH)
        assert [each.text for each in page.select(".pcio-callout-warn code")] == names
        assert not browsers("editor").get(PATH).select(".pcio-callout-warn code")

    def test_it_is_opened_once_with_a_day(self, browsers):
        secretary = browsers("secretary")
        form = form_of(secretary.get(PATH), "/open")
        page = secretary.send(form, status=400, deadline="21/06/24")
        assert "21/06/24" in page.select_one(".pcio-refusal").text
        secretary.send(form, deadline="2024-06-21")
        page = secretary.get(PATH)
        assert "21 มิถุนายน 2567" in page.select_one(".pcio-title").text
        assert "เลยกำหนด" in page.select_one(".pcio-due-over").text
        page = secretary.send(form, status=400)
        assert "เปิดอยู่แล้ว" in page.select_one(".pcio-refusal").text

    def test_surveys_that_are_not_answered_here(self, browsers):
        for edition in ("pcio-9999", "egov-2560", "..%2f"):
            browsers("secretary").get(f"/readiness/survey/{edition}", status=404)


class TestWhoMay:
    @pytest.mark.parametrize("role", [each for each in ROLES if each != "other"])
    def test_pages(self, browsers, opened, role):
        who = browsers(role)
        reads = {"anonymous": 302, "stranger": 403}.get(role, 200)
        # What all of an office read is the same page to its editors and to a sysadmin.
        for path in READ if role in {"anonymous", "stranger", "member", "secretary"} else READ[:1]:
            who.get(PATH + path, status=reads)
            if role == "anonymous":
                assert "/user/login?came_from=" in who.answer.headers["Location"]
        leads = reads if reads != 200 or role in {"secretary", "sysadmin"} else 403
        for path in STEPS:
            who.get(PATH + path, status=leads)
        unlocks = {"anonymous": 302, "sysadmin": 302}.get(role, 403)
        who.get(f"{PATH}/unlock", status=unlocks)

    @pytest.mark.parametrize("role", ["anonymous", "stranger", "editor"])
    def test_forms(self, app, opened, role):
        headers = {} if role == "anonymous" else {"Authorization": opened[role]["token"]}
        before = act(opened["sysadmin"], "pcio_survey_show", edition=EDITION)
        for path in POSTS:
            data = {"version": before["version"], "questions": "G1", "organizations": "health"}
            answer = app.post(PATH + path, data=data, headers=headers, follow_redirects=False)
            assert answer.status_code == (302 if role == "anonymous" else 403), path
        model.Session.rollback()
        assert act(opened["sysadmin"], "pcio_survey_show", edition=EDITION) == before

    def test_unlocking_is_not_the_secretarys(self, app, opened):
        headers = {"Authorization": opened["secretary"]["token"]}
        app.post(f"{PATH}/unlock", headers=headers, status=403)

    def test_a_stranger_is_told_whom_to_ask(self, browsers):
        page = browsers("stranger").get(PATH, status=403)
        assert page.select(f"a[href$='{PATH}/form']")

    def test_a_form_of_another_site_changes_nothing(self, app, opened, monkeypatch):
        monkeypatch.setitem(app.flask_app.config, "WTF_CSRF_ENABLED", True)
        with app.flask_app.test_client() as client:
            client.get(PATH)
            for path in POSTS:
                assert client.post(PATH + path).status_code == 400, path

    def test_every_form_brings_its_token(self):
        found = 0
        for path in TEMPLATES.glob("overview*.html"):
            for form in path.read_text("utf-8").split('method="post"')[1:]:
                assert "h.csrf_input()" in form.partition("</form>")[0], path.name
                found += 1
        assert found >= len(POSTS)

    def test_who_reads_meets_no_form(self, browsers, opened):
        page = browsers("member").get(PATH)
        assert not [f for f in page.select("form[method=post]") if PATH in f.get("action", "")]
        assert "อ่านได้อย่างเดียว" in text(page)


class TestAsking:
    def test_the_usual_list_is_shown_before_anybody_is_asked(self, browsers, opened):
        secretary = browsers("secretary")
        act(
            opened["secretary"], "pcio_survey_unassign", edition=EDITION,
            organizations=["health", "transport"],
        )  # fmt: skip
        page = secretary.get(f"{PATH}/assign")
        rows = {row.th.text: [number(cell.text) for cell in row.select("td.pcio-n")]
                for row in page.select("tbody tr")}  # fmt: skip
        assert rows["สำนักงาน health"] == [33, 33]
        assert rows["สำนักงาน province"] == [47, 0]
        secretary.send(form_of(page, "/assign"))
        page = secretary.get(PATH)
        offices = page.select(".pcio-survey-offices tbody tr")
        assert [row.select_one("a").text for row in offices] == [
            "=สำนักงาน transport", "สำนักงาน health", "สำนักงาน province",
        ]  # fmt: skip
        assert "ครบทุกหน่วยงาน" in text(secretary.get(f"{PATH}/assign"))

    def test_without_a_provincial_office_the_rest_is_asked(self, browsers, opened, monkeypatch):
        monkeypatch.setitem(tk.config, "ckanext.pcio.survey.provincial_office", "")
        page = browsers("sysadmin").get(f"{PATH}/assign")
        assert "ckanext.pcio.survey.provincial_office" in page.select_one(".pcio-callout-warn").text
        assert {number(row.td.text) for row in page.select("tbody tr")} == {33}

    def test_chosen_questions_are_asked_and_taken_back(self, browsers, opened):
        secretary = browsers("secretary")
        form = secretary.get(f"{PATH}/assign").select("form.pcio-survey-step")[0]
        chosen = {"questions": ["G1", "P1.1"], "organizations": [opened["health"]["id"]]}
        secretary.send(form, "มอบหมาย", deadline="2024-06-30", **chosen)
        editor = text(browsers("editor").get(f"{PATH}?state=yours"))
        assert "35 ข้อ" in editor
        assert "30 มิถุนายน 2567" in editor
        secretary.send(form, "ถอน", **chosen)
        assert "33 ข้อ" in text(browsers("editor").get(f"{PATH}?state=yours"))

    def test_what_is_left_out_is_told(self, browsers, opened):
        secretary = browsers("secretary")
        form = secretary.get(f"{PATH}/assign").select("form.pcio-survey-step")[0]
        for given, button in (
            ({}, "มอบหมาย"),
            ({"questions": "G1"}, "มอบหมาย"),
            ({"organizations": "health"}, "ถอน"),
            ({"questions": "G1", "organizations": "health", "deadline": "x"}, "มอบหมาย"),
        ):
            page = secretary.send(form, button, status=400, **given)
            assert page.select_one(".pcio-refusal li"), given
        secretary.send(form, "ถอน", status=404, questions="G99", organizations="health")


class TestDeadlineAndNote:
    def test_the_second_of_two_is_told_and_loses_nothing(self, browsers, opened):
        secretary = browsers("secretary")
        old = form_of(secretary.get(PATH), "/update")
        day = today_in_thailand() + timedelta(days=5)
        secretary.send(old, deadline=day.isoformat(), note="ส่งภายในวันศุกร์")
        page = secretary.get(PATH)
        assert f"{format_date(day)} (เหลือ 5 วัน)" in text(page)
        page = secretary.send(old, status=400, note="ของอีกคน")
        assert page.select_one(".pcio-refusal li")
        form = form_of(page, "/update")
        assert form.select_one("textarea").text.strip() == "ของอีกคน"
        assert "ส่งภายในวันศุกร์" in form.text
        secretary.send(form, deadline=day.isoformat())
        assert "ของอีกคน" in browsers("editor").get(PATH).select_one(".pcio-callout").text


class TestStanding:
    def test_an_office_sees_what_is_left_until_when(self, browsers, opened):
        contribute(opened["editor"], "health", "P1.5", {"option": "none"}, send=False)
        contribute(opened["editor"], "health", "P1.5", {"option": "none"}, version=1)
        contribute(opened["editor"], "health", "P2.1.2", {"option": "none"}, send=False)
        page = browsers("editor").get(PATH)
        own = text(page.select_one(".pcio-survey-own"))
        assert "ส่งแล้ว 1 จาก 33 ข้อ" in own
        assert "ร่างไว้ยังไม่ส่ง 1 ข้อ" in own
        assert "เหลืออีก 32 ข้อ" in own
        first = page.select("#questions .pcio-survey-group")[0]
        assert {line.select_one(".pcio-qid").text for line in first.select("li")} == {"G3"}
        assert page.select_one(".pcio-survey-go a")["href"].endswith("/G3")

    def test_drafts_are_their_offices_own(self, browsers, opened):
        page = browsers("secretary").get(f"{PATH}?office=health&pillar=2")
        line = next(li for li in page.select(".pcio-survey-line")
                    if li.select_one(".pcio-qid").text == "P2.1.2")  # fmt: skip
        assert "ส่งแล้ว 0 จาก 3 หน่วยงาน" in text(line)
        health = next(row for row in page.select(".pcio-survey-offices tbody tr")
                      if "health" in row.th.text)  # fmt: skip
        assert [cell.text.split()[-1] for cell in health.select("td.pcio-n")] == ["33", "1", "32"]
        assert "ร่าง" not in text(line)

    def test_filters_lead_to_what_they_say(self, browsers, opened):
        page = browsers("secretary").get(PATH)
        options = page.select("#filter-state option")
        assert len(options) >= 3
        for option in options[1:2]:
            narrowed = browsers("secretary").get(f"{PATH}?state={option['value']}")
            count = number(narrowed.select_one(".pcio-result strong").text)
            assert len(narrowed.select("#questions .pcio-survey-line")) == count
            assert count == int(option.text.rpartition("(")[2].rstrip(")"))

    def test_the_page_asks_the_database_as_often_for_many_as_for_few(self, browsers, opened):
        def count():
            with statements() as seen:
                browsers("secretary").get(PATH)
                browsers("secretary").get(f"{PATH}/missing.csv?whose=offices")
            return len(seen)

        count()
        few = count()
        act(
            opened["secretary"], "pcio_answer_update", edition=EDITION, question="G2",
            answer={"option": "no"}, confirm=True,
        )  # fmt: skip
        contribute(opened["other"], "transport", "P1.5", {"option": "none"})
        assert count() == few


class TestOwingNothing:
    def test_an_office_that_was_deleted_is_not_waited_for_and_is_taken_back(self, browsers, opened):
        user = {"name": opened["other"]["name"], "capacity": "editor"}
        office = factories.Organization(title="สำนักงานที่ยุบไป", users=[user])
        one = {"edition": EDITION, "question": "P1.1"}
        for _twice in range(2):
            act(
                opened["secretary"], "pcio_survey_assign", edition=EDITION, questions=["P1.1"],
                organizations=[office["id"]],
            )  # fmt: skip
        before = act(opened["secretary"], "pcio_survey_show", **one)["questions"][0]["asked"]
        act(opened["sysadmin"], "organization_delete", id=office["id"])
        model.Session.expire_all()
        told = act(opened["secretary"], "pcio_survey_show", **one)["questions"][0]
        assert told["asked"] == before - 1
        assert [a["title"] for a in told["assignments"] if a["gone"]] == [office["title"]]
        assert office["id"] not in reminding.waiting(store.response(EDITION))

        secretary = browsers("secretary")
        rows = secretary.get(PATH).select(".pcio-survey-offices tbody tr")
        (row,) = [each for each in rows if office["title"] in each.text]
        assert "ลบแล้ว" in text(row)
        for path in ("missing", "history"):
            secretary.get(f"{PATH}/{path}?organization={office['id']}")
        form = form_of(row, "/unassign")
        secretary.send(form)
        assert office["title"] not in text(secretary.get(PATH).select_one("#offices"))
        # Sent twice it is one event, and no error.
        secretary.send(form, status=400)
        events = act(opened["secretary"], "pcio_survey_history", edition=EDITION)["results"]
        of_it = [each["kind"] for each in events if office["title"] in each["sentence"]]
        assert of_it == ["asked", "unasked"]

    def test_what_the_committee_has_answered_waits_for_no_office(self, browsers, opened):
        one = {"edition": EDITION, "question": "P5.2.1"}
        health = opened["health"]["id"]

        def waits():
            shown = act(opened["editor"], "pcio_survey_show", edition=EDITION)
            (office,) = [each for each in shown["offices"] if each["id"] == health]
            owed = act(opened["editor"], "pcio_survey_missing", edition=EDITION, whose="offices")
            found = [
                "P5.2.1" in office["waiting"],
                "P5.2.1" in reminding.waiting(store.response(EDITION)).get(health, ()),
                "P5.2.1" in [each["question"] for each in owed["results"]],
            ]
            assert ("P5.2.1" in office["settled"]) is not found[0]
            return found

        assert waits() == [True] * 3
        act(
            opened["secretary"], "pcio_answer_update", **one, answer={"option": "no"},
            confirm=True,
        )  # fmt: skip
        assert waits() == [False] * 3
        editor = browsers("editor")
        lines = editor.get(PATH).select(".pcio-survey-line")
        (line,) = [each for each in lines if each.select_one(".pcio-qid").text == "P5.2.1"]
        assert "ไม่จำเป็นต้องตอบแล้ว" in text(line)
        assert "ถึงคิวของท่าน" not in text(line)
        page = editor.get(f"{PATH}/question/P5.2.1")
        assert "ไม่จำเป็นต้องตอบอีก" in text(page.select_one("#answer"))
        # It may send one all the same; and is asked again where the answer is open again.
        assert contribute(opened["editor"], "health", "P5.2.1", {"option": "no"})["version"] == 1
        act(opened["secretary"], "pcio_answer_reopen", **one, version=1)
        left = reminding.waiting(store.response(EDITION))
        assert "P5.2.1" in left[opened["transport"]["id"]]
        assert "P5.2.1" not in left[health]


class TestReminding:
    def test_who_was_written_to_when_and_who_could_not(self, browsers, opened, mail_server):
        secretary = browsers("secretary")
        page = secretary.get(PATH)
        buttons = page.select(".pcio-survey-offices form")
        assert len(buttons) == 3
        secretary.send(buttons[1])
        assert "กำลังส่งอีเมลถึง 1 หน่วยงาน" in text(secretary.get(PATH))
        reminding.write(EDITION, [opened["health"]["id"]], "http://portal/x")
        assert len(mail_server.get_smtp_messages()) == 1
        health = secretary.get(PATH).select(".pcio-survey-offices tbody tr")[1]
        assert format_date(today_in_thailand()) in text(health.select("td")[-1])

    def test_a_letter_that_could_not_be_sent_is_told(self, browsers, opened, monkeypatch):
        monkeypatch.setitem(tk.config, "smtp.server", "127.0.0.1:1")
        reminding.write(EDITION, [opened["transport"]["id"]], "http://portal/x")
        secretary = browsers("secretary")
        transport = secretary.get(PATH).select(".pcio-survey-offices tbody tr")[0]
        assert "ส่งอีเมลไม่สำเร็จ" in transport.text
        rows = store.assignments(store.response(EDITION)["id"])
        transports = [r for r in rows if r["organization_id"] == opened["transport"]["id"]]
        assert not any(row["reminded_at"] for row in transports)

    def test_nothing_pretends_to_work_where_mail_is_off(self, browsers, opened, monkeypatch):
        form = browsers("secretary").get(PATH).select(".pcio-survey-offices form")[0]
        monkeypatch.setitem(tk.config, "smtp.mail_from", "")
        page = browsers("secretary").get(PATH)
        assert not page.select("form[action$='/remind']")
        assert "smtp.mail_from" in text(page)
        browsers("secretary").send(form)


class TestAccepting:
    def test_proposals_are_read_before_they_are_confirmed(self, browsers, opened):
        secretary = browsers("secretary")
        page = secretary.get(f"{PATH}/accept")
        article = next(each for each in page.select("article")
                       if each.select_one(".pcio-qid").text == "P2.2.1.1")  # fmt: skip
        assert article.select(".pcio-reasons li")
        assert article.select_one("input[name=questions]").has_attr("checked")
        # Somebody writes a draft meanwhile, so what was seen is no more.
        draft = {"option": "partial", "values": {"metadata": True}}
        act(
            opened["secretary"], "pcio_answer_update", edition=EDITION, question="P2.2.1.1",
            answer=draft,
        )  # fmt: skip
        form = page.select_one("form.pcio-survey-step")
        again = secretary.send(form, status=400, questions=["P2.2.1.1", "P2.2.2"])
        assert "P2.2.1.1" in again.select_one(".pcio-refusal").text
        shown = act(opened["secretary"], "pcio_survey_show", edition=EDITION)["questions"]
        states = {each["id"]: each["state"] for each in shown}
        assert (states["P2.2.1.1"], states["P2.2.2"]) == ("draft", "none")

        fresh = secretary.get(f"{PATH}/accept")
        boxes = {box["value"]: box.has_attr("checked") for box in
                 fresh.select("input[name=questions]")}  # fmt: skip
        assert not boxes["P2.2.1.1"]
        form = fresh.select_one("form.pcio-survey-step")
        secretary.send(form, questions=["P2.2.1.1", "P2.2.2"])
        # Sent twice: told in a sentence, and confirmed once.
        secretary.send(form, questions=["P2.2.1.1", "P2.2.2"])
        assert "ยืนยันไว้ก่อนแล้ว" in text(secretary.get(PATH))
        told = act(opened["secretary"], "pcio_survey_history", edition=EDITION)["results"]
        events = [(each["kind"], each["question"]) for each in told]
        assert events.count(("confirmed", "P2.2.2")) == 1
        done = text(secretary.get(f"{PATH}?state=ready"))
        assert "P2.2.2" in done
        rest = secretary.get(f"{PATH}/accept")
        assert "P2.2.1.1" not in [each["value"] for each in rest.select("[name=questions]")]

    def test_nothing_chosen_is_told(self, browsers, opened):
        secretary = browsers("secretary")
        form = secretary.get(f"{PATH}/accept").select_one("form.pcio-survey-step")
        page = secretary.send(form, status=400, questions=None)
        assert page.select_one(".pcio-refusal li")


class TestMissing:
    def test_each_line_leads_to_its_place(self, browsers, opened):
        answer = {"option": "yes"}
        act(
            opened["secretary"], "pcio_answer_update", edition=EDITION, question="G1",
            answer=answer, confirm=True,
        )  # fmt: skip
        page = browsers("secretary").get(f"{PATH}/missing")
        links = [a["href"] for a in page.select(".pcio-survey-list a")]
        assert any(link.endswith("/question/G1#place-yes") for link in links)
        assert not any("P2.2.2" in link for link in links)
        assert number(page.select_one(".pcio-result strong").text) == len(links)

    def test_an_office_downloads_its_own_list(self, browsers, opened):
        editor = browsers("editor")
        editor.get(f"{PATH}/missing.csv")
        content = editor.answer.data.decode("utf-8")
        assert content.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))
        assert rows[0] == [
            "หน่วยงาน", "ข้อ", "ข้อความคำถาม", "สิ่งที่ต้องทำ", "ตำแหน่งในแบบ", "ที่อยู่เว็บ",
        ]  # fmt: skip
        assert {row[0] for row in rows[1:]} == {"สำนักงาน health"}
        by_question = {row[1]: row for row in rows[1:]}
        assert "P1.5" not in by_question
        assert by_question["P2.1.2"][3] == "ส่งคำตอบ"
        assert by_question["P7.1"][2].startswith("จังหวัดของท่าน")
        assert by_question["P7.1"][3:5] == ["ตอบคำถาม", ""]
        assert by_question["P7.1"][5].startswith("http")
        assert by_question["P7.1"][5].endswith("/question/P7.1")
        assert editor.answer.headers["Cache-Control"] == "private, no-store"

    def test_the_workbook_holds_the_same_and_no_formula(self, browsers, opened):
        secretary = browsers("secretary")
        secretary.get(f"{PATH}/missing.xlsx?organization=transport")
        sheet = load_workbook(io.BytesIO(secretary.answer.data)).active
        lines = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
        secretary.get(f"{PATH}/missing.csv?organization=transport")
        text_of_it = secretary.answer.data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text_of_it, newline="")))
        assert lines == rows
        assert rows[1][0] == "'=สำนักงาน transport"
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}

    def test_others_lists_are_theirs(self, browsers, opened):
        other = browsers("other")
        page = other.get(f"{PATH}/missing?organization=health")
        assert "health" not in page.select_one("#content, .pcio-page-main").text
        assert "เฉพาะ" not in page.select_one(".pcio-result").text

    def test_everything_is_there(self, browsers, opened):
        act(
            opened["secretary"], "pcio_survey_unassign", edition=EDITION,
            organizations=["transport"],
        )  # fmt: skip
        act(
            opened["secretary"], "pcio_survey_assign", edition=EDITION, questions=["P1.5"],
            organizations=["transport"],
        )  # fmt: skip
        page = browsers("other").get(f"{PATH}/missing")
        assert "ครบถ้วนแล้ว" in page.select_one(".pcio-empty h2").text
        assert "ส่งคำตอบครบทุกข้อแล้ว" in text(browsers("other").get(PATH))


class TestHistory:
    def test_each_reads_what_is_for_him(self, browsers, opened):
        def sentences(role, path=""):
            page = browsers(role).get(f"/en{PATH}/history{path}")
            return [" ".join(p.text.split()) for p in page.select(".pcio-survey-events p")]

        mine = "sent the answer of สำนักงาน health to P1.5."
        draft = "wrote a draft of สำนักงาน health for P2.1.2."
        for role, sent, drafted in (
            ("editor", True, True), ("secretary", True, False), ("other", False, False),
        ):  # fmt: skip
            told = sentences(role)
            assert any(mine in each for each in told) is sent, role
            assert any(draft in each for each in told) is drafted, role
            assert any("confirmed P2.2.2" in each for each in told), role
        assert any("opened the survey" in each for each in sentences("member"))
        about = sentences("secretary", "?question=G1")
        assert about
        assert all("G1" in each for each in about)
        of_office = sentences("secretary", "?organization=health")
        assert any(mine in each for each in of_office)
        assert any("questions to" in each for each in of_office)
        assert not any("P2.2.2" in each for each in of_office)

    def test_pages(self, browsers, opened, monkeypatch):
        monkeypatch.setattr("ckanext.pcio.dashboard.workbench.history_page.PAGE_SIZE", 12)
        page = browsers("secretary").get(f"{PATH}/history")
        assert len(page.select(".pcio-survey-events li")) == 12
        count = number(page.select_one(".pcio-result strong").text)
        seen = 12
        while following := page.select_one("a[rel=next]"):
            page = browsers("secretary").get(following["href"])
            seen += len(page.select(".pcio-survey-events li"))
        assert seen == count
        late = browsers("secretary").get(f"{PATH}/history?page=99")
        assert late.select_one(".pcio-empty a")


class TestLocking:
    def test_the_page_lists_what_is_not_ready(self, browsers, opened):
        secretary = browsers("secretary")
        page = secretary.get(f"{PATH}/lock")
        listed = [each.text for each in page.select(".pcio-survey-line .pcio-qid")]
        assert "G1" in listed
        assert "P2.2.2" not in listed
        assert f"ยังไม่พร้อม {len(listed)} ข้อ" in text(form_of(page, "/lock"))
        again = secretary.send(form_of(page, "/lock"), status=400, version="1")
        assert again.select_one(".pcio-refusal li")
        secretary.send(form_of(again, "/lock"))
        # Sent twice: told in a sentence, and locked once.
        secretary.send(form_of(again, "/lock"))
        assert "ล็อก" in text(secretary.get(PATH).select_one(".flash-messages"))
        told = act(opened["secretary"], "pcio_survey_history", edition=EDITION)["results"]
        assert [each["kind"] for each in told].count("locked") == 1

        shown = act(opened["secretary"], "pcio_survey_show", edition=EDITION)
        for role in ("secretary", "editor", "member"):
            page = browsers(role).get(PATH)
            notice = text(page.select_one("[role=status]"))
            assert shown["sha256"] in notice, role
            assert shown["locked_by"] in notice
            assert not [f for f in page.select("form[method=post]") if PATH in f["action"]]
            assert page.select(".pcio-survey-exports a"), role
        secretary.get(f"{PATH}/lock", status=302)
        form = form_of(again, "/update")
        assert form is None

    def test_a_sysadmin_opens_it_again_with_a_reason(self, browsers, opened):
        sysadmin = browsers("sysadmin")
        assert sysadmin.get(PATH).select(f"a[href='{PATH}/unlock']")
        assert not browsers("secretary").get(PATH).select(f"a[href='{PATH}/unlock']")
        form = form_of(sysadmin.get(f"{PATH}/unlock"), "/unlock")
        page = sysadmin.send(form, status=400, reason="")
        assert page.select_one(".pcio-refusal li")
        page = sysadmin.send(form, status=400, reason="แก้ตามมติ", version="1")
        assert form_of(page, "/unlock").select_one("textarea").text.strip() == "แก้ตามมติ"
        sysadmin.send(form_of(page, "/unlock"))
        assert "แก้ตามมติ" in text(sysadmin.get(f"{PATH}/history"))
        assert form_of(browsers("secretary").get(PATH), "/update")
