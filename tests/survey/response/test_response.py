"""The way of a survey: opened, put to offices, contributed to, confirmed, locked."""

from __future__ import annotations

import json

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.survey.filled import as_dict
from ckanext.pcio.survey.response import entry, evidence, filling, reminding, store
from ckanext.pcio.survey.response.model import ANSWER, EVENT

from .conftest import EDITION, PDF, act, pdf, question

YES = {"option": "yes"}


def refused(error, **named):
    return {key: value for key, value in error.value.error_dict.items() if key in named} == named


class TestOpening:
    def test_a_survey_is_opened_once(self, people):
        opened = act(people["secretary"], "pcio_survey_open", edition=EDITION)
        assert opened == {"edition": EDITION, "state": "open", "version": 1}
        with pytest.raises(tk.ValidationError):
            act(people["secretary"], "pcio_survey_open", edition=EDITION)

    def test_a_frame_is_not_answered(self, people):
        with pytest.raises(tk.ValidationError):
            act(people["secretary"], "pcio_survey_open", edition="egov-2560")
        with pytest.raises(tk.ObjectNotFound):
            act(people["secretary"], "pcio_survey_open", edition="pcio-9999")

    def test_questions_go_where_the_committees_list_sends_them(self, opened):
        shown = act(opened["secretary"], "pcio_survey_show", edition=EDITION)
        asked = {q["id"]: sorted(a["title"] for a in q["assignments"]) for q in shown["questions"]}
        assert asked["G1"] == ["สำนักงาน province"]
        assert asked["P1.5"] == ["สำนักงาน health", "สำนักงาน province", "สำนักงาน transport"]
        assert all(asked.values())
        assert shown["deadline"] == "2024-06-21"

    def test_questions_are_taken_back(self, opened):
        done = act(
            opened["secretary"], "pcio_survey_unassign", edition=EDITION,
            questions=["P1.5"], organizations=["health"],
        )  # fmt: skip
        assert done == {"removed": 1}
        with pytest.raises(tk.NotAuthorized):
            contribute(opened["editor"], "P1.5", {"option": "none"})

    def test_the_second_of_two_secretaries_is_told(self, opened):
        change = {"edition": EDITION, "version": 1, "note": "ส่งภายในวันศุกร์"}
        act(opened["secretary"], "pcio_survey_update", **change)
        with pytest.raises(tk.ValidationError) as error:
            act(opened["sysadmin"], "pcio_survey_update", **change)
        assert "version" in error.value.error_dict


def contribute(who, name, answer, *, version=0, organization="health", **more):
    return act(
        who, "pcio_contribution_update", edition=EDITION, question=name, answer=answer,
        organization=organization, version=version, **more,
    )  # fmt: skip


class TestContributions:
    def test_an_office_answers_its_own_questions_only(self, opened):
        done = contribute(opened["editor"], "P1.5", {"option": "none"})
        assert done == {
            "question": "P1.5", "organization": "health", "state": "draft", "version": 1,
        }  # fmt: skip
        for who, name, organization in (
            ("editor", "G1", "health"),  # not put to the office
            ("editor", "P1.5", "transport"),  # not his office
            ("member", "P1.5", "health"),  # only reads
        ):
            given = {"option": "no" if name == "G1" else "none"}
            with pytest.raises(tk.NotAuthorized):
                contribute(opened[who], name, given, organization=organization)

    def test_a_draft_is_the_offices_own_and_what_was_sent_is_the_secretarys_too(self, opened):
        contribute(opened["editor"], "P1.5", {"option": "none"}, note="ร่าง")
        assert question(opened["secretary"], "P1.5")["contributions"] == []
        assert len(question(opened["member"], "P1.5")["contributions"]) == 1
        contribute(opened["editor"], "P1.5", {"option": "none"}, version=1, send=True)
        sent = question(opened["secretary"], "P1.5")["contributions"]
        assert [(c["title"], c["state"], c["version"]) for c in sent] == [
            ("สำนักงาน health", "sent", 2)
        ]
        assert question(opened["other"], "P1.5")["contributions"] == []
        act(
            opened["editor"], "pcio_contribution_withdraw", edition=EDITION, question="P1.5",
            organization="health", version=2,
        )  # fmt: skip
        assert question(opened["secretary"], "P1.5")["contributions"] == []

    def test_the_second_of_two_is_told_and_nothing_is_lost(self, opened):
        contribute(opened["editor"], "P1.5", {"option": "none"}, note="หนึ่ง")
        with pytest.raises(tk.ValidationError) as error:
            contribute(opened["secretary"], "P1.5", {"option": "done"}, note="สอง")
        assert "version" in error.value.error_dict
        kept = question(opened["editor"], "P1.5")["contributions"][0]
        assert (kept["note"], kept["version"]) == ("หนึ่ง", 1)

    def test_an_answer_the_form_does_not_take_is_refused_with_its_place(self, opened):
        answer = {"option": "done", "values": {"guidelines": ["everything"]}}
        with pytest.raises(tk.ValidationError) as error:
            contribute(opened["editor"], "P1.5", answer)
        assert error.value.error_dict["answer"][0].startswith("guidelines: ")


def answer(who, name, given, *, version=0, **more):
    return act(
        who, "pcio_answer_update", edition=EDITION, question=name, answer=given, version=version,
        **more,
    )  # fmt: skip


class TestAnswers:
    def test_proposed_overridden_with_a_reason_and_reopened(self, opened, make_dataset):
        make_dataset("one")
        asked = question(opened["secretary"], "P2.2.1.1")
        assert (asked["state"], asked["proposal"]["option"]) == ("none", "complete")
        other = {"option": "partial", "values": {"metadata": True}}
        with pytest.raises(tk.ValidationError) as error:
            answer(opened["secretary"], "P2.2.1.1", other, confirm=True)
        assert list(error.value.error_dict) == ["reason"]
        done = answer(opened["secretary"], "P2.2.1.1", other, confirm=True, reason="ยังมีอีก")
        assert done["origin"] == "override"
        asked = question(opened["secretary"], "P2.2.1.1")
        assert (asked["answer"]["option"], asked["reason"]) == ("partial", "ยังมีอีก")
        # An override never hides the proposal.
        assert asked["proposal"]["option"] == "complete"
        act(
            opened["secretary"], "pcio_answer_reopen", edition=EDITION, question="P2.2.1.1",
            version=1,
        )  # fmt: skip
        assert question(opened["secretary"], "P2.2.1.1")["state"] == "draft"

    def test_a_proposal_names_no_dataset_its_reader_may_not_see(self, opened, make_dataset):
        made = make_dataset("hidden", private=True)
        title = made["title"]
        for who, named in (("editor", True), ("secretary", True), ("other", False)):
            told = act(opened[who], "pcio_survey_show", edition=EDITION)
            assert (title in json.dumps(told, ensure_ascii=False)) is named, who
        proposal = question(opened["other"], "P2.2.1.1")["proposal"]
        assert (proposal["evidence"], proposal["evidence_hidden"]) == ([], 1)

    def test_proposals_are_confirmed_together(self, opened, make_dataset):
        make_dataset("one")
        done = act(
            opened["secretary"], "pcio_answer_accept", edition=EDITION,
            questions=["P2.2.1.1", "P2.2.3.1"],
        )  # fmt: skip
        assert done == {"confirmed": ["P2.2.1.1", "P2.2.3.1"], "left": []}
        asked = question(opened["secretary"], "P2.2.1.1")
        assert (asked["state"], asked["origin"]) == ("confirmed", "proposal")
        again = act(
            opened["secretary"], "pcio_answer_accept", edition=EDITION, questions="P2.2.1.1"
        )
        assert again == {"confirmed": [], "left": ["P2.2.1.1"]}
        # All of them, or none.
        with pytest.raises(tk.ValidationError):
            act(
                opened["secretary"], "pcio_answer_accept", edition=EDITION,
                questions=["P2.2.2", "G1"],
            )  # fmt: skip
        model.Session.rollback()
        assert question(opened["secretary"], "P2.2.2")["state"] == "none"

    def test_an_answer_is_stale_when_the_catalog_moves_away_from_it(self, opened, make_dataset):
        make_dataset("one")
        act(opened["secretary"], "pcio_answer_accept", edition=EDITION, questions="P2.2.1.1")
        assert not question(opened["secretary"], "P2.2.1.1")["stale"]
        make_dataset("two", private=True)
        asked = question(opened["secretary"], "P2.2.1.1")
        assert asked["stale"]
        assert asked["answer"]["option"] == "complete"
        assert asked["proposal"]["option"] == "partial"

    def test_the_second_of_two_is_told(self, opened):
        answer(opened["secretary"], "G1", {"option": "no", "values": {"reason": "หนึ่ง"}})
        with pytest.raises(tk.ValidationError) as error:
            answer(opened["sysadmin"], "G1", YES)
        assert "version" in error.value.error_dict
        assert question(opened["secretary"], "G1")["answer"]["values"] == {"reason": "หนึ่ง"}

    def test_every_change_is_in_the_history(self, opened):
        answer(opened["secretary"], "G1", YES)
        answer(opened["secretary"], "G1", {"option": "no"}, version=1, confirm=True)
        contribute(opened["editor"], "P1.5", {"option": "none"}, send=True)
        told = act(opened["secretary"], "pcio_survey_history", edition=EDITION)["results"]
        assert [each["kind"] for each in told] == [
            "opened", "asked", "answered", "confirmed", "sent",
        ]  # fmt: skip
        of_one = {"edition": EDITION, "question": "G1"}
        change = act(opened["secretary"], "pcio_survey_history", **of_one)["results"][1]["detail"]
        assert (change["before"]["option"], change["after"]["option"]) == ("yes", "no")
        # What stood in a draft is told to nobody else.
        drafted, confirmed = act(opened["other"], "pcio_survey_history", **of_one)["results"]
        assert drafted["detail"] == {}
        assert (confirmed["detail"].get("before"), confirmed["detail"]["after"]["option"]) == (
            None, "no",
        )  # fmt: skip
        # What another office contributes is not told.
        everything = act(opened["other"], "pcio_survey_history", edition=EDITION)["results"]
        assert "sent" not in [each["kind"] for each in everything]

    def test_who_had_to_be_reminded_is_told_to_the_secretary(self, opened):
        act(opened["secretary"], "pcio_survey_remind", edition=EDITION)
        sentences = {}
        for who in ("secretary", "editor"):
            told = act(opened[who], "pcio_survey_history", edition=EDITION, lang="en")["results"]
            sentences[who] = told[-1]["sentence"]
            assert told[-1]["detail"]["offices"] == 3
        assert all(name in sentences["secretary"] for name in ("health", "transport", "province"))
        assert "health" in sentences["editor"]
        assert "transport" not in sentences["editor"]


def attach(who, name, place, **more):
    return act(who, "pcio_evidence_create", edition=EDITION, question=name, place=place, **more)


class TestEvidence:
    def test_an_answer_is_ready_with_its_evidence(self, opened):
        answer(opened["secretary"], "G1", YES, confirm=True)
        lacks = question(opened["secretary"], "G1")["missing"]
        assert [(each["place"], each["lack"]) for each in lacks] == [("yes", "evidence")]
        made = attach(opened["secretary"], "G1", "yes", upload=pdf(), passage="หน้า 2")
        assert (made["kind"], made["name"], made["size"]) == ("file", "มติที่ประชุม.pdf", len(PDF))
        assert question(opened["secretary"], "G1")["missing"] == []
        act(opened["secretary"], "pcio_evidence_delete", id=made["id"])
        assert question(opened["secretary"], "G1")["missing"] != []

    def test_of_two_who_take_it_away_at_once_one_did(self, opened, monkeypatch):
        made = attach(opened["secretary"], "G1", "yes", upload=pdf())
        wait = entry.open_response

        def overtaken(edition):
            monkeypatch.setattr(entry, "open_response", wait)
            act(opened["sysadmin"], "pcio_evidence_delete", id=made["id"])
            return wait(edition)

        monkeypatch.setattr(entry, "open_response", overtaken)
        with pytest.raises(tk.ObjectNotFound):
            act(opened["secretary"], "pcio_evidence_delete", id=made["id"])
        told = act(opened["secretary"], "pcio_survey_history", edition=EDITION)["results"]
        assert [each["kind"] for each in told].count("detached") == 1

    def test_nothing_is_left_of_a_file_that_is_not_written_down(self, opened, monkeypatch):
        def fail(*_args, **_more):
            raise RuntimeError

        before = set(evidence.path_of("x").parent.iterdir())
        monkeypatch.setattr(entry, "commit", fail)
        with pytest.raises(RuntimeError):
            attach(opened["secretary"], "G1", "yes", upload=pdf())
        assert set(evidence.path_of("x").parent.iterdir()) == before

    def test_what_an_office_attached_counts_once_it_is_sent(self, opened):
        given = {"option": "done", "values": {"guidelines": ["linkage"]}}
        contribute(opened["editor"], "P1.5", given)
        made = attach(
            opened["editor"], "P1.5", "guidelines.linkage", upload=pdf(), organization="health"
        )
        answer(opened["secretary"], "P1.5", given)
        assert question(opened["secretary"], "P1.5")["missing"] != []
        with pytest.raises(tk.NotAuthorized):
            act(opened["other"], "pcio_evidence_show", id=made["id"])
        contribute(opened["editor"], "P1.5", given, version=1, send=True)
        assert question(opened["secretary"], "P1.5")["missing"] == []

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("มติ.exe", b"MZ\x90\x00"),
            ("มติ.html", b"<script>alert(1)</script>"),
            ("มติ.pdf", b"<html><script>alert(1)</script></html>"),
            ("มติ.png", PDF),
            ("มติ.pdf", b""),
            ("มติ", PDF),
            ("มติ.docm", PDF),
        ],
    )
    def test_other_files_are_refused_and_leave_nothing(self, opened, name, content):
        from ckanext.pcio.survey.response import evidence

        folder = evidence.path_of("x").parent
        before = set(folder.iterdir())
        with pytest.raises(tk.ValidationError) as error:
            attach(opened["secretary"], "G1", "yes", upload=pdf(name, content))
        assert list(error.value.error_dict) == ["upload"]
        assert set(folder.iterdir()) == before

    def test_a_file_that_is_too_large(self, opened, monkeypatch):
        monkeypatch.setitem(tk.config, "ckanext.pcio.survey.evidence_max_mb", 1)
        with pytest.raises(tk.ValidationError):
            attach(opened["secretary"], "G1", "yes", upload=pdf(content=PDF + b"0" * (1 << 20)))

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/มติ.pdf", "มติ.pdf"),
            ("C:\\temp\\a.pdf", "a.pdf"),
            ("ก" * 300 + ".pdf", "ก" * 146 + ".pdf"),
            ("a\u202efdp.exe.pdf", "a_fdp.exe.pdf"),
            ('x<y>"z".pdf', "x_y__z_.pdf"),
        ],
    )
    def test_names_of_files(self, given, kept):
        from ckanext.pcio.survey.response.evidence import safe_name

        assert safe_name(given) == kept

    @pytest.mark.parametrize(
        "arguments",
        [
            {"place": "yes"},
            {"place": "yes", "url": "javascript:alert(1)"},
            {"place": "no", "url": "https://x.example/a"},
            {"place": "yes.1", "url": "https://x.example/a"},
        ],
    )
    def test_refused(self, opened, arguments):
        with pytest.raises(tk.ValidationError):
            attach(opened["secretary"], "G1", **arguments)


class TestLocking:
    def test_a_snapshot_is_not_touched_by_what_the_catalog_does_later(self, opened, make_dataset):
        make_dataset("one")
        act(opened["secretary"], "pcio_answer_accept", edition=EDITION, questions="P2.2.1.1")
        locked = act(opened["secretary"], "pcio_survey_lock", edition=EDITION, version=1)
        before = as_dict(filling.filled_form(EDITION))
        make_dataset("two", private=True)
        make_dataset("three")
        assert as_dict(filling.filled_form(EDITION)) == before
        assert before["state"] == "locked"
        assert not question(opened["secretary"], "P2.2.1.1")["stale"]
        assert store.snapshot(store.response(EDITION)["id"])["sha256"] == locked["sha256"]

    def test_a_locked_survey_takes_nothing(self, opened):
        act(opened["secretary"], "pcio_survey_lock", edition=EDITION, version=1)
        for change in (
            lambda: answer(opened["secretary"], "G1", YES),
            lambda: contribute(opened["editor"], "P1.5", {"option": "none"}),
            lambda: attach(opened["secretary"], "G1", "yes", upload=pdf()),
            lambda: act(opened["secretary"], "pcio_survey_assign", edition=EDITION, usual=True),
            lambda: act(opened["secretary"], "pcio_survey_lock", edition=EDITION, version=2),
        ):
            with pytest.raises(tk.ValidationError):
                change()

    def test_files_taken_away_go_when_it_is_locked_unless_a_locked_form_has_them(self, opened):
        secretary, sysadmin = opened["secretary"], opened["sysadmin"]
        first, second = (attach(secretary, "G1", "yes", upload=pdf())["id"] for _ in range(2))
        answer(secretary, "G1", YES, confirm=True)
        act(secretary, "pcio_evidence_delete", id=first)
        assert evidence.path_of(first).exists()  # a lock that fails leaves it where it is
        version = store.response(EDITION)["version"]
        act(secretary, "pcio_survey_lock", edition=EDITION, version=version)
        assert not evidence.path_of(first).exists()
        assert evidence.path_of(second).exists()
        again = {"edition": EDITION, "version": version + 1, "reason": "แก้ตามมติ"}
        act(sysadmin, "pcio_survey_unlock", **again)
        act(secretary, "pcio_evidence_delete", id=second)
        act(secretary, "pcio_survey_lock", edition=EDITION, version=version + 2)
        assert evidence.path_of(second).exists()  # the form that was locked first has it

    def test_only_a_sysadmin_opens_it_again_with_a_reason(self, opened):
        act(opened["secretary"], "pcio_survey_lock", edition=EDITION, version=1)
        again = {"edition": EDITION, "version": 2}
        with pytest.raises(tk.NotAuthorized):
            act(opened["secretary"], "pcio_survey_unlock", **again, reason="x")
        with pytest.raises(tk.ValidationError):
            act(opened["sysadmin"], "pcio_survey_unlock", **again)
        act(opened["sysadmin"], "pcio_survey_unlock", **again, reason="แก้ตามมติ")
        answer(opened["secretary"], "G1", YES)
        told = act(opened["secretary"], "pcio_survey_history", edition=EDITION)["results"]
        assert [each["kind"] for each in told][-3:] == ["locked", "unlocked", "answered"]


class TestMissing:
    def test_of_the_form_and_of_an_office(self, opened):
        of_form = act(opened["secretary"], "pcio_survey_missing", edition=EDITION)
        assert of_form["count"] == 47
        of_office = act(
            opened["member"], "pcio_survey_missing", edition=EDITION, organization="health"
        )["results"]
        assert {each["question"] for each in of_office} >= {"P1.5", "P7.1"}
        assert "G1" not in {each["question"] for each in of_office}
        # Another office's are not told.
        others = act(opened["other"], "pcio_survey_missing", edition=EDITION, organization="health")
        assert others["count"] == 0

    def test_a_skipped_question_lacks_nothing(self, opened):
        no = {"option": "no", "values": {"reason": "ยังไม่มี"}}
        answer(opened["secretary"], "G1", no, confirm=True)
        lacking = act(opened["secretary"], "pcio_survey_missing", edition=EDITION)["results"]
        assert not {"G1", "G2", "G3"} & {each["question"] for each in lacking}


class TestReminding:
    def test_what_waits_by_office(self, opened):
        contribute(opened["editor"], "P1.5", {"option": "none"}, send=True)
        left = reminding.waiting(store.response(EDITION))
        health = next(office for office in left if "P1.5" not in left[office])
        assert "P2.1.2" in left[health]

    def test_nothing_fails_where_mail_is_off(self, opened):
        done = act(opened["secretary"], "pcio_survey_remind", edition=EDITION)
        assert done == {"offices": 3}
        reminding.write(EDITION, list(reminding.waiting(store.response(EDITION))), "/x")

    def test_letters_go_to_who_can_answer(self, opened, mail_server):
        offices = [row["organization_id"] for row in store.assignments(
            store.response(EDITION)["id"]) if row["question_id"] == "P1.5"]  # fmt: skip
        reminding.write(EDITION, offices, "http://portal/readiness/survey/pcio-2567")
        letters = mail_server.get_smtp_messages()
        sent_to = {address for letter in letters for address in letter[2]}
        emails = {
            name: model.User.get(opened[name]["name"]).email
            for name in ("secretary", "editor", "other", "member")
        }
        assert sent_to == {emails["secretary"], emails["editor"], emails["other"]}


def test_reading_a_survey_takes_a_constant_number_of_statements(opened, make_dataset):
    def statements():
        seen = []

        def note(*arguments):
            seen.append(arguments[2])

        sa.event.listen(model.meta.engine, "before_cursor_execute", note)
        try:
            act(opened["secretary"], "pcio_survey_show", edition=EDITION)
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", note)
        return len(seen)

    few = statements()
    for name in ("G1", "G2", "P1.3"):
        answer(opened["secretary"], name, {"option": "no" if name != "P1.3" else "none"})
        attach(opened["secretary"], "G1", "yes", url=None, upload=pdf())
    for organization, who in (("health", "editor"), ("transport", "other")):
        contribute(opened[who], "P1.5", {"option": "none"}, organization=organization, send=True)
    many = statements()
    # Four queries more at most: names of offices and of people, asked for when there are any.
    assert many <= few + 4
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(ANSWER)) == 3
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(EVENT)) >= 8
