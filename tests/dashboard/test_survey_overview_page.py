"""The lists of a survey's page: states, turns, deadlines, filters. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ckanext.pcio.dashboard.workbench.history_page import PAGE_SIZE, Asked, history_page
from ckanext.pcio.dashboard.workbench.missing_page import Listed
from ckanext.pcio.dashboard.workbench.overview_lines import due, grouped, lines
from ckanext.pcio.dashboard.workbench.overview_page import Query, overview
from ckanext.pcio.survey.events import sentence
from ckanext.pcio.survey.instrument import load_instrument

INSTRUMENT = load_instrument("pcio-2567")
TODAY = date(2024, 6, 20)
PROPOSAL = {"option": "complete"}


def asked(office: str, state: str | None, mine: bool = False, deadline: str | None = None):
    title = f"Office {office}"
    return {
        "organization": office, "title": title, "state": state, "mine": mine, "deadline": deadline,
        "gone": False,
    }  # fmt: skip


def row(question: str, **changes: Any) -> dict[str, Any]:
    assignments = changes.get("assignments", [])
    return {
        "id": question,
        "skipped_by": None,
        "state": "none",
        "missing": [{"place": ""}],
        "stale": False,
        "proposal": None,
        "assignments": assignments,
        "asked": len(assignments),
        "sent": sum(each["state"] == "sent" for each in assignments),
        **changes,
    }


def told(*rows: dict[str, Any], role: str = "secretary", **changes: Any) -> dict[str, Any]:
    progress = {name: 0 for name in ("questions", "answered", "confirmed", "ready", "stale")}
    progress |= {"evidence_wanted": 0, "evidence_given": 0}
    pillars = [*(pillar.number for pillar in INSTRUMENT.pillars), None]
    return {
        "role": role,
        "state": "open",
        "deadline": "2024-06-21",
        "offices": [],
        "progress": [{"pillar": number, **progress} for number in pillars],
        "questions": list(rows),
        **changes,
    }


def line(question: dict[str, Any], **changes: Any):
    return lines(INSTRUMENT, told(question, **changes), TODAY, "en")[0]


class TestStatesAndTurns:
    @pytest.mark.parametrize(
        ("changes", "state", "turn"),
        [
            ({}, "none", "committee"),  # nobody was asked
            ({"assignments": [asked("a", "none"), asked("b", "sent")]}, "none", "offices"),
            ({"assignments": [asked("a", "sent")]}, "none", "committee"),
            ({"assignments": [asked("a", "none")], "proposal": PROPOSAL}, "none", "committee"),
            (
                {
                    "assignments": [asked("a", "none")],
                    "proposal": {**PROPOSAL, "partial": True},
                },
                "none",
                "offices",
            ),
            ({"proposal": {"option": None}}, "none", "committee"),
            ({"state": "draft"}, "draft", "committee"),
            ({"state": "draft", "assignments": [asked("a", "none")]}, "draft", "offices"),
            ({"state": "confirmed"}, "confirmed", "committee"),
            ({"state": "confirmed", "missing": []}, "ready", ""),
            ({"state": "confirmed", "missing": [], "stale": True}, "ready", "committee"),
            ({"skipped_by": "G1"}, "skipped", ""),
        ],
    )
    def test_of_a_question(self, changes, state, turn):
        found = line(row("P1.5", **changes))
        assert (found.state, found.turn) == (state, turn)
        assert found.yours == (turn == "committee")

    def test_nothing_waits_for_anybody_in_a_locked_survey(self):
        found = line(row("P1.5"), state="locked")
        assert (found.turn, found.yours, found.due) == ("", False, None)

    def test_an_office_waits_for_what_it_has_not_sent(self):
        own = [asked("a", "draft", mine=True, deadline="2024-06-18"), asked("b", None)]
        found = line(row("P1.5", assignments=own), role="office")
        assert found.yours
        assert [each.label for each in found.own] == ["Draft, not sent"]
        assert found.due == due("2024-06-18", TODAY)
        sent = line(row("P1.5", assignments=[asked("a", "sent", mine=True)]), role="office")
        assert (sent.yours, sent.due) == (False, None)
        # Who only reads has nothing to do, and another office's deadline is not his.
        member = line(row("P1.5", assignments=[asked("a", "none")]), role="reader")
        assert (member.yours, member.due) == (False, None)

    def test_the_number_stands_once(self):
        assert line(row("G1")).text.startswith("Has your province")


class TestDeadlines:
    @pytest.mark.parametrize(
        ("day", "english", "thai"),
        [
            ("2024-06-17", "17 June 2024 (3 days overdue)", "17 มิถุนายน 2567 (เลยกำหนด 3 วัน)"),
            ("2024-06-20", "20 June 2024 (the last day is today)", "20 มิถุนายน 2567 (ครบกำหนดวันนี้)"),
            ("2024-06-21", "21 June 2024 (until tomorrow)", "21 มิถุนายน 2567 (ครบกำหนดพรุ่งนี้)"),
            ("2024-07-20", "20 July 2024 (30 days left)", "20 กรกฎาคม 2567 (เหลือ 30 วัน)"),
        ],
    )
    def test_in_words(self, day, english, thai):
        found = due(day, TODAY)
        assert (found.text("en"), found.text("th")) == (english, thai)
        assert due(None, TODAY) is None


class TestPage:
    def test_an_offices_own_questions_stand_first(self):
        rows = (row("G1"), row("P1.5", assignments=[asked("a", "none", mine=True)]))
        page = overview(INSTRUMENT, told(*rows, role="office"), {}, TODAY, "en")
        assert [g.lines[0].id for g in page.own_groups] == ["P1.5"]
        assert [g.lines[0].id for g in page.groups] == ["G1"]
        assert page.next.id == "P1.5"

    def test_the_form_keeps_its_order_under_its_headings(self):
        every = lines(INSTRUMENT, told(*(row(q.id) for q in INSTRUMENT.questions)), TODAY, "th")
        groups = grouped(INSTRUMENT, every, "th")
        assert [each.id for group in groups for each in group.lines] == [
            question.id for question in INSTRUMENT.questions
        ]
        assert [group.pillar.number for group in groups] == [3, 1, 2, 3, 4, 5, 6, 7]

    @pytest.mark.parametrize(
        ("args", "expected"),
        [
            ({}, ["G1", "P1.5", "P2.3"]),
            ({"state": "ready"}, ["P2.3"]),
            ({"state": "stale"}, ["P2.3"]),
            ({"state": "yours"}, ["G1", "P2.3"]),
            ({"pillar": "1"}, ["P1.5"]),
            ({"office": "alpha"}, ["P1.5"]),
            ({"office": "alpha", "pillar": "2"}, []),
            ({"state": "x", "pillar": "9", "office": "y"}, ["G1", "P1.5", "P2.3"]),
            ({"pillar": "²"}, ["G1", "P1.5", "P2.3"]),
        ],
    )
    def test_filters(self, args, expected):
        office = {
            "id": "a", "name": "alpha", "title": "A", "mine": False, "contributes": False,
            "people": 1, "asked": 1, "sent": [], "drafts": [], "waiting": ["P1.5"],
            "settled": [], "gone": False,
            "deadline": None, "pillars": [], "reminded_at": None,
            "unreachable_at": "2024-06-19T20:00:00+00:00",
        }  # fmt: skip
        rows = (
            row("G1"),
            row("P1.5", assignments=[asked("a", "none")]),
            row("P2.3", state="confirmed", missing=[], stale=True),
        )
        page = overview(INSTRUMENT, told(*rows, offices=[office]), args, TODAY, "en")
        assert [each.id for group in page.groups for each in group.lines] == expected
        # A moment in the evening of Greenwich is the next day in Thailand.
        assert page.offices[0].unreachable_at == "2024-06-20"
        assert page.query.narrowed == (page.query != Query())


class TestAddresses:
    def test_an_office_meets_what_it_owes(self):
        assert Listed.from_args({}, told(role="office")).whose == "offices"
        assert Listed.from_args({}, told()).whose == "form"
        assert Listed.from_args({"whose": "form"}, told(role="office")).whose == "form"
        named = told(offices=[{"name": "a"}])
        assert Listed.from_args({"organization": "a"}, named) == Listed("offices", "a")
        assert Listed.from_args({"organization": "b"}, named) == Listed("form")

    def test_history_round_trip_and_nonsense(self):
        offices = [{"name": "a"}]
        found = Asked.from_args(
            {"question": "G1", "organization": "a", "page": "3"}, INSTRUMENT, offices
        )
        assert found.action_dict()["offset"] == 2 * PAGE_SIZE
        again = {name: str(value) for name, value in found.address().items()}
        assert Asked.from_args(again, INSTRUMENT, offices) == found
        for page in ("0", "-1", "x", "²", "9" * 30):
            wrong = {"question": "x", "organization": "b", "page": page}
            assert Asked.from_args(wrong, INSTRUMENT, offices) == Asked()

    def test_events_stand_under_their_day_in_thailand(self):
        events = [{"at": f"2024-06-{day}T{hour}:30:00+00:00"} for day, hour in
                  ((20, 18), (20, 16), (19, 18))]  # fmt: skip
        page = history_page({"count": 120, "results": events}, Asked())
        assert page.pages == 3
        assert [(day.day, [time for time, _ in day.events]) for day in page.days] == [
            ("2024-06-21", ["01:30"]),
            ("2024-06-20", ["23:30", "01:30"]),
        ]


class TestSentences:
    @pytest.mark.parametrize(
        ("kind", "detail", "expected"),
        [
            ("opened", {"deadline": None}, "Ann opened the survey."),
            (
                "opened",
                {"deadline": "2024-06-21"},
                "Ann opened the survey; offices answer until 21 June 2024.",
            ),
            (
                "changed",
                {"deadline": None, "note": "x {y}", "before": {"deadline": "2024-06-21"}},
                "Ann took the deadline away. Ann wrote to the offices: “x {y}”",
            ),
            (
                "changed",
                {"deadline": None, "note": "", "before": {"deadline": None, "note": ""}},
                "Ann saved deadline and note unchanged.",
            ),
            ("asked", {"pairs": 6, "questions": ["a", "b"]}, "Ann put 2 questions to A, B."),
            ("confirmed", {"origin": "override", "reason": "why"},
             "Ann confirmed G1 otherwise than proposed: “why”"),
            ("confirmed", {"origin": "own"}, "Ann confirmed the answer to G1."),
            ("attached", {"name": "a.pdf"}, "Ann attached “a.pdf” of C to G1."),
            ("letter", {}, "C was reminded by e-mail."),
            ("something new", {}, "Ann changed G1."),
        ],
    )  # fmt: skip
    def test_in_english(self, kind, detail, expected):
        said = sentence(
            kind, actor="Ann", question="G1", office="C", offices=["A", "B"], detail=detail
        )
        assert said.text("en") == expected
        assert said.text("th") != expected

    def test_who_is_gone_and_many_offices(self):
        said = sentence(
            "reminded", actor="", question=None, office=None, offices=list("ABCD"), detail={}
        )
        assert said.text("en") == "The portal had 4 offices reminded."
