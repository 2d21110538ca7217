"""The page of one question, in every role: what is shown, saved, refused and given out."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.pcio.dashboard.workbench import question_evidence
from ckanext.pcio.survey.filled import FilledAnswer, FilledForm
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import every_evidence_place
from ckanext.pcio.survey.response import evidence as kept_files
from ckanext.pcio.survey.response.access import Person
from ckanext.pcio.survey.response.around import around
from tests.dashboard.reading import statements
from tests.survey.response.conftest import EDITION, PDF, act
from tests.survey.response.conftest import pdf as upload

from .conftest import ROLES, Browser, form, make_dataset, text, told


def pdf(name="มติที่ประชุม.pdf", content=PDF):
    return (io.BytesIO(content), name)


def contribute(people, question, answer, *, who="editor", office="health", version=0, **more):
    return act(
        people[who], "pcio_contribution_update", edition=EDITION, question=question,
        organization=office, answer=answer, version=version, **{"send": True, **more},
    )  # fmt: skip


class TestWhoSeesWhat:
    @pytest.mark.parametrize("role", ROLES)
    def test_the_page_in_each_role(self, browsers, role):
        browser: Browser = browsers(role)
        if role == "anonymous":
            browser.get("P2.1.5.1", 302)
            assert "/user/login" in browser.answer.headers["Location"]
            return
        if role == "stranger":
            assert "สังกัดหน่วยงาน" in text(browser.get("P2.1.5.1", 403))
            return
        page = browser.get("P2.1.5.1")
        assert "P2.1.5.1" in page.select_one("h1").text
        forms = [each["action"] for each in page.select("form.pcio-question-form")]
        kind = {"member": "", "editor": "/contribution/", "other": "/contribution/"}
        wanted = kind.get(role, "/answer")
        assert [wanted in action for action in forms] == ([True] if wanted else [])
        assert bool(page.select("#offices")) is (role in ("secretary", "sysadmin"))

    def test_changes_in_the_name_of_others_are_refused(self, browsers, people):
        """Who may is in the tests below; which action each role may call, in the table of roles."""
        address = f"/readiness/survey/{EDITION}/question/P2.1.5.2"
        office = f"{address}/contribution/{people['health']['id']}"
        refused = {"anonymous": 302, "stranger": 403, "member": 403, "other": 403}
        for role, status in refused.items():
            browser = browsers(role)
            for url in (f"{address}/answer", f"{address}/reopen", office):
                answer = browser.app.post(url, headers=browser.headers, follow_redirects=False)
                # A form of an office comes back, with what was written and why it was not taken.
                expected = 400 if status == 403 and url == office and role != "stranger" else status
                assert answer.status_code == expected, (role, url)
        assert told(people["secretary"], "P2.1.5.2")["contributions"] == []

    def test_a_wrong_address(self, browsers):
        wrong = ((EDITION, "P9.9"), ("none", "G1"), ("egov-2560", "G1"), (EDITION, "%00"))
        for edition, question in (*wrong, (EDITION, "%20G1"), (f"%20{EDITION}", "G1")):
            browsers("secretary").get(f"/readiness/survey/{edition}/question/{question}", 404)

    def test_every_question_is_reachable_in_the_forms_order(self):
        instrument = load_instrument(EDITION)
        blank = from_assessment_of_nothing(instrument)
        reader = Person("", secretary=False, belongs=frozenset("a"), contributes=frozenset())
        order = [each.id for each in instrument.questions]
        for number, asked in enumerate(instrument.questions):
            found = around(instrument, asked, blank, None, reader)
            assert found["previous"] == (order[number - 1] if number else None)
            assert found["next"] == (order[number + 1] if number < len(order) - 1 else None)
            assert found["next_waiting"] is None

    def test_an_office_reads_how_far_it_is_itself(self, browsers, people):
        def stands(role):
            return text(browsers(role).get("P2.1.4.1").select_one(".pcio-question-head .pcio-meta"))

        assert "หน่วยงานของท่าน: ยังไม่ได้ตอบ" in stands("editor")
        contribute(people, "P2.1.4.1", {"values": {}}, send=False)
        assert "หน่วยงานของท่าน: ร่างไว้ ยังไม่ส่ง" in stands("editor")
        contribute(people, "P2.1.4.1", {"values": {}}, version=1)
        for role in ("editor", "member"):
            assert "หน่วยงานของท่าน: ส่งแล้ว · จังหวัด: ยังไม่ได้ตอบ" in stands(role)
        assert "หน่วยงานของท่าน" not in stands("secretary")

    def test_nothing_is_neither_confirmed_nor_sent(self, browsers, people):
        secretary, officer = browsers("secretary"), browsers("editor")
        page = secretary.send(form(secretary.get("P4.5.1")), "ยืนยันคำตอบ", 400)
        assert "ยังไม่ได้ตอบ จึงยังยืนยันไม่ได้" in text(page.select_one("#refusal"))
        assert told(people["secretary"], "P4.5.1")["state"] == "none"
        page = officer.send(form(officer.get("P5.2.1")), "ส่ง", 400)
        assert "ยังไม่ได้ตอบ โปรดตอบ" in text(page.select_one("#refusal"))
        officer.send(form(officer.get("P5.2.1")), "ส่ง", note="ไม่เกี่ยวข้องกับหน่วยงาน")
        (given,) = told(people["secretary"], "P5.2.1")["contributions"]
        assert given["note"] == "ไม่เกี่ยวข้องกับหน่วยงาน"

    def test_it_costs_the_same_for_any_number_of_offices(self, browsers, people):
        browser = browsers("secretary")
        browser.get("P6.2.2")
        with statements() as before:
            browser.get("P6.2.2")
        for who, office in (("editor", "health"), ("other", "transport")):
            contribute(people, "P6.2.2", {"values": {}}, who=who, office=office)
        with statements() as after:
            browser.get("P6.2.2")
        assert len(after) <= len(before) + 1, (len(before), len(after))


class TestProposal:
    def test_shown_used_and_started_from(self, browsers, people):
        secretary = browsers("secretary")
        page = secretary.get("P2.2.3.1")
        assert page.select("#proposal .pcio-reasons li")
        begun = form(secretary.get("P2.2.3.1?from=proposal"))
        chosen = begun.select("input[type=radio][checked]")
        proposed = told(people["secretary"], "P2.2.3.1")["proposal"]
        assert [each["value"] for each in chosen if each["name"] == "answer-option"] == [
            proposed["option"]
        ]
        (use,) = [f for f in page.select("#proposal form") if f.select("[name=digest]")]
        secretary.send(use, "ใช้คำตอบที่เสนอ")
        answer = told(people["secretary"], "P2.2.3.1")
        assert (answer["state"], answer["origin"]) == ("confirmed", "proposal")

    def test_what_was_not_seen_is_not_used(self, browsers, people):
        secretary = browsers("secretary")
        (use,) = [
            f
            for f in secretary.get("P2.2.1.1").select("#proposal form")
            if f.select("[name=digest]")
        ]
        page = secretary.send(use, "ใช้คำตอบที่เสนอ", status=400, digest="another")
        assert "เสนอคำตอบอื่นแล้ว" in text(page.select_one(".pcio-refusal"))
        assert told(people["secretary"], "P2.2.1.1")["state"] == "none"

    def test_datasets_a_reader_may_not_see_are_only_counted(self, browsers):
        assert "ข้อมูล hidden" in text(browsers("secretary").get("P2.2.1.1"))
        page = browsers("other").get("P2.2.1.1")
        assert "ข้อมูล hidden" not in text(page)
        assert "1 ชุดเป็นของหน่วยงานอื่น" in text(page.select_one("#proposal"))

    def test_an_override_needs_its_reason_and_keeps_what_was_chosen(self, browsers, people):
        secretary = browsers("secretary")
        begun = form(secretary.get("P2.2.2"))
        changes = {"answer-option": "no"}
        proposed = told(people["secretary"], "P2.2.2")["proposal"]["option"]
        if proposed == "no":
            changes = {"answer-option": "yes"}
        page = secretary.send(begun, "ยืนยันคำตอบ", status=400, **changes)
        again = form(page)
        assert again.select_one("#form-reason")["aria-invalid"] == "true"
        assert again.select_one("#form-reason-problem").text
        chosen = again.select_one("input[name=answer-option][checked]")
        assert chosen["value"] == changes["answer-option"]
        assert page.select("#proposal .pcio-form-text")
        secretary.send(again, "ยืนยันคำตอบ", reason="ที่ประชุมมีมติ")
        answer = told(people["secretary"], "P2.2.2")
        assert (answer["origin"], answer["reason"]) == ("override", "ที่ประชุมมีมติ")
        shown = secretary.get("P2.2.2")
        assert "ที่ประชุมมีมติ" in text(shown.select_one("#answer"))
        # Read only until it is reopened.
        assert not shown.select("form.pcio-question-form [name=answer-option]")
        (reopen,) = [f for f in shown.select("form") if f["action"].endswith("/reopen")]
        secretary.send(reopen, "เปิดคำตอบ")
        assert told(people["secretary"], "P2.2.2")["state"] == "draft"


class TestConflict:
    def test_the_second_of_two_sees_both_texts_and_loses_nothing(self, browsers, people):
        first, second = browsers("secretary"), browsers("sysadmin")
        mine, theirs = form(first.get("G1")), form(second.get("G1"))
        first.send(
            mine, "บันทึกเป็นฉบับร่าง", **{"answer-option": "no", "answer-option/no/reason": "ข้อความแรก"}
        )
        page = second.send(
            theirs, "ยืนยันคำตอบ", status=409,
            **{
                "answer-option": "yes",
                "evidence:yes:file": pdf("คำสั่ง.pdf"),
                "evidence:yes:passage": "หน้า 2",
            },
        )  # fmt: skip
        compared = page.select(".pcio-side-by-side > .pcio-answer")
        assert "ข้อความแรก" in text(compared[0])
        assert "มี (แนบเอกสารหลักฐาน)" in text(compared[1])
        again = form(page)
        assert again.select_one("input[name=answer-option][checked]")["value"] == "yes"
        assert again.select_one("[name=version]")["value"] == "1"
        # The file was kept, and stands at its place.
        assert "คำสั่ง.pdf" in text(again.select_one(".pcio-pieces"))
        assert told(people["secretary"], "G1")["answer"]["option"] == "no"
        second.send(again, "ยืนยันคำตอบ")
        answer = told(people["secretary"], "G1")
        assert (answer["answer"]["option"], answer["state"], answer["missing"]) == (
            "yes",
            "confirmed",
            [],
        )
        history = text(first.get("G1/history"))
        assert "ข้อความแรก" in history

    def test_the_same_sent_twice_is_no_conflict(self, browsers, people):
        secretary = browsers("secretary")
        begun = form(secretary.get("P1.1"))
        option = begun.select_one("input[name=answer-option]")["value"]
        for _ in range(2):
            secretary.send(begun, "บันทึกเป็นฉบับร่าง", **{"answer-option": option})
        assert told(people["secretary"], "P1.1")["version"] == 1

    def test_of_two_colleagues_of_an_office(self, browsers, people):
        editor = browsers("editor")
        begun = form(editor.get("P5.3.1"))
        values = [each["value"] for each in begun.select("input[name$=-option]")]
        name = begun.select_one("input[name$=-option]")["name"]
        editor.send(begun, "บันทึกเป็นฉบับร่าง", note="ของคนแรก", **{name: values[0]})
        page = editor.send(
            begun, "ส่งให้ฝ่ายเลขานุการ", status=409, note="ของคนที่สอง", **{name: values[1]}
        )
        assert "ของคนแรก" in text(page.select_one(".pcio-side-by-side"))
        assert form(page).select_one("[name=note]").text.strip() == "ของคนที่สอง"
        editor.send(form(page), "ส่งให้ฝ่ายเลขานุการ")
        given = told(people["secretary"], "P5.3.1")["contributions"]
        assert [each["note"] for each in given] == ["ของคนที่สอง"]


class TestRefusals:
    def test_each_stands_at_its_place_and_the_rest_is_kept(self, browsers, people):
        secretary = browsers("secretary")
        begun = form(secretary.get("P4.1.1"))
        numbers = [each["name"] for each in begun.select("input[inputmode=decimal]")]
        changes = {"answer-option": "known", numbers[0]: "หลายชุด"}
        page = secretary.send(begun, "บันทึกเป็นฉบับร่าง", status=400, **changes)
        wrong = form(page).select_one(f"[name='{numbers[0]}']")
        assert (wrong["value"], wrong["aria-invalid"]) == ("หลายชุด", "true")
        said = [page.find(id=each).text for each in wrong["aria-describedby"].split()]
        assert any("หลายชุด" in each for each in said)
        (link,) = page.select(".pcio-refusal li a")
        assert page.find(id=link["href"].removeprefix("#"))

    def test_files_at_their_place(self, browsers, people, monkeypatch):
        monkeypatch.setitem(tk.config, "ckanext.pcio.survey.evidence_max_mb", 1)
        tries = (
            ("มติ.exe", b"MZ\x90\x00", "exe"),
            ("มติ.pdf", b"<html><script>alert(1)</script></html>", "text/html"),
            ("มติ.pdf", b"", "ว่าง"),
            ("มติ.pdf", PDF + b"0" * (1 << 20), "1 MB"),
        )
        secretary = browsers("secretary")
        before = set(kept_files.path_of("x").parent.iterdir())
        page = secretary.send(
            form(secretary.get("G2")), "บันทึกเป็นฉบับร่าง", status=400,
            **{
                "answer-option": "yes",
                "answer-option/yes/resolution": "มติ 1",
                "evidence:yes:file": [pdf(name, content) for name, content, _said in tries],
            },
        )  # fmt: skip
        problem = text(page.find(id="place-yes").select_one(".pcio-problem"))
        assert all(said in problem for _name, _content, said in tries), problem
        assert "เลือกใหม่" in text(page.select_one(".pcio-refusal"))
        assert set(kept_files.path_of("x").parent.iterdir()) == before
        # The answer itself was saved, which is told, and stands in the form.
        assert "บันทึกคำตอบแล้ว แต่" in text(page.select_one(".pcio-refusal h2"))
        assert told(people["secretary"], "G2")["version"] == 1
        assert form(page).select_one("[name$=resolution]").text.strip() == "มติ 1"

    def test_evidence_the_chosen_answer_does_not_ask_is_told_and_not_kept(self, browsers, people):
        secretary = browsers("secretary")
        before = set(kept_files.path_of("x").parent.iterdir())
        page = secretary.send(
            form(secretary.get("P1.3")), "บันทึกเป็นฉบับร่าง", status=400,
            **{"answer-option": "none", f"evidence:{first_place('P1.3')}:file": pdf()},
        )  # fmt: skip
        assert "ไม่ได้เก็บหลักฐาน" in text(page.select_one(".pcio-refusal"))
        assert told(people["secretary"], "P1.3")["evidence"] == []
        assert set(kept_files.path_of("x").parent.iterdir()) == before

    def test_a_full_disk(self, browsers, people, monkeypatch):
        def full(*_args):
            raise OSError(28, "No space left on device")

        secretary = browsers("secretary")
        begun = form(secretary.get("P2.1.1"))
        before = set(kept_files.path_of("x").parent.iterdir())
        monkeypatch.setattr(kept_files.os, "fsync", full)
        option = begun.select("input[type=file]")[0]["name"].split(":")[1]
        page = secretary.send(
            begun, "บันทึกเป็นฉบับร่าง", status=400,
            **{"answer-option": option, f"evidence:{option}:file": pdf()},
        )  # fmt: skip
        assert "ผู้ดูแลระบบ" in text(page.select_one(".pcio-problem"))
        assert set(kept_files.path_of("x").parent.iterdir()) == before
        assert told(people["secretary"], "P2.1.1")["evidence"] == []

    def test_two_uploads_at_once_and_names_that_deceive(self, browsers, people):
        secretary = browsers("secretary")
        begun = form(secretary.get("P2.1.4.1"))
        places = [each["name"].split(":")[1] for each in begun.select("input[type=file]")]
        files = [pdf("../../" + "ก" * 300 + ".pdf"), pdf("a\u202efdp.pdf")]
        secretary.send(
            begun, "บันทึกเป็นฉบับร่าง",
            **{"answer-option": places[0], f"evidence:{places[0]}:file": files},
        )  # fmt: skip
        names = [each["name"] for each in told(people["secretary"], "P2.1.4.1")["evidence"]]
        assert names == ["ก" * 146 + ".pdf", "a_fdp.pdf"]


class TestOffices:
    def test_an_office_saves_sends_and_takes_back(self, browsers, people):
        editor = browsers("editor")
        begun = form(editor.get("P2.1.1"))
        name = begun.select_one("input[name$=-option]")["name"]
        place = begun.select("input[type=file]")[0]["name"].split(":")[1]
        editor.send(
            begun, "บันทึกเป็นฉบับร่าง", **{name: place, f"evidence:{place}:file": pdf("ร่าง.pdf")}
        )
        # The draft and its file are the office's alone.
        (piece,) = told(people["editor"], "P2.1.1")["contributions"][0]["evidence"]
        download = f"/readiness/survey/{EDITION}/evidence/{piece['id']}"
        secretary = browsers("secretary")
        assert "ร่าง.pdf" not in text(secretary.get("P2.1.1"))
        secretary.get(download, 403)
        assert "ร่าง.pdf" not in text(secretary.get("P2.1.1/history"))
        editor.send(form(editor.get("P2.1.1")), "ส่งให้ฝ่ายเลขานุการ")
        assert "ร่าง.pdf" in text(secretary.get("P2.1.1").select_one("#offices"))
        secretary.get(download)
        browsers("other").get(download, 403)
        browsers("member").get(download)
        page = editor.get("P2.1.1")
        assert not page.select("form.pcio-question-form")
        (back,) = [f for f in page.select("form") if f["action"].endswith("/withdraw")]
        editor.send(back, "ขอคืน")
        assert told(people["secretary"], "P2.1.1")["contributions"] == []
        assert form(editor.get("P2.1.1"))

    def test_evidence_without_an_answer_yet_is_not_lost(self, browsers, people):
        editor = browsers("editor")
        begun = form(editor.get("P4.2.3"))
        name = begun.select_one("input[name$=-option]")["name"]
        place = begun.select("input[type=file]")[0]["name"].split(":")[1]
        page = editor.send(
            begun, "ส่งให้ฝ่ายเลขานุการ", status=400, note="ก" * 2001,
            **{name: place, f"evidence:{place}:file": pdf("แผน.pdf")},
        )  # fmt: skip
        assert page.select_one("#form-note")["aria-invalid"] == "true"
        assert "แผน.pdf" in text(form(page).select_one(".pcio-pieces"))
        assert "แผน.pdf" in text(form(editor.get("P4.2.3")))

    def test_the_secretary_takes_an_answer_over(self, browsers, people):
        contribute(people, "P4.2.2", {"option": "no"}, note="ไม่มีบริการ")
        secretary = browsers("secretary")
        card = secretary.get("P4.2.2").select_one(".pcio-office-card")
        assert "ไม่มีบริการ" in text(card)
        begun = form(secretary.get(card.select_one("a.btn")["href"]))
        assert begun.select_one("input[name=answer-option][checked]")["value"] == "no"
        assert told(people["secretary"], "P4.2.2")["state"] == "none"

    def test_rows_of_several_offices_up_to_the_forms_limit(self, browsers, people):
        def rows(word, count):
            made = [{"service": f"{word} {n}", "url": "x"} for n in range(count)]
            return {"option": "known", "values": {"rows": made}}

        field = "rows"
        contribute(people, "P4.2.1", rows("สุขภาพ", 3))
        contribute(people, "P4.2.1", rows("ขนส่ง", 4), who="other", office="transport")
        secretary = browsers("secretary")
        page = secretary.get("P4.2.1")
        chosen = [each["value"] for each in page.select("input[form=rows]")]
        assert sorted(chosen) == sorted([people["health"]["id"], people["transport"]["id"]])
        query = "&".join(f"rows={each}" for each in chosen)
        merged = secretary.get(f"P4.2.1?{query}")
        assert "เพิ่มแล้ว 5 แถว" in text(merged)
        assert "2 แถวเพิ่มไม่ได้" in text(merged)
        cells = [
            each.text.strip()
            for each in form(merged).select(f"textarea[name*='/{field}/'][name$=service]")
        ]
        assert len(cells) == 5
        assert all(cells)
        secretary.send(form(merged), "บันทึกเป็นฉบับร่าง")
        assert len(told(people["secretary"], "P4.2.1")["answer"]["values"][field]) == 5

    def test_a_file_proves_its_row_wherever_the_row_stands(self, browsers, people):
        def rows(*words):
            made = [{"project": word, "result": "ดีขึ้น"} for word in words]
            return {"option": "yes", "values": {"rows": made}}

        for who, office, words in (
            ("editor", "health", ("โรงพยาบาล", "คลินิก")),
            ("other", "transport", ("ถนน", "สะพาน")),
        ):
            contribute(people, "G3", rows(*words), who=who, office=office)
            act(
                people[who], "pcio_evidence_create", edition=EDITION, question="G3",
                place="rows.2", upload=upload(f"{office}.pdf"), organization=office,
            )  # fmt: skip
        secretary = browsers("secretary")
        chosen = "&".join(f"rows={people[each]['id']}" for each in ("transport", "health"))
        begun = form(secretary.get(f"G3?{chosen}"))
        secretary.send(begun, "บันทึกเป็นฉบับร่าง")

        def proven(who):
            shown = told(people[who], "G3")
            stand = [each["project"] for each in shown["answer"]["values"]["rows"]]
            found = {each["name"]: each["place"] for each in shown["counting"]}
            return {name: stand[int(place[5:]) - 1] for name, place in found.items()}

        both = {"transport.pdf": "สะพาน", "health.pdf": "คลินิก"}
        assert proven("secretary") == both
        version = told(people["secretary"], "G3")["version"]
        change = {"edition": EDITION, "question": "G3", "confirm": True}
        act(
            people["secretary"], "pcio_answer_update", **change, version=version,
            answer=rows("คลินิก", "อื่น", "สะพาน"),
        )  # fmt: skip
        assert proven("secretary") == both
        assert proven("editor") == {"health.pdf": "คลินิก"}
        lacks = [each["place"] for each in told(people["secretary"], "G3")["missing"]]
        assert lacks == ["rows.2"]
        page = secretary.get("G3").select_one("#answer")
        assert text(page).index("คลินิก") < text(page).index("health.pdf") < text(page).index("อื่น")
        # Where the row is not taken over, its file proves nothing.
        act(
            people["secretary"], "pcio_answer_update", **change, version=version + 1,
            answer=rows("ถนน", "อื่น"),
        )  # fmt: skip
        assert proven("secretary") == {}
        assert len(told(people["secretary"], "G3")["missing"]) == 2

    def test_a_question_that_was_taken_back(self, browsers, people):
        editor = browsers("editor")
        contribute(people, "P4.4", {"option": "no"})
        begun_elsewhere = form(browsers("editor").get("P4.3"))
        for question in ("P4.4", "P4.3"):
            act(
                people["secretary"], "pcio_survey_unassign", edition=EDITION,
                questions=[question], organizations=["health"],
            )  # fmt: skip
        page = editor.get("P4.4")
        assert not page.select("form.pcio-question-form")
        assert "ยังคงอยู่" in text(page.select_one("#answer"))
        page = editor.send(begun_elsewhere, "ส่ง", status=400, note="เขียนไว้นานมาก")
        assert "เขียนไว้นานมาก" in text(page)
        assert told(people["editor"], "P4.3")["contributions"] == []


class TestSkipping:
    def test_a_skipped_question_says_why_and_is_read_only(self, browsers, people):
        act(
            people["secretary"], "pcio_answer_update", edition=EDITION, question="P5.2",
            answer={"option": "no"}, version=0,
        )  # fmt: skip
        skipped = [
            each["id"]
            for each in act(people["secretary"], "pcio_survey_show", edition=EDITION)["questions"]
            if each["skipped_by"] == "P5.2"
        ]
        assert skipped
        for role in ("secretary", "editor"):
            page = browsers(role).get(skipped[0])
            assert not page.select("form.pcio-question-form")
            link = page.select_one(".pcio-callout a[href$='/P5.2']")
            assert link
            assert "ข้าม" in text(page)


class TestEvidence:
    def test_what_a_confirmed_answer_lacks_is_attached_to_it_as_it_stands(self, browsers, people):
        act(
            people["secretary"], "pcio_answer_update", edition=EDITION, question="P1.6",
            answer={"option": "done"}, version=0, confirm=True,
        )  # fmt: skip
        secretary = browsers("secretary")
        begun = form(secretary.get("P1.6"))
        page = secretary.send(begun, "แนบ", status=400, **{"evidence:done:passage": "หน้า 7"})
        # A passage alone is no evidence, and is not lost either.
        again = form(page)
        assert again.select_one("[name='evidence:done:passage']")["value"] == "หน้า 7"
        assert again.select_one(".pcio-problem")
        secretary.send(again, "แนบ", **{"evidence:done:file": pdf()})
        answer = told(people["secretary"], "P1.6")
        assert (answer["state"], answer["missing"]) == ("confirmed", [])
        assert answer["evidence"][0]["passage"] == "หน้า 7"

    @pytest.fixture
    def piece(self, people):
        return act(
            people["secretary"], "pcio_evidence_create", edition=EDITION, question="P2.1.4.2",
            place=first_place("P2.1.4.2"), upload=upload("คำสั่งจังหวัด ที่ 1-2567; ฉบับจริง.pdf"),
        )  # fmt: skip

    def test_it_is_saved_never_opened(self, browsers, piece):
        browser = browsers("secretary")
        browser.get(f"/readiness/survey/{EDITION}/evidence/{piece['id']}")
        headers = browser.answer.headers
        name = piece["name"]
        assert headers["Content-Disposition"].startswith("attachment; filename=")
        assert headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(name, safe='')}")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["Content-Type"] == "application/pdf"
        assert browser.answer.data == PDF

    def test_who_may_not(self, browsers, piece):
        address = f"/readiness/survey/{EDITION}/evidence/{piece['id']}"
        browsers("anonymous").get(address, 302)
        browsers("stranger").get(address, 403)
        browsers("secretary").get(address.replace(EDITION, "egov-2560"), 404)
        browsers("secretary").get(address + "x", 404)

    def test_a_file_that_vanished_is_told(self, browsers, piece, caplog):
        kept_files.path_of(piece["id"]).unlink()
        with heard(caplog, question_evidence.log):
            page = browsers("secretary").get(
                f"/readiness/survey/{EDITION}/evidence/{piece['id']}", 404
            )
        assert "คำสั่งจังหวัด" in text(page)
        assert "P2.1.4.2" in text(page)
        assert piece["id"] in caplog.text

    def test_it_is_taken_away_after_a_question_and_the_text_stays(self, browsers, people, piece):
        secretary = browsers("secretary")
        begun = form(secretary.get("P2.1.4.2"))
        place = first_place("P2.1.4.2")
        (button,) = [
            b for b in begun.select("button[formaction]") if piece["id"] in b["formaction"]
        ]
        page = secretary.send(
            begun, button, status=200, reason="เขียนค้างไว้", **{"answer-option": place}
        )
        asked = form(page)
        assert "คำสั่งจังหวัด" in text(asked.select_one("[role=alertdialog]"))
        assert asked.select_one("input[name=answer-option][checked]")["value"] == place
        kept = secretary.send(asked, "เก็บไว้", status=200)
        assert not kept.select("[role=alertdialog]")
        gone = secretary.send(asked, "นำออก", status=200)
        assert form(gone).select_one("input[name=answer-option][checked]")["value"] == place
        left = [each["id"] for each in told(people["secretary"], "P2.1.4.2")["evidence"]]
        assert piece["id"] not in left
        # Another's browser cannot.
        assert browsers("other").app.post(
            button["formaction"], headers=browsers("other").headers, data={"confirmed": "yes"}
        ).status_code in (400, 403)

    def test_an_office_that_was_deleted_does_not_make_its_file_the_committees(
        self, browsers, people
    ):
        user = factories.UserWithToken()
        office = factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
        act(
            people["secretary"], "pcio_survey_assign", edition=EDITION, questions=["P6.2.1"],
            organizations=[office["id"]],
        )  # fmt: skip
        act(
            user, "pcio_evidence_create", edition=EDITION, question="P6.2.1",
            place=first_place("P6.2.1"), upload=upload("ของหน่วยงาน.pdf"), organization=office["id"],
        )  # fmt: skip
        act(
            user, "pcio_contribution_update", edition=EDITION, question="P6.2.1", send=True,
            organization=office["id"], answer={"option": None}, version=0,
        )  # fmt: skip
        act(people["sysadmin"], "organization_delete", id=office["id"])
        model.Session.expire_all()
        shown = told(people["secretary"], "P6.2.1")
        assert shown["evidence"] == []
        assert [each["title"] for each in shown["contributions"]] == [office["title"]]
        assert office["title"] in text(browsers("secretary").get("P6.2.1").select_one("#offices"))


class TestDrafts:
    def test_a_draft_of_the_committee_is_the_secretarys_alone(self, browsers, people):
        secrets = ("หนึ่งในสาม", "ร่างมติ.pdf")

        def everything(who):
            asked = {"edition": EDITION, "question": "P1.4"}
            missing = act(people[who], "pcio_survey_missing", edition=EDITION)["results"]
            found = [
                act(people[who], "pcio_survey_show", **asked)["questions"][0],
                act(people[who], "pcio_survey_history", **asked),
                [each for each in missing if each["question"] == "P1.4"],
            ]
            return json.dumps(found, ensure_ascii=False)

        piece = act(
            people["secretary"], "pcio_evidence_create", edition=EDITION, question="P1.4",
            place="done", upload=upload("ร่างมติ.pdf"),
        )  # fmt: skip
        given = {"edition": EDITION, "question": "P1.4"}
        coming = {"option": "in_progress", "values": {"expected": "หนึ่งในสาม"}}
        act(people["secretary"], "pcio_answer_update", **given, answer=coming, version=0)
        act(
            people["secretary"], "pcio_answer_update", **given, answer={"option": "done"},
            version=1,
        )  # fmt: skip
        assert all(each in everything("secretary") for each in secrets)
        for who in ("editor", "member", "other"):
            said = everything(who)
            assert not any(each in said for each in (*secrets, "in_progress", '"done"')), who
            asked = told(people[who], "P1.4")
            assert (asked["state"], asked["answer"], asked["evidence"]) == ("draft", {}, [])
            assert asked["missing"] == []
            with pytest.raises(tk.NotAuthorized):
                act(people[who], "pcio_evidence_show", id=piece["id"])
            assert "ร่างมติ" not in text(browsers(who).get("P1.4"))
            assert "ร่างมติ" not in text(browsers(who).get("P1.4/history"))
        # Once it is confirmed all read it, but not what stood there before.
        act(
            people["secretary"], "pcio_answer_update", **given, answer={"option": "done"},
            version=2, confirm=True,
        )  # fmt: skip
        said = everything("other")
        assert "หนึ่งในสาม" not in said
        assert told(people["other"], "P1.4")["answer"]["option"] == "done"
        assert "ร่างมติ" in text(browsers("other").get("P1.4"))
        act(people["other"], "pcio_evidence_show", id=piece["id"])


class TestStale:
    def test_what_changed_since_stands_beside_each_other(self, browsers, people):
        act(people["secretary"], "pcio_answer_accept", edition=EDITION, questions="P2.2.1.3")
        secretary = browsers("secretary")
        assert "เสนอต่างไปแล้ว" not in text(secretary.get("P2.2.1.3"))
        make_dataset("later")
        page = secretary.get("P2.2.1.3")
        then, now = page.select("#stale .pcio-side-by-side > div")
        assert text(then) != text(now)
        assert told(people["secretary"], "P2.2.1.3")["stale"]
        # No dataset is named by what was proposed then.
        assert told(people["secretary"], "P2.2.1.3")["proposal_then"]["evidence"] == []
        (use,) = [f for f in page.select("#proposal form") if f.select("[name=digest]")]
        secretary.send(use, "ใช้คำตอบที่เสนอ")
        assert not told(people["secretary"], "P2.2.1.3")["stale"]


class TestLocked:
    def test_it_is_read_only_and_what_was_written_can_be_copied(self, browsers, people):
        secretary, editor = browsers("secretary"), browsers("editor")
        begun, theirs = form(secretary.get("G2")), form(editor.get("P1.5"))
        before = told(people["secretary"], "G2")["version"]
        act(people["secretary"], "pcio_survey_lock", edition=EDITION, version=1)
        page = secretary.send(
            begun, "ยืนยันคำตอบ", status=400,
            **{"answer-option": "no", "answer-option/no/reason": "เขียนไว้นานมาก"},
        )  # fmt: skip
        assert "ล็อก" in text(page.select_one(".pcio-refusal"))
        assert "เขียนไว้นานมาก" in text(page)
        page = editor.send(theirs, "ส่ง", status=400, note="ของหน่วยงาน")
        assert "ของหน่วยงาน" in text(page)
        for browser, name in ((secretary, "G2"), (editor, "P1.5"), (secretary, "P2.2.1.1")):
            assert not browser.get(name).select("form.pcio-question-form")
        assert told(people["secretary"], "G2")["version"] == before
        act(people["sysadmin"], "pcio_survey_unlock", edition=EDITION, version=2, reason="ทดสอบ")


@contextmanager
def heard(caplog, log):
    """What a logger says, whatever the application's settings do with it."""
    log.addHandler(caplog.handler)
    disabled, log.disabled = log.disabled, False
    yield
    log.disabled = disabled
    log.removeHandler(caplog.handler)


def first_place(question):
    found = every_evidence_place(load_instrument(EDITION).question(question))
    return sorted(found)[0]


def from_assessment_of_nothing(instrument):
    answers = tuple(FilledAnswer(question=each.id) for each in instrument.questions)
    return FilledForm(
        edition=EDITION, province="", as_of="2024-01-01", state="open", answers=answers
    )
