"""The proposed answers laid out as the form. No CKAN."""

from __future__ import annotations

import pytest

from ckanext.pcio.dashboard.answers import FIRST_ROWS, answer_views
from ckanext.pcio.survey.instrument import load_instrument

INSTRUMENT = load_instrument("pcio-2567")


def answer(question, option, values=None, **changes):
    return {
        "id": question,
        "option": option,
        "values": values or {},
        "reasons": [],
        "evidence": [],
        "caveats": [],
        "rule": f"{question}@1",
        **changes,
    }


def view(question, option, values=None, language="th", notes=(), **changes):
    assessment = {"answers": [answer(question, option, values, **changes)], "notes": notes}
    (found,) = answer_views(assessment, INSTRUMENT, language)
    return found


def flat(fields):
    for field in fields:
        yield field
        yield from flat(field.fields)


def test_question_and_options_are_the_forms_own_words():
    shown = view("P2.2.1.1", "partial")
    question = INSTRUMENT.question("P2.2.1.1")
    assert f"{shown.id} {shown.text}" == question.text.th
    assert [o.text for o in shown.options] == [o.text.th for o in question.options]
    assert [o.code for o in shown.options if o.proposed] == ["partial"]
    assert [o.evidence for o in shown.options if o.proposed] == ["file"]


def test_ticks_stand_under_the_proposed_option_only():
    ticks = {"metadata": True, "data_dictionary": False, "data_catalog": True}
    shown = view("P2.2.1.1", "partial", ticks)
    proposed = next(o for o in shown.options if o.proposed)
    found = {f.label: f.value for f in flat(proposed.fields) if f.type == "tick"}
    assert list(found.values()) == [True, False, True]
    assert "คำอธิบายข้อมูล (Metadata)" in found
    assert not any(o.fields for o in shown.options if not o.proposed)


def test_no_proposal_is_said_and_marks_nothing():
    shown = view("P2.2.3.2", None)
    assert not shown.decided
    assert not any(o.proposed for o in shown.options)
    assert shown.slice is None


def test_several_options_and_what_not_taking_one_asks():
    shown = view("P2.2.1.2", ["agency_catalog"], {"url": "https://data.example.go.th"})
    assert shown.many
    assert [o.proposed for o in shown.options] == [True, False, False]
    own_system = shown.options[2]
    assert own_system.answer.startswith("ไม่มี")
    assert [f.type for f in own_system.fields] == ["choices"]
    assert all(f.value is None for f in own_system.fields[0].fields)


def test_the_number_before_a_blank_is_part_of_the_address():
    shown = view("P2.2.1.2", ["data_go_th"], {"data_go_th_url": "chiangmai"}, language="en")
    (field,) = shown.options[1].fields
    assert field.value == "https://data.go.th/organization/chiangmai"
    kept = "https://data.go.th/organization/chiangmai"
    shown = view("P2.2.1.2", ["data_go_th"], {"data_go_th_url": kept})
    assert shown.options[1].fields[0].value == kept


def test_rows_of_a_table_stand_in_the_forms_columns():
    rows = [{"dataset": "ก", "use": "ข", "user": "ค", "url": "https://x.example", "ids": ["1"]}]
    shown = view("P2.2.1.3", "yes", {"rows": rows})
    (table,) = shown.options[1].fields
    assert table.columns == ("ชุดข้อมูลเปิด", "รายละเอียดการนำไปใช้", "หน่วยงานหรือผู้ที่นำไปใช้")
    assert table.rows == (("ก", "ข", "ค"),)


def test_numbers_have_their_unit():
    shown = view("P2.2.3.2", "yes", {"disclosable": 9, "sharable": 4})
    numbers = [f for f in shown.options[1].fields if f.type == "number"]
    assert [(f.value, f.unit) for f in numbers] == [(9, "ชุดข้อมูล"), (4, "ชุดข้อมูล")]


def test_a_choice_shows_its_option_in_words():
    shown = view("P2.2.1.2", ["own_system"], {"metadata_standard": "yes"}, language="en")
    fields = {f.type: f for f in shown.options[2].fields}
    assert fields["choice"].value == "Yes (attach evidence)"


def test_only_the_first_rows_of_evidence_with_their_notes():
    evidence = [{"dataset": str(n), "title": f"ชุดที่ {n}", "url": ""} for n in range(9)]
    notes = [
        {"answer": "P2.2.1.1", "dataset": "1", "note": "ไม่มีพจนานุกรมข้อมูล"},
        {"answer": "P2.2.3.1", "dataset": "2", "note": "ของข้ออื่น"},
    ]
    shown = view("P2.2.1.1", "partial", evidence=evidence, notes=notes)
    assert len(shown.evidence) == FIRST_ROWS
    assert shown.evidence_total == 9
    assert [row["note"] for row in shown.evidence[:3]] == [None, "ไม่มีพจนานุกรมข้อมูล", None]


@pytest.mark.parametrize(
    ("question", "option", "slice_name"),
    [
        ("P2.2.1.1", "preparing", "waiting"),
        ("P2.2.1.1", "complete", "disclosable"),
        ("P2.2.1.2", ["data_go_th", "agency_catalog"], "open"),
        ("P2.2.1.3", "no", None),
        ("P2.2.2", "yes", None),
        ("P2.2.3.1", "preparing", "preparing"),
        ("P2.2.3.1", "available", "sharable"),
    ],
)
def test_the_list_an_answer_rests_on(question, option, slice_name):
    found = view(question, option).slice
    assert (found.name if found else None) == slice_name


def test_questions_the_form_skips_are_marked_and_the_order_is_the_forms():
    assessment = {
        "answers": [
            answer("P2.2.3.1", "available"),
            answer("P2.2.1.3", "no"),
            answer("P2.2.1.1", "none"),
        ]
    }
    shown = answer_views(assessment, INSTRUMENT, "th")
    assert [a.id for a in shown] == ["P2.2.1.1", "P2.2.1.3", "P2.2.3.1"]
    assert [a.skipped_by for a in shown] == [None, "P2.2.1.1", None]


def test_rule_and_version():
    shown = view("P2.2.1.1", "none")
    assert (shown.rule, shown.rule_version) == ("P2.2.1.1", "1")


def test_a_matrix_shows_the_cells_proposed_and_leaves_the_others_to_people():
    works = {"roles": {"choice": {"open_data": "yes"}}}
    shown = view("P2.1.3", None, {"works": works, "open_data": 7}, "en")
    assert shown.decided
    (matrix,) = shown.fields
    roles, processes, *_ = matrix.fields
    assert [part.value for part in roles.fields] == [None, "Yes (attach evidence)", None]
    assert (processes.value, processes.fields) == (None, ())
    assert not view("P2.1.3", None, {"open_data": 7}).decided


def test_a_row_of_a_matrix_shows_what_its_choice_asks_for():
    fields = {"channels": ["website"], "website_url": "https://data.example.go.th"}
    row = {"choice": "yes", "fields": fields}
    shown = view("P4.6", None, {"participation": {"e_information": row}}, "en")
    found = {f.label: f.value for f in flat(shown.fields)}
    assert (found["Yes"], found["Website"], found["E-mail"]) == (True, True, False)
    assert found["URL"] == "https://data.example.go.th"


def test_a_part_of_a_question_ticks_that_part_alone():
    shown = view("P1.5", "done", {"guidelines": ["data_catalog"]})
    proposed = next(o for o in shown.options if o.proposed)
    ticks = [f.value for f in flat(proposed.fields) if f.type == "tick"]
    assert ticks == [False, True, False, False, False, False]


def test_a_shortened_assessment_says_how_much_evidence_there_is():
    assert view("P2.2.2", "yes", evidence_total=70_000).evidence_total == 70_000
